import Foundation

/// Seeds of generated tests. `KANJO_SEED=n` runs them with another one; every failure names the seed that made it.
public enum TestSeed {
    public static let value: UInt64 =
        ProcessInfo.processInfo.environment["KANJO_SEED"].flatMap { UInt64($0) } ?? 20_171_101

    /// As many seeds as asked, the first being `value`.
    public static func values(_ count: Int) -> [UInt64] { (0..<count).map { value &+ UInt64($0) } }
}

extension SeededGenerator {
    /// 0 ..< count.
    public mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    public mutating func chance(oneIn count: Int) -> Bool { below(count) == 0 }

    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

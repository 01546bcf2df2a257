/// Counts of values by size, as Prometheus shows them.
public struct Histogram: Hashable, Sendable {
    /// Upper bounds, rising; each bucket holds the values up to its bound that are over the one before.
    public let bounds: [Int64]
    /// One more than bounds: the last holds what is over all.
    public private(set) var counts: [Int]
    public private(set) var sum: Int64 = 0

    public init(bounds: [Int64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    public var count: Int { counts.reduce(0, +) }

    public mutating func note(_ value: Int64) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}

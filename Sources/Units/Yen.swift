/// Whole yen. The only unit in which anything is charged, paid or booked.
public struct Yen: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var amount: Int64

    public init(_ amount: Int64) { self.amount = amount }

    public static let zero = Yen(0)
    public static func < (left: Yen, right: Yen) -> Bool { left.amount < right.amount }
    public static func + (left: Yen, right: Yen) -> Yen { Yen(left.amount + right.amount) }
    public static func - (left: Yen, right: Yen) -> Yen { Yen(left.amount - right.amount) }
    public static prefix func - (value: Yen) -> Yen { Yen(-value.amount) }
    public static func += (left: inout Yen, right: Yen) { left.amount += right.amount }
    public static func -= (left: inout Yen, right: Yen) { left.amount -= right.amount }

    public var description: String { String(amount) }
}

/// An exact, unrounded amount: an integer count of 10⁻¹² yen. Thousandths of GPU seconds × 10⁻⁹ yen always fit.
public struct ExactYen: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var trillionths: Int128

    public init(trillionths: Int128) { self.trillionths = trillionths }

    public static let zero = ExactYen(trillionths: 0)
    static let trillionthsPerYen: Int128 = 1_000_000_000_000

    public init(_ yen: Yen) { trillionths = Int128(yen.amount) * Self.trillionthsPerYen }

    public static func < (left: ExactYen, right: ExactYen) -> Bool { left.trillionths < right.trillionths }
    public static func + (left: ExactYen, right: ExactYen) -> ExactYen {
        ExactYen(trillionths: left.trillionths + right.trillionths)
    }
    public static func += (left: inout ExactYen, right: ExactYen) { left.trillionths += right.trillionths }
    public static func - (left: ExactYen, right: ExactYen) -> ExactYen {
        ExactYen(trillionths: left.trillionths - right.trillionths)
    }

    /// The exact decimal without trailing zeros: `1071088.24`, `0`, `-0.5`.
    public var description: String { decimalText(trillionths, places: 12) }
}

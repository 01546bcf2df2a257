/// Yen per second, or per GPU second, as an exact decimal with at most nine places; 0 … 10,000 yen.
/// Two prices are the same number when they are the same value: "0.0160" equals "0.016".
public struct UnitPrice: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The price in 10⁻⁹ yen.
    public let billionths: Int64

    public static let maximumYen: Int64 = 10_000

    /// - Precondition: 0 ≤ billionths ≤ 10¹³. Text from outside goes through `init(decimal:)`.
    public init(billionths: Int64) {
        precondition(
            (0...Self.maximumYen * 1_000_000_000).contains(billionths), "a price lies between 0 and 10,000 yen")
        self.billionths = billionths
    }

    /// Reads `0.016`, `12`, `.5` is refused. Errors: `invalid_decimal`, then `decimal_out_of_range`.
    public init(decimal text: String) throws(UnitError) {
        let value = try parseDecimal(text, places: 9, what: "price")
        guard value <= Int128(Self.maximumYen) * 1_000_000_000 else {
            throw UnitError(
                .decimalOutOfRange, "price '\(text)' is above \(Self.maximumYen) yen a second; check the decimal point")
        }
        billionths = Int64(value)
    }

    public static func < (left: UnitPrice, right: UnitPrice) -> Bool { left.billionths < right.billionths }

    public var description: String { decimalText(Int128(billionths), places: 9) }
}

/// What a unit price is per (§1): second of the plan, or second of one GPU.
public enum PriceBasis: String, Hashable, Comparable, Sendable, CaseIterable {
    case gpu
    case plan

    /// Line order (rule C7): `gpu` before `plan`.
    public static func < (left: PriceBasis, right: PriceBasis) -> Bool { left == .gpu && right == .plan }
}

/// Whether a price row's yen include consumption tax.
public enum TaxBasis: String, Hashable, Sendable, CaseIterable {
    case inclusive
    case exclusive
}

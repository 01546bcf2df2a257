import Units

/// What a close makes of one account: a document's content, or nothing to bill yet.
public struct ClosedAccount: Hashable, Sendable {
    public let account: AccountID
    public let period: BillingPeriod
    /// In the order of the document. Empty when there is no document.
    public var lines: [Line]
    /// `nil` when there is no document.
    public var totals: InvoiceTotals?
    /// Months left out because their prices mix tax bases, and months whose difference waits because of its basis (C3,
    /// C4).
    public var mixedMonths: [BillingPeriod]
    /// Earlier or present months in which something still differs from what is billed once this document is issued.
    public var unsettledMonths: [BillingPeriod]
}

/// What a document is taxed as, by the codes of UN/EDIFACT 5305.
public enum TaxCategory: String, Hashable, Sendable {
    /// Consumption tax at the standard rate.
    case standard = "S"
    /// The customer is outside Japan: no tax.
    case outsideScope = "O"
}

/// The sums at the foot of a document. Stored and printed, never computed again.
public struct InvoiceTotals: Hashable, Sendable {
    public let basis: TaxBasis
    public let category: TaxCategory
    /// Sum of all lines: tax included or not, as the basis says.
    public let total: Yen
    public let tax: Yen

    public static let taxRatePercent = 10

    /// C11: tax is rounded once per document and rate. Outside the scope there is none: what the lines add up to is
    /// what is paid. What a return gives back is rounded as if it were charged.
    public init(basis: TaxBasis, total: Yen, category: TaxCategory = .standard) {
        self.basis = basis
        self.category = category
        self.total = total
        let size = total < .zero ? -total : total
        let rounded: Yen =
            switch (category, basis) {
            case (.outsideScope, _): .zero
            case (.standard, .inclusive): Rounding.taxIncluded(inGross: size)
            case (.standard, .exclusive): Rounding.taxAdded(toBase: size)
            }
        tax = total < .zero ? -rounded : rounded
    }

    /// `nil` where there is no rate.
    public var ratePercent: Int64? { category == .standard ? Int64(Self.taxRatePercent) : nil }
    public var net: Yen { basis == .inclusive ? total - tax : total }
    public var payable: Yen { basis == .inclusive ? total : total + tax }
}

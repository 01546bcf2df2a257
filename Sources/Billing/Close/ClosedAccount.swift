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

/// The sums at the foot of a document. Stored and printed, never computed again.
public struct InvoiceTotals: Hashable, Sendable {
    public let basis: TaxBasis
    /// Sum of all lines: tax included or not, as the basis says.
    public let total: Yen
    public let tax: Yen

    public static let taxRatePercent = 10

    /// C11: tax is rounded once per document and rate.
    public init(basis: TaxBasis, total: Yen) {
        self.basis = basis
        self.total = total
        tax = basis == .inclusive ? Rounding.taxIncluded(inGross: total) : Rounding.taxAdded(toBase: total)
    }

    public var net: Yen { basis == .inclusive ? total - tax : total }
    public var payable: Yen { basis == .inclusive ? total : total + tax }
}

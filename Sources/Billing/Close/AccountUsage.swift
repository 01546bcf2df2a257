import UsageLedger
import Units

/// Priced use of one account in one month, at one price row.
public struct PricedUsage: Hashable, Sendable {
    public let month: BillingPeriod
    public let row: PriceRow
    public var usage: Usage

    public init(month: BillingPeriod, row: PriceRow, usage: Usage) {
        self.month = month
        self.row = row
        self.usage = usage
    }

    public var rate: RateKey { RateKey(plan: row.plan, price: row.price, basis: row.basis) }
}

/// All that the close of one account's period depends on: gathered before, so that the calculation is pure.
public struct AccountUsage: Sendable {
    public let account: AccountID
    public let period: BillingPeriod
    /// Use of the period, and of earlier closed months whose expected sum may differ from what was billed.
    public var usage: [PricedUsage]
    /// Earlier closed months to settle, ascending; those of `usage` among them.
    public var months: [BillingPeriod]
    /// Lines of the account's earlier documents that aren't void, in the order of issue.
    public var issued: [Line]
    public var credits: [Credit]

    public init(
        account: AccountID, period: BillingPeriod, usage: [PricedUsage] = [], months: [BillingPeriod] = [],
        issued: [Line] = [],
        credits: [Credit] = []
    ) {
        self.account = account
        self.period = period
        self.usage = usage
        self.months = months
        self.issued = issued
        self.credits = credits
    }
}

/// Settings that decide amounts (§7). Stored on every document; a rebuild uses the stored ones.
public struct BillingRules: Hashable, Sendable {
    /// Version of the calculation itself. Old versions stay in the code.
    public var version: Int64
    public var invoiceMinimumYen: Int64
    public var graceHours: Int64
    public var runawaySilence: RunawaySilence

    public static let currentVersion: Int64 = 1
    public static let standard = BillingRules(
        version: currentVersion, invoiceMinimumYen: 1, graceHours: 72, runawaySilence: .minutes(60))

    public init(version: Int64, invoiceMinimumYen: Int64, graceHours: Int64, runawaySilence: RunawaySilence) {
        self.version = version
        self.invoiceMinimumYen = invoiceMinimumYen
        self.graceHours = graceHours
        self.runawaySilence = runawaySilence
    }
}

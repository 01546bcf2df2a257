import Billing
import UsageLedger
import Units

/// Turns gathered use into what `closeAccount` takes, account by account in the order of their ids.
struct AccountInputs {
    let statements: StatementCache
    let keys: Keys
    let scope: CloseScope
    let lookups: PriceLookups
    private let usage: MonthUsage
    private let months: [Int64: Set<BillingPeriod>]
    private let credits: [AccountID: [Credit]]
    private let earlier: EarlierLines
    /// Runs without a stop at the end of the log; empty as of an earlier log cut.
    let openRuns: [StoredRun]
    /// In the order of account ids as bytes.
    let accounts: [(id: AccountID, number: Int64)]

    /// - Parameter shared: prices looked up before; `nil` makes new ones.
    init(
        _ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, only account: AccountID? = nil,
        lookups shared: PriceLookups? = nil
    ) throws {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        let gathering = UsageGathering(statements, keys, scope, shared)
        lookups = gathering.lookups
        let only = try account.map { try keys.accounts.number(of: $0) ?? -1 }
        let gathered = try gathering.usage(of: only)
        (usage, openRuns) = (gathered.usage, gathered.openRuns)
        earlier = try EarlierLines(statements, keys, before: scope.documentBound, only: only)
        var settled = gathered.months
        for (account, month) in earlier.voidedMonths where month < scope.period {
            settled[account, default: []].insert(month)
        }
        months = settled
        credits = Dictionary(grouping: scope.setUp.credits.map(\.credit), by: \.account)
        let numbers = Set(usage.byAccount.keys).union(months.keys)
        accounts = try numbers.map { (try keys.accounts.name(of: $0), $0) }.sorted { $0.id < $1.id }
    }

    /// Priced use, earlier lines and credits of one account.
    func input(_ account: (id: AccountID, number: Int64)) throws -> AccountUsage {
        let settle = (months[account.number] ?? []).filter { !scope.waitsForItsOwnClose($0) }.sorted()
        var input = AccountUsage(
            account: account.id, period: scope.period, months: settle, credits: credits[account.id] ?? [])
        for (key, part) in usage.byAccount[account.number] ?? [] where !part.isZero {
            guard !scope.waitsForItsOwnClose(key.month), let row = lookups.rows[key.priceRow] else { continue }
            input.usage.append(PricedUsage(month: key.month, row: row, usage: part))
        }
        if !settle.isEmpty || !input.credits.isEmpty { input.issued = try earlier.lines(account.number) }
        return input
    }

    /// Use that no single price row prices, by month and plan.
    func unpriced(_ account: Int64) -> [(month: BillingPeriod, plan: Int64)] {
        (usage.byAccount[account] ?? []).compactMap { key, part in
            key.priceRow == 0 && part.seconds > 0 ? (key.month, key.plan) : nil
        }
    }

    /// Months before the period and after the last closed one in which any account has use.
    var openMonthsWithUse: [BillingPeriod] {
        var found: Set<BillingPeriod> = []
        for parts in usage.byAccount.values {
            for (key, part) in parts
            where key.month < scope.period && part.seconds > 0 && scope.isClosedWithPeriod(key.month) {
                found.insert(key.month)
            }
        }
        return found.sorted()
    }
}

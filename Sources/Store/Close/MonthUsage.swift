import Billing
import UsageLedger
import Units

/// Use of accounts by month and price row, gathered for a close. Dense account and plan numbers, so that a hundred
/// thousand accounts fit.
struct MonthUsage {
    struct Key: Hashable {
        let month: BillingPeriod
        let plan: Int64
        /// 0 where no single row prices the day.
        let priceRow: Int64
    }

    /// An account has few keys, so that looking through them is faster than a dictionary each.
    private(set) var byAccount: [Int64: [(key: Key, usage: Usage)]] = [:]

    mutating func add(account: Int64, _ key: Key, _ usage: Usage) {
        var parts = byAccount[account] ?? []
        byAccount[account] = nil
        if let index = parts.lastIndex(where: { $0.key == key }) {
            parts[index].usage += usage
        } else {
            parts.append((key, usage))
        }
        byAccount[account] = parts
    }

    /// All keys of one account, which has none yet.
    mutating func set(account: Int64, _ parts: [(key: Key, usage: Usage)]) {
        if !parts.isEmpty { byAccount[account] = parts }
    }
}

/// The price row of an (account, plan, day), remembered by dense numbers.
final class PriceLookups {
    private let keys: Keys
    private let prices: PriceBook
    private var known: [UsageCells.DayKey: Int64] = [:]
    private(set) var rows: [Int64: PriceRow]
    /// Where runs that aren't in the sums by day were priced, and the last such day.
    struct OpenUse: Hashable {
        let account: Int64
        let month: BillingPeriod
        let priceRow: Int64
    }

    private(set) var lastDayOfOpenUse: [OpenUse: CivilDay] = [:]

    init(_ prices: PriceBook, _ keys: Keys) {
        self.keys = keys
        self.prices = prices
        rows = Dictionary(uniqueKeysWithValues: prices.rows.map { ($0.position, $0) })
    }

    func noteUse(account: Int64, _ row: Int64, _ day: CivilDay) {
        let use = OpenUse(account: account, month: day.period, priceRow: row)
        lastDayOfOpenUse[use] = max(lastDayOfOpenUse[use] ?? day, day)
    }

    func row(account: Int64, plan: Int64, day: CivilDay) throws -> Int64 {
        let key = UsageCells.DayKey(account: account, day: day, plan: plan)
        if let found = known[key] { return found }
        let lookup = prices.lookup(
            account: try keys.accounts.name(of: account), plan: try keys.plans.name(of: plan), day: day)
        let row: Int64 = if case .row(let found) = lookup { found.position } else { 0 }
        if known.count >= 500_000 { known.removeAll(keepingCapacity: true) }
        known[key] = row
        return row
    }
}

import Billing
import UsageLedger
import Units

/// The last day on which issued lines used each price row: what may no longer be cut off (§6).
struct PriceRowUse {
    private let statements: StatementCache
    private let keys: Keys

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// For every row named by a line of the documents made now. An account's days are looked at only while they may
    /// move a row's last day: O(lines) as a rule, O(days of the months) at worst.
    func lastDays(_ calculation: CloseCalculation) throws -> [(row: Int64, lastDay: CivilDay)] {
        let lookups = calculation.inputs.lookups
        var last: [Int64: CivilDay] = [:]
        for (closed, account) in calculation.accounts {
            for line in closed.lines {
                for row in line.priceRows {
                    guard let price = lookups.rows[row] else { continue }
                    let month = line.chargeMonth
                    let open = lookups.lastDayOfOpenUse[.init(account: account, month: month, priceRow: row)]
                    if let open { last[row] = max(last[row] ?? open, open) }
                    let from = max(price.from, month.firstDay, last[row]?.next ?? .first)
                    let end = min(price.to ?? month.lastDay, month.lastDay)
                    guard from <= end else { continue }
                    if let day = try lastDay(price, account, from...end, lookups) { last[row] = day }
                }
            }
        }
        return last.map { (row: $0.key, lastDay: $0.value) }.sorted { $0.row < $1.row }
    }

    func write(_ use: [(row: Int64, lastDay: CivilDay)]) throws {
        let row = try statements(
            "INSERT INTO price_row_use VALUES (?1, ?2) ON CONFLICT DO UPDATE SET last_day = max(last_day, ?2)")
        for (priceRow, day) in use {
            row.bind(1, priceRow)
            row.bind(2, Int64(day.number))
            try row.run()
        }
    }

    /// The last of these days on which the row priced use of the account: another row may have priced a later one.
    private func lastDay(_ price: PriceRow, _ account: Int64, _ range: ClosedRange<CivilDay>, _ lookups: PriceLookups)
        throws -> CivilDay?
    {
        guard let plan = try keys.plans.number(of: price.plan) else { return nil }
        let days = try statements(DayScans.ofOneAccount + " AND plan = ?4 ORDER BY day DESC")
        days.bind(1, account)
        days.bind(2, Int64(range.lowerBound.number))
        days.bind(3, Int64(range.upperBound.number))
        days.bind(4, plan)
        while try days.step() {
            let day = CivilDay(number: Int32(days.integer(1)))
            guard try lookups.row(account: account, plan: plan, day: day) == price.position else { continue }
            days.reset()
            return day
        }
        return nil
    }
}

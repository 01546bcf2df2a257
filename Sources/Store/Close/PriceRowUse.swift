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

    /// For every row named by a line of the documents made now. O(price rows × days of the months concerned).
    func lastDays(_ calculation: CloseCalculation) throws -> [(row: Int64, lastDay: CivilDay)] {
        var months: [Int64: Set<BillingPeriod>] = [:]
        for (closed, _) in calculation.accounts {
            for line in closed.lines { for row in line.priceRows { months[row, default: []].insert(line.chargeMonth) } }
        }
        var last: [Int64: CivilDay] = [:]
        for (row, used) in months {
            guard let price = calculation.inputs.lookups.rows[row] else { continue }
            for month in used {
                if let day = try lastDay(price, month, calculation.inputs.lookups) { last[row] = max(last[row] ?? day, day) }
            }
        }
        // Open runs are used up to the cut.
        for (row, day) in calculation.inputs.lookups.lastDayOfOpenRuns where months[row] != nil {
            last[row] = max(last[row] ?? day, day)
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

    private func lastDay(_ price: PriceRow, _ month: BillingPeriod, _ lookups: PriceLookups) throws -> CivilDay? {
        guard let plan = try keys.plans.number(of: price.plan) else { return nil }
        let days = try statements(
            """
            SELECT account, max(day) FROM usage_day WHERE plan = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 IS NULL OR account = ?4)
            GROUP BY account
            """)
        days.bind(1, plan)
        days.bind(2, Int64(max(price.from, month.firstDay).number))
        days.bind(3, Int64(min(price.to ?? month.lastDay, month.lastDay).number))
        days.bind(4, try price.account.flatMap(keys.accounts.number))
        var last: CivilDay?
        while try days.step() {
            let account = days.integer(0), day = CivilDay(number: Int32(days.integer(1)))
            if let last, day <= last { continue }
            if let used = try lastDay(price, plan, account, upTo: day, lookups) { last = max(last ?? used, used) }
        }
        return last
    }

    /// The account's last day at this row: its own row may have priced later days instead of the list.
    private func lastDay(
        _ price: PriceRow, _ plan: Int64, _ account: Int64, upTo day: CivilDay, _ lookups: PriceLookups
    ) throws -> CivilDay? {
        if try lookups.row(account: account, plan: plan, day: day) == price.position { return day }
        let days = try statements(
            "SELECT day FROM usage_day WHERE account = ?1 AND plan = ?2 AND day BETWEEN ?3 AND ?4 ORDER BY day DESC")
        days.bind(1, account)
        days.bind(2, plan)
        days.bind(3, Int64(price.from.number))
        days.bind(4, Int64(day.number))
        defer { days.reset() }
        while try days.step() {
            let earlier = CivilDay(number: Int32(days.integer(0)))
            if try lookups.row(account: account, plan: plan, day: earlier) == price.position { return earlier }
        }
        return nil
    }
}

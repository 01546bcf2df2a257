import UsageLedger
import Units

/// The sums by month and price row, made again from the sums by day.
struct MonthSums {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// Sums the months of a plan, or of all, again; rows that stay the same aren't touched. O(days stored), a month's
    /// sums in memory. Returns the (account, month) pairs that have changed.
    func rebuild(
        plan: Int64?, priceRow: (_ account: Int64, CivilDay, _ plan: Int64) throws -> Int64
    ) throws -> Set<[Int64]> {
        var sums: [UsageCells.MonthKey: Usage] = [:]
        var touched: Set<[Int64]> = []
        var month: BillingPeriod?
        let days = try RawStatementScan(
            statements, "SELECT * FROM usage_day WHERE ?1 IS NULL OR plan = ?1 ORDER BY day, account, plan", bind: plan)
        while let row = try days.next() {
            let day = CivilDay(number: Int32(row.integer(1)))
            if day.period != month {
                if let month { touched.formUnion(try replace(month, plan, by: sums)) }
                sums.removeAll(keepingCapacity: true)
                month = day.period
            }
            let price = try priceRow(row.integer(0), day, row.integer(2))
            let key = UsageCells.MonthKey(
                account: row.integer(0), month: day.period, plan: row.integer(2), priceRow: price)
            sums[key, default: .zero] += Usage(
                seconds: row.integer(3), shortfallSeconds: row.integer(4), gpuSecondThousandths: row.integer(5))
        }
        if let month { touched.formUnion(try replace(month, plan, by: sums)) }
        return touched
    }

    /// Brings the stored sums of one month to the given ones.
    private func replace(
        _ month: BillingPeriod, _ plan: Int64?, by sums: [UsageCells.MonthKey: Usage]
    ) throws -> Set<[Int64]> {
        var changed = sums
        var gone: [UsageCells.MonthKey] = []
        let stored = try statements("SELECT * FROM usage_month WHERE month = ?1 AND (?2 IS NULL OR plan = ?2)")
        stored.bind(1, Int64(month.monthNumber))
        stored.bind(2, plan)
        while try stored.step() {
            let key = UsageCells.MonthKey(
                account: stored.integer(0), month: month, plan: stored.integer(2), priceRow: stored.integer(3))
            let usage = Usage(
                seconds: stored.integer(4), shortfallSeconds: stored.integer(5),
                gpuSecondThousandths: stored.integer(6))
            if changed[key] == usage { changed[key] = nil }
            if sums[key] == nil { gone.append(key) }
        }
        let remove = try statements(
            "DELETE FROM usage_month WHERE account = ?1 AND month = ?2 AND plan = ?3 AND price_row = ?4")
        for key in gone {
            bind(remove, key)
            try remove.run()
        }
        let insert = try statements("INSERT OR REPLACE INTO usage_month VALUES (?1,?2,?3,?4,?5,?6,?7)")
        for (key, usage) in changed {
            bind(insert, key)
            insert.bind(5, usage.seconds)
            insert.bind(6, usage.shortfallSeconds)
            insert.bind(7, usage.gpuSecondThousandths)
            try insert.run()
        }
        return Set((gone + changed.keys).map { [$0.account, Int64($0.month.monthNumber)] })
    }

    private func bind(_ statement: RawStatement, _ key: UsageCells.MonthKey) {
        statement.bind(1, key.account)
        statement.bind(2, Int64(key.month.monthNumber))
        statement.bind(3, key.plan)
        statement.bind(4, key.priceRow)
    }
}

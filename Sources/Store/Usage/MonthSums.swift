import UsageLedger
import Units

/// The sums by month and price row, made again from the sums by day.
struct MonthSums {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// O(days stored). Returns the (account, month) pairs of the plan.
    func rebuild(plan: Int64?, priceRow: (_ account: Int64, CivilDay, _ plan: Int64) throws -> Int64) throws -> Set<[Int64]> {
        let remove = try statements("DELETE FROM usage_month WHERE ?1 IS NULL OR plan = ?1")
        remove.bind(1, plan)
        try remove.run()
        var sums: [UsageCells.MonthKey: Usage] = [:]
        var touched: Set<[Int64]> = []
        var account: Int64?
        let days = try statements("SELECT * FROM usage_day WHERE ?1 IS NULL OR plan = ?1 ORDER BY account, day, plan")
        days.bind(1, plan)
        while try days.step() {
            if days.integer(0) != account {
                try write(&sums)
                account = days.integer(0)
            }
            let day = CivilDay(number: Int32(days.integer(1)))
            let row = try priceRow(days.integer(0), day, days.integer(2))
            let key = UsageCells.MonthKey(account: days.integer(0), month: day.period, plan: days.integer(2), priceRow: row)
            sums[key, default: .zero] += Usage(
                seconds: days.integer(3), shortfallSeconds: days.integer(4), gpuSecondThousandths: days.integer(5))
            touched.insert([key.account, Int64(key.month.monthNumber)])
        }
        try write(&sums)
        return touched
    }

    private func write(_ sums: inout [UsageCells.MonthKey: Usage]) throws {
        let insert = try statements("INSERT INTO usage_month VALUES (?1,?2,?3,?4,?5,?6,?7)")
        for (key, usage) in sums {
            insert.bind(1, key.account)
            insert.bind(2, Int64(key.month.monthNumber))
            insert.bind(3, key.plan)
            insert.bind(4, key.priceRow)
            insert.bind(5, usage.seconds)
            insert.bind(6, usage.shortfallSeconds)
            insert.bind(7, usage.gpuSecondThousandths)
            try insert.run()
        }
        sums.removeAll(keepingCapacity: true)
    }
}

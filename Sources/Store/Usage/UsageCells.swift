import Billing
import UsageLedger
import Units

/// Sums of stopped runs by (account, day, plan) and (account, month, plan, price row), changed by differences: collected in memory
/// during a batch and written once.
struct UsageCells {
    struct DayKey: Hashable {
        let account: Int64
        let day: CivilDay
        let plan: Int64
    }

    struct MonthKey: Hashable {
        let account: Int64
        let month: BillingPeriod
        let plan: Int64
        /// 0 where no single row prices the day.
        let priceRow: Int64
    }

    private var days: [DayKey: Usage] = [:]
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// Adds a run's slices, or takes them away again. Open runs depend on the cut and are added when they are asked for.
    mutating func add(_ run: Run, account: Int64, plan: Int64, negative: Bool) {
        guard run.canBill, !run.isOpen, let gpus = run.gpus else { return }
        run.forEachSlice(eventCut: .endOfTime, silence: .none) { slice in
            let usage = slice.usage(gpus: gpus)
            days[DayKey(account: account, day: slice.day, plan: plan), default: .zero] += negative ? .zero - usage : usage
        }
    }

    /// Writes what has changed. `priceRow` gives the row that prices an (account, plan, day).
    /// Returns the (account, month) pairs that changed.
    mutating func flush(priceRow: (DayKey) throws -> Int64) throws -> Set<[Int64]> {
        var months: [MonthKey: Usage] = [:]
        var touched: Set<[Int64]> = []
        let day = try statements(
            """
            INSERT INTO usage_day VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET seconds = seconds + ?4,
            shortfall_seconds = shortfall_seconds + ?5, gpu_second_thousandths = gpu_second_thousandths + ?6
            """)
        let emptyDay = try statements(
            "DELETE FROM usage_day WHERE account = ?1 AND day = ?2 AND plan = ?3 AND seconds = 0 AND gpu_second_thousandths = 0")
        for (key, usage) in days where !usage.isZero {
            bind(day, [key.account, Int64(key.day.number), key.plan], usage)
            try day.run()
            if usage.seconds < 0 { try delete(emptyDay, [key.account, Int64(key.day.number), key.plan]) }
            let month = MonthKey(account: key.account, month: key.day.period, plan: key.plan, priceRow: try priceRow(key))
            months[month, default: .zero] += usage
        }
        days.removeAll(keepingCapacity: true)
        let row = try statements(
            """
            INSERT INTO usage_month VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO UPDATE SET seconds = seconds + ?5,
            shortfall_seconds = shortfall_seconds + ?6, gpu_second_thousandths = gpu_second_thousandths + ?7
            """)
        let emptyMonth = try statements(
            """
            DELETE FROM usage_month WHERE account = ?1 AND month = ?2 AND plan = ?3 AND price_row = ?4 AND seconds = 0
            AND gpu_second_thousandths = 0
            """)
        for (key, usage) in months {
            let values = [key.account, Int64(key.month.monthNumber), key.plan, key.priceRow]
            touched.insert([key.account, Int64(key.month.monthNumber)])
            guard !usage.isZero else { continue }
            bind(row, values, usage)
            try row.run()
            if usage.seconds < 0 { try delete(emptyMonth, values) }
        }
        return touched
    }

    private func bind(_ statement: RawStatement, _ key: [Int64], _ usage: Usage) {
        for (index, value) in (key + [usage.seconds, usage.shortfallSeconds, usage.gpuSecondThousandths]).enumerated() {
            statement.bind(Int32(index + 1), value)
        }
    }

    private func delete(_ statement: RawStatement, _ key: [Int64]) throws {
        for (index, value) in key.enumerated() { statement.bind(Int32(index + 1), value) }
        try statement.run()
    }
}

import Billing
import UsageLedger
import Units

/// Sums of stopped runs by (account, day, plan) and (account, month, plan, price row), changed by differences:
/// collected in memory during a batch and written once.
struct UsageCells {
    struct DayKey: Hashable, Comparable {
        let account: Int64
        let day: CivilDay
        let plan: Int64

        /// The order of the table's key.
        static func < (left: DayKey, right: DayKey) -> Bool {
            (left.day, left.account, left.plan) < (right.day, right.account, right.plan)
        }
    }

    struct MonthKey: Hashable, Comparable {
        let account: Int64
        let month: BillingPeriod
        let plan: Int64
        /// 0 where no single row prices the day.
        let priceRow: Int64

        /// The order of the table's key.
        static func < (left: MonthKey, right: MonthKey) -> Bool {
            (left.month, left.account, left.plan, left.priceRow) < (
                right.month, right.account, right.plan, right.priceRow
            )
        }
    }

    private var days: [DayKey: Usage] = [:]
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// Adds a run's slices, or takes them away again. Open runs depend on the cut and are added when they are asked
    /// for.
    mutating func add(_ run: Run, account: Int64, plan: Int64, negative: Bool) {
        guard run.canBill, !run.isOpen, let gpus = run.gpus else { return }
        run.forEachSlice(eventCut: .endOfTime, silence: .none) { slice in
            let usage = slice.usage(gpus: gpus)
            days[DayKey(account: account, day: slice.day, plan: plan), default: .zero] +=
                negative ? .zero - usage : usage
        }
    }

    /// Writes what has changed, in the order of the tables' keys, so that one page after the other is changed.
    /// `priceRow` gives the row that prices an (account, plan, day). Returns the (account, month) pairs that changed.
    mutating func flush(priceRow: (DayKey) throws -> Int64) throws -> Set<[Int64]> {
        var months: [MonthKey: Usage] = [:]
        let add = try statements(
            """
            INSERT INTO usage_day VALUES (?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET seconds = seconds + ?4,
            shortfall_seconds = shortfall_seconds + ?5, gpu_second_thousandths = gpu_second_thousandths + ?6
            """)
        let remove = try statements(
            "DELETE FROM usage_day WHERE account = ?1 AND day = ?2 AND plan = ?3 AND seconds = 0 AND "
                + "gpu_second_thousandths = 0"
        )
        for (key, usage) in days.sorted(by: { $0.key < $1.key }) where !usage.isZero {
            Self.bind(add, key)
            add.bind(4, usage.seconds)
            add.bind(5, usage.shortfallSeconds)
            add.bind(6, usage.gpuSecondThousandths)
            try add.run()
            if usage.seconds < 0 {
                Self.bind(remove, key)
                try remove.run()
            }
            let month = MonthKey(
                account: key.account, month: key.day.period, plan: key.plan, priceRow: try priceRow(key))
            months[month, default: .zero] += usage
        }
        days.removeAll(keepingCapacity: true)
        try write(months)
        return Set(months.keys.map { [$0.account, Int64($0.month.monthNumber)] })
    }

    private func write(_ months: [MonthKey: Usage]) throws {
        let add = try statements(
            """
            INSERT INTO usage_month VALUES (?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO UPDATE SET seconds = seconds + ?5,
            shortfall_seconds = shortfall_seconds + ?6, gpu_second_thousandths = gpu_second_thousandths + ?7
            """)
        let remove = try statements(
            """
            DELETE FROM usage_month WHERE account = ?1 AND month = ?2 AND plan = ?3 AND price_row = ?4 AND seconds = 0
            AND gpu_second_thousandths = 0
            """)
        for (key, usage) in months.sorted(by: { $0.key < $1.key }) where !usage.isZero {
            Self.bind(add, key)
            add.bind(5, usage.seconds)
            add.bind(6, usage.shortfallSeconds)
            add.bind(7, usage.gpuSecondThousandths)
            try add.run()
            guard usage.seconds < 0 else { continue }
            Self.bind(remove, key)
            try remove.run()
        }
    }

    private static func bind(_ statement: RawStatement, _ key: DayKey) {
        statement.bind(1, key.account)
        statement.bind(2, Int64(key.day.number))
        statement.bind(3, key.plan)
    }

    private static func bind(_ statement: RawStatement, _ key: MonthKey) {
        statement.bind(1, key.account)
        statement.bind(2, Int64(key.month.monthNumber))
        statement.bind(3, key.plan)
        statement.bind(4, key.priceRow)
    }
}

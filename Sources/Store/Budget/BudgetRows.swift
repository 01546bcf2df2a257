import Billing
import UsageLedger
import Units

/// Reads and writes budgets and reservations, and sums up how a month stands.
struct BudgetRows {
    let statements: StatementCache
    let keys: Keys

    /// Of a row of `compute_task`: what a reservation takes from it.
    static let isOpen = "status IN ('waiting', 'running')"
    static let lastDay =
        "CASE WHEN \(isOpen) OR attempt IS NULL THEN NULL ELSE (updated_at + 32400000000000) / 86400000000000 END"

    /// The stop settles what was reserved (§10); nothing happens for a task without a reservation.
    func settle(_ task: Int64) throws {
        let row = try statements(
            """
            UPDATE reservation SET (is_open, to_day) =
            (SELECT \(Self.isOpen), \(Self.lastDay) FROM compute_task WHERE task = ?1) WHERE task = ?1
            """)
        row.bind(1, task)
        try row.run()
    }

    /// The budget in force; none when the account never set one.
    func budget(_ account: Int64) throws -> Budget {
        let row = try statements(
            "SELECT hard_cap_yen, alert_yen FROM budget_version WHERE account = ?1 ORDER BY position DESC LIMIT 1")
        row.bind(1, account)
        guard try row.step() else { return .none }
        defer { row.reset() }
        return Budget(
            hardCap: row.optionalInteger(0).map(Yen.init),
            alerts: row.text(1).split(separator: " ").compactMap { Int64($0).map(Yen.init) })
    }

    /// Accounts that want to be told of thresholds.
    func accountsWithAlerts() throws -> Set<Int64> {
        let row = try statements(
            """
            SELECT account FROM budget_version v WHERE alert_yen <> '' AND position =
            (SELECT max(position) FROM budget_version WHERE account = v.account)
            """)
        var found: Set<Int64> = []
        while try row.step() { found.insert(row.integer(0)) }
        return found
    }

    func write(_ budget: Budget, account: Int64, position: Int64) throws {
        let row = try statements("INSERT INTO budget_version VALUES (?1,?2,?3,?4)")
        row.bind(1, position)
        row.bind(2, account)
        row.bind(3, budget.hardCap?.amount)
        row.bind(4, budget.alerts.map(\.description).joined(separator: " "))
        try row.run()
    }

    /// Whether it is open follows from the task's row.
    func write(_ reservation: Reservation, task: Int64, position: Int64) throws {
        let row = try statements(
            """
            INSERT OR REPLACE INTO reservation VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,
            (SELECT \(Self.isOpen) FROM compute_task WHERE task = ?1),
            (SELECT \(Self.lastDay) FROM compute_task WHERE task = ?1))
            """)
        row.bind(1, task)
        row.bind(2, position)
        row.bind(3, try keys.accounts.numberAddingIfNeeded(of: reservation.account))
        row.bind(4, try keys.plans.numberAddingIfNeeded(of: reservation.plan))
        row.bind(5, reservation.price.price.billionths)
        row.bind(6, reservation.price.basis.rawValue)
        row.bind(7, reservation.price.tax.rawValue)
        row.bind(8, Int64(reservation.from.number))
        row.bind(9, reservation.microYen)
        try row.run()
    }

    /// The sum of all open reservations.
    func reserved(_ account: Int64) throws -> ExactYen {
        let row = try statements(
            "SELECT coalesce(sum(micro_yen), 0) FROM reservation WHERE account = ?1 AND is_open = 1")
        row.bind(1, account)
        guard try row.step() else { return .zero }
        defer { row.reset() }
        return ExactYen(microYen: row.integer(0))
    }

    /// What the use of a month costs with tax, until an instant.
    /// - Parameter leavingOutReserved: runs that an open reservation covers aren't counted.
    func used(
        _ account: (id: AccountID, number: Int64), _ period: BillingPeriod, until now: Instant, _ setUp: SetUp,
        leavingOutReserved: Bool
    ) throws -> ExactYen {
        var sum = ExactYen.zero
        let months = try statements(
            """
            SELECT price_row, seconds, shortfall_seconds, gpu_second_thousandths FROM usage_month
            WHERE account = ?1 AND month = ?2 AND price_row <> 0
            """)
        months.bind(1, account.number)
        months.bind(2, Int64(period.monthNumber))
        while try months.step() {
            guard let row = setUp.prices.row(at: months.integer(0)) else { continue }
            let usage = Usage(
                seconds: months.integer(1), shortfallSeconds: months.integer(2), gpuSecondThousandths: months.integer(3)
            )
            sum += usage.amount(at: row.price, basis: row.basis).withTax(row.tax)
        }
        let open = try RawStatementScan(statements, RunRows.openRows(ofOneAccount: true), bind: account.number)
        while let row = try open.next() {
            let stored = try RunRows.read(row, keys)
            guard let plan = stored.run.plan, let gpus = stored.run.gpus, stored.run.canBill else { continue }
            if leavingOutReserved, try isReserved(stored.task) { continue }
            stored.run.forEachSlice(eventCut: now, silence: setUp.rules.runawaySilence) { slice in
                guard slice.day.period == period,
                    case .row(let price) = setUp.prices.lookup(account: account.id, plan: plan, day: slice.day)
                else { return }
                sum += slice.usage(gpus: gpus).amount(at: price.price, basis: price.basis).withTax(price.tax)
            }
        }
        return sum
    }

    func standing(
        _ account: AccountID, _ budget: Budget, at now: Instant, _ setUp: SetUp
    ) throws -> BudgetStanding {
        let number = try keys.accounts.number(of: account) ?? -1
        let period = CivilDay(now).period
        return BudgetStanding(
            budget: budget, period: period,
            used: try used((account, number), period, until: now, setUp, leavingOutReserved: true),
            reserved: try reserved(number))
    }

    private func isReserved(_ task: Int64) throws -> Bool {
        let row = try statements("SELECT 1 FROM reservation WHERE task = ?1 AND is_open = 1")
        row.bind(1, task)
        guard try row.step() else { return false }
        row.reset()
        return true
    }
}

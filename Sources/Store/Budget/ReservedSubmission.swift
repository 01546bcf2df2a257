import Billing
import UsageLedger
import Units

/// Why a task isn't taken: the most it may cost doesn't fit what is left of the budget.
public struct BudgetExceeded: Error, Hashable, Sendable, CustomStringConvertible {
    public let standing: BudgetStanding
    /// What the task would have to reserve; `nil` when that has no bound.
    public let needed: ExactYen?

    public var description: String {
        let left = standing.available?.description ?? "0"
        guard let needed else {
            return "the account has a hard cap, and what this task may cost has no bound: its plan has no price, or it "
                + "has no time limit; choose another plan or set execution_time_limit_sec"
        }
        return "the task may cost \(needed) yen at most, and \(left) yen are left of the budget of "
            + "\(standing.budget.hardCap ?? .zero) yen for \(standing.period); lower execution_time_limit_sec, wait "
            + "for running tasks to end, or raise the budget"
    }
}

extension LedgerStore {
    /// Records the submission of a task. With a hard cap on the account's budget the most that it may cost is reserved
    /// in the same transaction, and what doesn't fit is refused, so that no two submissions can share what is left.
    /// Errors: `BudgetExceeded`, and then nothing is written.
    /// - Parameter limitSeconds: by which it is billed at most; `nil` without end.
    public func submit(
        _ event: DecodedEvent, account: AccountID, plan: PlanID, limitSeconds: Int64?, by actor: Actor
    ) throws {
        // A refusal has written nothing, so that what the connection has prepared may stay.
        let outcome: Result<Void, BudgetExceeded> = try write { session in
            let reservation: Reservation?
            do {
                reservation = try session.reservation(account, plan, limitSeconds, at: actor.now)
            } catch let refusal as BudgetExceeded {
                return .failure(refusal)
            }
            guard case .recorded = try record([event], at: actor.now).first else {
                throw StoreError(.internal, "the event '\(event.fact.key.id)' of a task was not recorded")
            }
            if let reservation {
                try session.appendOwn(BudgetEvents.taskReserved(reservation, task: event.task), by: actor)
            }
            return .success(())
        }
        try outcome.get()
    }

    /// Throws what `submit` would throw at this moment, and writes nothing: what can't fit needn't wait for
    /// the writer. Error: `BudgetExceeded`.
    public func checkBudget(account: AccountID, plan: PlanID, limitSeconds: Int64?, at now: Instant) throws {
        try read { statements, keys in
            let rows = BudgetRows(statements: statements, keys: keys)
            guard let number = try keys.accounts.number(of: account), try rows.budget(number).hardCap != nil else {
                return
            }
            let setUp = try SetUpReader(statements, keys).setUp()
            _ = try rows.reservation(account, plan, limitSeconds, at: now, setUp)
        }
    }

    /// How the present month stands against the account's budget.
    public func budgetStanding(_ account: AccountID, at now: Instant) throws -> BudgetStanding {
        try read { statements, keys in
            let rows = BudgetRows(statements: statements, keys: keys)
            let budget = try rows.budget(try keys.accounts.number(of: account) ?? -1)
            return try rows.standing(account, budget, at: now, try SetUpReader(statements, keys).setUp())
        }
    }

    /// Sets an account's budget. A hard cap reserves for all its tasks that haven't ended, whether or not they fit: it
    /// holds for what is submitted from now on. Again, nothing is written.
    /// Error: `refused` when a task that hasn't ended may cost more than can be said.
    public func setBudget(_ budget: Budget, account: AccountID, user: UserID, by actor: Actor) throws {
        try write { session in
            let rows = session.budgetRows
            let number = try session.keys.accounts.numberAddingIfNeeded(of: account)
            guard try rows.budget(number) != budget else { return }
            let missing = budget.hardCap == nil ? [] : try session.missingReservations(account, number, at: actor.now)
            try session.appendOwn(BudgetEvents.budgetSet(budget, account: account, user: user), by: actor)
            for (task, reservation) in missing {
                try session.appendOwn(BudgetEvents.taskReserved(reservation, task: task), by: actor)
            }
            session.alertAccounts = nil
            try session.raiseAlerts(of: [number], at: actor.now)
        }
    }
}

extension BudgetRows {
    /// `nil` without a hard cap. Error: `BudgetExceeded`.
    func reservation(
        _ account: AccountID, _ plan: PlanID, _ limitSeconds: Int64?, at now: Instant, _ setUp: SetUp
    ) throws -> Reservation? {
        let budget = try budget(try keys.accounts.number(of: account) ?? -1)
        guard budget.hardCap != nil else { return nil }
        let standing = try standing(account, budget, at: now, setUp)
        guard let made = reserved(account, plan, limitSeconds, from: CivilDay(now), setUp) else {
            throw BudgetExceeded(standing: standing, needed: nil)
        }
        let needed = ExactYen(microYen: made.microYen)
        guard let available = standing.available, needed <= available else {
            throw BudgetExceeded(standing: standing, needed: needed)
        }
        return made
    }

    /// The most that a task may cost; `nil` when that has no bound.
    func reserved(
        _ account: AccountID, _ plan: PlanID, _ limitSeconds: Int64?, from day: CivilDay, _ setUp: SetUp
    ) -> Reservation? {
        guard let limitSeconds, let plan = setUp.plans[plan],
            let price = SpendingReserve.dearestPrice(setUp.prices, account: account, plan: plan, from: day),
            let microYen = price.microYen(
                seconds: max(limitSeconds, plan.minimumExecutionSeconds), gpus: plan.gpuCount)
        else { return nil }
        return Reservation(account: account, plan: plan.id, price: price, from: day, microYen: microYen)
    }
}

extension WriterSession {
    var budgetRows: BudgetRows { BudgetRows(statements: statements, keys: keys) }

    fileprivate func reservation(
        _ account: AccountID, _ plan: PlanID, _ limitSeconds: Int64?, at now: Instant
    ) throws -> Reservation? {
        try budgetRows.reservation(account, plan, limitSeconds, at: now, setUp)
    }

    /// Reservations for the account's tasks that haven't ended and have none. Error: `refused`.
    fileprivate func missingReservations(
        _ account: AccountID, _ number: Int64, at now: Instant
    ) throws -> [(TaskID, Reservation)] {
        let rows = try RawStatementScan(
            statements,
            """
            SELECT t.name, c.plan, e.body FROM compute_task c JOIN task t ON t.task = c.task
            JOIN event e ON e.position = c.submission WHERE c.account = ?1 AND c.deleted_at IS NULL
            AND c.status IN ('waiting', 'running')
            AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.task = c.task) ORDER BY c.created_at, c.task
            """, bind: number)
        var missing: [(TaskID, Reservation)] = []
        while let row = try rows.next() {
            let id = try TaskID(row.text(0))
            let limit = (try? JSONValue(parsing: row.bytes(2)))?["data"]?["execution_time_limit_sec"]?.integer
            guard let plan = try row.optionalInteger(1).map(keys.plans.name),
                let made = budgetRows.reserved(account, plan, limit, from: CivilDay(now), setUp)
            else {
                throw StoreError(
                    .refused,
                    "a hard cap can't be set: what task '\(id)' may cost has no bound (no time limit, or no price of "
                        + "its plan); set the cap when it has ended")
            }
            missing.append((id, made))
        }
        return missing
    }
}

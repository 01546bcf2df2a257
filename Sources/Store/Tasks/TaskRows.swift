import Scheduling
import UsageLedger
import Units

/// Keeps `compute_task` and its counts in step with the log, inside the transaction of the events. A feed that submits
/// no tasks never comes here.
final class TaskRows {
    private struct CountKey: Hashable {
        let account: Int64
        let status: String
    }

    /// The status of a task without a run that nobody has canceled.
    private static let statusWithoutRun =
        "coalesce(failed_status, CASE WHEN placed_at IS NULL THEN 'waiting' ELSE 'running' END)"

    private let statements: StatementCache
    private let keys: Keys
    private var counts: [CountKey: Int64] = [:]
    /// Hears of each task that comes to its end, inside the transaction; rebuilding tells nobody.
    var whenEnded: ((EndedTask) -> Void)?
    /// Whether a task has changed since this was set to false.
    var hasChanges = false
    /// Whether any task was ever reserved; asked for once.
    lazy var hasReservations = (try? readHasReservations()) ?? true

    init(_ statements: StatementCache, _ keys: Keys) {
        self.statements = statements
        self.keys = keys
    }

    /// Brings a task's row to what all its recorded events say.
    /// - Parameters:
    ///   - positions: of the events, in the same order.
    ///   - isNew: the task has no row yet.
    func project(task: Int64, _ facts: [UsageFact], positions: [Int64], isNew: Bool) throws {
        guard let progress = TaskProgress(facts) else { return }
        let before = isNew ? nil : try count(task, by: -1)
        let row = try statements(
            """
            INSERT INTO compute_task (task, account, user, plan, created_at, updated_at, canceled_at, status, attempt,
            submission, stop) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) ON CONFLICT (task) DO UPDATE
            SET account = ?2, user = ?3, plan = ?4, created_at = ?5, updated_at = ?6, canceled_at = ?7,
            status = CASE WHEN ?8 <> 'waiting' THEN ?8 ELSE \(Self.statusWithoutRun) END,
            attempt = ?9, submission = ?10, stop = ?11
            """)
        row.bind(1, task)
        row.bind(2, try keys.accounts.numberAddingIfNeeded(of: progress.account))
        row.bind(3, try keys.users.numberAddingIfNeeded(of: progress.user))
        row.bind(4, try progress.plan.map(keys.plans.numberAddingIfNeeded))
        row.bind(5, progress.createdAt.nanoseconds)
        row.bind(6, progress.updatedAt.nanoseconds)
        row.bind(7, progress.canceledAt?.nanoseconds)
        row.bind(8, progress.status.rawValue)
        row.bind(9, progress.attempt)
        row.bind(10, positions[progress.submission])
        row.bind(11, progress.stop.map { positions[$0] })
        try row.run()
        if hasReservations { try BudgetRows(statements: statements, keys: keys).settle(task) }
        hasChanges = true
        // A deleted task isn't counted, and nobody waits for its end.
        guard let status = try count(task, by: 1), status.isFinal, before?.isFinal != true else { return }
        whenEnded?(EndedTask(number: task, progress, status, position: positions.max() ?? 0))
    }

    /// Notes that the scheduler has placed a task, or why its container never ran. A task with a run, or one that was
    /// canceled before, keeps its status.
    func note(_ fate: FatedTask) throws {
        let before = try count(fate.number, by: -1)
        let set =
            fate.failure == nil
            ? "placed_at = min(coalesce(placed_at, ?2), ?2)"
            : "failed_at = ?2, failed_status = ?3, failure = ?4"
        let fact = try statements("UPDATE compute_task SET \(set) WHERE task = ?1")
        fact.bind(1, fate.number)
        fact.bind(2, fate.time.nanoseconds)
        if let failure = fate.failure {
            fact.bind(3, failure == .error ? "error" : "aborted")
            fact.bind(4, fate.position)
        }
        try fact.run()
        let status = try statements(
            """
            UPDATE compute_task SET status = \(Self.statusWithoutRun)
            WHERE task = ?1 AND attempt IS NULL AND status <> 'canceled'
            """)
        status.bind(1, fate.number)
        try status.run()
        if hasReservations { try BudgetRows(statements: statements, keys: keys).settle(fate.number) }
        hasChanges = true
        guard let after = try count(fate.number, by: 1), after.isFinal, before?.isFinal != true else { return }
        whenEnded?(try endedTask(fate, after))
    }

    private func endedTask(_ fate: FatedTask, _ status: TaskStatus) throws -> EndedTask {
        let row = try statements("SELECT account, plan, created_at FROM compute_task WHERE task = ?1")
        row.bind(1, fate.number)
        guard try row.step() else { throw StoreError(.corrupt, "task \(fate.number) has no row; run rebuild") }
        defer { row.reset() }
        return EndedTask(
            number: fate.number, account: try keys.accounts.name(of: row.integer(0)),
            plan: try row.optionalInteger(1).map(keys.plans.name), status: status,
            createdAt: Instant(nanoseconds: row.integer(2)), updatedAt: fate.time, position: fate.position)
    }

    private func readHasReservations() throws -> Bool {
        let row = try statements("SELECT 1 FROM reservation LIMIT 1")
        defer { row.reset() }
        return try row.step()
    }

    /// Notes one of our own events about a task: that it should end, or that it was deleted.
    func note(_ type: LedgerEventType, task: Int64, at instant: Instant) throws {
        hasChanges = true
        switch type {
        case .taskCancelRequested:
            let row = try statements(
                "UPDATE compute_task SET cancel_asked_at = min(coalesce(cancel_asked_at, ?2), ?2) WHERE task = ?1")
            row.bind(1, task)
            row.bind(2, instant.nanoseconds)
            try row.run()
        case .taskDeleted:
            try count(task, by: -1)
            let row = try statements(
                "UPDATE compute_task SET deleted_at = min(coalesce(deleted_at, ?2), ?2) WHERE task = ?1")
            row.bind(1, task)
            row.bind(2, instant.nanoseconds)
            try row.run()
        default: break
        }
    }

    /// The task's status now; `nil` when it has no row or was deleted.
    @discardableResult
    private func count(_ task: Int64, by difference: Int64) throws -> TaskStatus? {
        let row = try statements("SELECT account, status FROM compute_task WHERE task = ?1 AND deleted_at IS NULL")
        row.bind(1, task)
        guard try row.step() else { return nil }
        defer { row.reset() }
        counts[CountKey(account: row.integer(0), status: row.text(1)), default: 0] += difference
        return TaskStatus(rawValue: row.text(1))
    }

    /// Writes the collected counts.
    func flush() throws {
        guard !counts.isEmpty else { return }
        let add = try statements(
            "INSERT INTO compute_task_count VALUES (?1,?2,?3) ON CONFLICT DO UPDATE SET tasks = tasks + ?3")
        let remove = try statements("DELETE FROM compute_task_count WHERE account = ?1 AND status = ?2 AND tasks = 0")
        for (key, difference) in counts where difference != 0 {
            for statement in difference < 0 ? [add, remove] : [add] {
                statement.bind(1, key.account)
                statement.bind(2, key.status)
                if statement === add { statement.bind(3, difference) }
                try statement.run()
            }
        }
        counts.removeAll(keepingCapacity: true)
    }
}

/// A task that has come to its end.
struct EndedTask {
    let number: Int64
    let account: AccountID
    let plan: PlanID?
    let status: TaskStatus
    let createdAt: Instant
    let updatedAt: Instant
    /// Of the event that ended it.
    let position: Int64
}

extension EndedTask {
    init(number: Int64, _ progress: TaskProgress, _ status: TaskStatus, position: Int64) {
        self.init(
            number: number, account: progress.account, plan: progress.plan, status: status,
            createdAt: progress.createdAt, updatedAt: progress.updatedAt, position: position)
    }
}

/// What our own scheduler says of a task: that it has a machine, or why its container never ran.
struct FatedTask {
    let number: Int64
    /// Of the event that says so.
    let position: Int64
    let time: Instant
    /// `nil`: it has a machine.
    let failure: Outcome?
}

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

    private let statements: StatementCache
    private let keys: Keys
    private var counts: [CountKey: Int64] = [:]
    /// Hears of each task that comes to its end, inside the transaction; rebuilding tells nobody.
    var whenEnded: ((EndedTask) -> Void)?
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
            INSERT INTO compute_task VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,NULL,NULL) ON CONFLICT (task) DO UPDATE
            SET account = ?2, user = ?3, plan = ?4, created_at = ?5, updated_at = ?6, canceled_at = ?7, status = ?8,
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
        // A deleted task isn't counted, and nobody waits for its end.
        guard let status = try count(task, by: 1), status.isFinal, before?.isFinal != true else { return }
        whenEnded?(EndedTask(number: task, progress: progress, position: positions.max() ?? 0))
    }

    private func readHasReservations() throws -> Bool {
        let row = try statements("SELECT 1 FROM reservation LIMIT 1")
        defer { row.reset() }
        return try row.step()
    }

    /// Notes one of our own events about a task: that it should end, or that it was deleted.
    func note(_ type: LedgerEventType, task: Int64, at instant: Instant) throws {
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
    let progress: TaskProgress
    /// Of the event that ended it.
    let position: Int64
}

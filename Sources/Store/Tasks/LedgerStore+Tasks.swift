import Scheduling
import UsageLedger
import Units

extension LedgerStore {
    /// One task of an account.
    /// Error: `not_found` for an unknown task, a deleted one and one that isn't the account's, alike.
    public func task(_ id: TaskID, account: AccountID, now: Instant) throws -> ComputeTask {
        try read { statements, keys in
            let find = try statements(
                """
                SELECT \(TaskReading.columns) FROM task t JOIN compute_task c ON c.task = t.task
                WHERE t.name = ?1 AND c.account = ?2 AND c.deleted_at IS NULL
                """)
            find.bind(1, id.text)
            find.bind(2, try keys.accounts.number(of: account) ?? -1)
            guard try find.step() else { throw StoreError.noTask(id) }
            let reading = try TaskReading(statements, keys, now: now)
            let row = try reading.row(find)
            find.reset()
            return try reading.task(row)
        }
    }

    /// Tasks of an account, newest first, and how many there are in all.
    /// - Parameters:
    ///   - offset: tasks to leave out at the beginning.
    ///   - limit: tasks to give at most.
    public func tasks(
        of account: AccountID, _ filter: TaskFilter = TaskFilter(), offset: Int64 = 0, limit: Int64, now: Instant
    ) throws -> (tasks: [ComputeTask], count: Int64) {
        try read { statements, keys in
            guard let number = try keys.accounts.number(of: account) else { return ([], 0) }
            let condition = try TaskCondition(filter, account: number, plan: keys.plans.number)
            let select = try statements(
                """
                SELECT \(TaskReading.columns) FROM compute_task c JOIN task t ON t.task = c.task WHERE \(condition.sql)
                ORDER BY c.created_at DESC, c.task DESC
                LIMIT ?\(condition.values.count + 1) OFFSET ?\(condition.values.count + 2)
                """)
            condition.bind(select)
            select.bind(Int32(condition.values.count + 1), limit)
            select.bind(Int32(condition.values.count + 2), offset)
            let reading = try TaskReading(statements, keys, now: now)
            var rows: [TaskReading.Row] = []
            while try select.step() { rows.append(try reading.row(select)) }
            let count = try Self.count(filter, condition, number, statements)
            return (try rows.map(reading.task), count)
        }
    }

    /// Tasks of all accounts that wait, or run and should end: what a scheduler has to do. Oldest first, and how many
    /// there are in all.
    public func tasksForSchedulers(
        offset: Int64 = 0, limit: Int64, now: Instant
    ) throws -> (tasks: [ComputeTask], count: Int64) {
        try read { statements, keys in
            let reading = try TaskReading(statements, keys, now: now)
            let wanted = ["c.status = 'waiting'", "c.status = 'running' AND c.cancel_asked_at IS NOT NULL"]
            let from = "FROM compute_task c JOIN task t ON t.task = c.task WHERE"
            let select = try statements(
                wanted.map { "SELECT \(TaskReading.columns) \(from) \($0)" }.joined(separator: " UNION ALL ")
                    + " ORDER BY c.created_at, c.task LIMIT ?1 OFFSET ?2")
            select.bind(1, limit)
            select.bind(2, offset)
            var rows: [TaskReading.Row] = []
            while try select.step() { rows.append(try reading.row(select)) }
            var count: Int64 = 0
            for condition in wanted {
                let all = try statements("SELECT count(*) FROM compute_task c WHERE \(condition)")
                while try all.step() { count += all.integer(0) }
            }
            return (try rows.map(reading.task), count)
        }
    }

    private static func count(
        _ filter: TaskFilter, _ condition: TaskCondition, _ account: Int64, _ statements: StatementCache
    ) throws -> Int64 {
        guard filter.asksOnlyForStatuses else {
            let count = try statements(
                "SELECT count(*) FROM compute_task c JOIN task t ON t.task = c.task WHERE \(condition.sql)")
            condition.bind(count)
            defer { count.reset() }
            return try count.step() ? count.integer(0) : 0
        }
        let counts = try statements("SELECT status, tasks FROM compute_task_count WHERE account = ?1")
        counts.bind(1, account)
        var sum: Int64 = 0
        while try counts.step() {
            let isAsked = filter.statuses.isEmpty || filter.statuses.contains { $0.rawValue == counts.text(0) }
            if isAsked { sum += counts.integer(1) }
        }
        return sum
    }
}

extension StoreError {
    static func noTask(_ id: TaskID) -> StoreError {
        StoreError(.notFound, "there is no task '\(id)'; GET /tasks/ lists those there are")
    }
}

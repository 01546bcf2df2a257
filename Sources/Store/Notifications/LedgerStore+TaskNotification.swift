import Units

extension LedgerStore {
    /// What one task's end wants otherwise than the settings say; replaces what it wanted before. Whether the task and
    /// the endpoints are the account's is asked before, in the same transaction.
    public func put(_ notification: TaskNotification, task: TaskID, by change: ResourceChange) throws {
        try write { session in
            let row = try session.statements("INSERT OR REPLACE INTO task_notification VALUES (?1,?2,?3,?4,?5,?6)")
            row.bind(1, try session.keys.accounts.numberAddingIfNeeded(of: change.account))
            row.bind(2, task.text)
            row.bind(3, notification.isEnabled.map { Int64($0 ? 1 : 0) })
            row.bind(4, notification.endpointIDs.map { $0.map(String.init).joined(separator: " ") })
            row.bind(5, change.now.nanoseconds)
            row.bind(6, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
        }
    }

    /// `nil` when nobody wanted anything for this task.
    public func taskNotification(_ task: TaskID, of account: AccountID) throws -> TaskNotification? {
        try read { statements, keys in
            guard let number = try keys.accounts.number(of: account) else { return nil }
            return try TaskNotification.read(task, account: number, statements)
        }
    }
}

extension TaskNotification {
    static func read(_ task: TaskID, account: Int64, _ statements: StatementCache) throws -> TaskNotification? {
        let row = try statements(
            "SELECT is_enabled, endpoints FROM task_notification WHERE account = ?1 AND task = ?2")
        row.bind(1, account)
        row.bind(2, task.text)
        guard try row.step() else { return nil }
        defer { row.reset() }
        return TaskNotification(
            isEnabled: row.optionalInteger(0).map { $0 == 1 },
            endpointIDs: row.optionalText(1)?.split(separator: " ").compactMap { Int64($0) })
    }
}

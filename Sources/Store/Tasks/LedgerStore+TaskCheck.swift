import Units

extension LedgerStore {
    /// Whether a task is there for an account. One indexed read.
    /// Error: `not_found` for an unknown task, a deleted one and one that isn't the account's, alike.
    public func checkTask(_ id: TaskID, account: AccountID) throws {
        try read { statements, keys in
            let row = try statements(
                """
                SELECT 1 FROM task t JOIN compute_task c ON c.task = t.task
                WHERE t.name = ?1 AND c.account = ?2 AND c.deleted_at IS NULL
                """)
            row.bind(1, id.text)
            row.bind(2, try keys.accounts.number(of: account) ?? -1)
            guard try row.step() else { throw StoreError.noTask(id) }
            row.reset()
        }
    }
}

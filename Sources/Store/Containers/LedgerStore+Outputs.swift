import UsageLedger
import Units

extension LedgerStore {
    /// Notes what a task has written. Again for the same task, it takes the earlier one's place. One of a task that was
    /// deleted has expired already.
    /// - Parameter message: for the task's owner; empty when all was kept.
    public func addOutput(
        of task: TaskID, account: AccountID, sizeBytes: Int64, at now: Instant, expiresAt: Instant, message: String = ""
    ) throws {
        try write { session in
            let row = try session.statements(
                """
                INSERT OR REPLACE INTO task_output (task, account, created_at, size_bytes, expires_at, message)
                VALUES (?1,?2,?3,?4,\(Self.expiry("?5")),?6)
                """)
            row.bind(1, task.text)
            row.bind(2, try session.keys.accounts.numberAddingIfNeeded(of: account))
            row.bind(3, now.nanoseconds)
            row.bind(4, sizeBytes)
            row.bind(5, expiresAt.nanoseconds)
            row.bind(6, message)
            try row.run()
        }
    }

    /// Whether what a task of the account has written is kept.
    public func hasOutput(of task: TaskID, account: AccountID, now: Instant) throws -> Bool {
        try read { statements, keys in
            let row = try statements("SELECT 1 FROM task_output WHERE task = ?1 AND account = ?2 AND expires_at > ?3")
            row.bind(1, task.text)
            row.bind(2, try keys.accounts.number(of: account) ?? -1)
            row.bind(3, now.nanoseconds)
            defer { row.reset() }
            return try row.step()
        }
    }

    /// Tasks whose outputs have expired by an instant.
    public func expiredOutputs(at now: Instant) throws -> [TaskID] {
        try read { statements, _ in
            let row = try statements("SELECT task FROM task_output WHERE expires_at <= ?1 ORDER BY expires_at")
            row.bind(1, now.nanoseconds)
            var found: [TaskID] = []
            while try row.step() { found.append(try TaskID(row.text(0))) }
            return found
        }
    }

    public func removeOutput(of task: TaskID) throws {
        try write { session in
            let row = try session.statements("DELETE FROM task_output WHERE task = ?1")
            row.bind(1, task.text)
            try row.run()
        }
    }

    /// Whether a task's artifact, or its output, is kept and has not expired.
    public func keeps(artifact: Bool, of task: TaskID, now: Instant) throws -> Bool {
        try read { statements, _ in
            let row = try statements(
                "SELECT 1 FROM \(artifact ? "artifact" : "task_output") WHERE task = ?1 AND expires_at > ?2")
            row.bind(1, task.text)
            row.bind(2, now.nanoseconds)
            defer { row.reset() }
            return try row.step()
        }
    }

    /// An instant of a statement about the task `?1`, or that of its deletion when it was before.
    static func expiry(_ instant: String) -> String {
        """
        min(\(instant), coalesce((SELECT c.deleted_at FROM task t JOIN compute_task c ON c.task = t.task \
        WHERE t.name = ?1), \(instant)))
        """
    }
}

extension WriterSession {
    /// What a deleted task has left behind is gone from now on; the files go later.
    func expireFiles(of task: TaskID, at now: Instant) throws {
        for table in ["artifact", "task_output"] {
            let row = try statements("UPDATE \(table) SET expires_at = min(expires_at, ?2) WHERE task = ?1")
            row.bind(1, task.text)
            row.bind(2, now.nanoseconds)
            try row.run()
        }
    }
}

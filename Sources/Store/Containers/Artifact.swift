import UsageLedger
import Units

/// What a task has left behind: one file, for some time.
public struct Artifact: Hashable, Sendable {
    /// UUID.
    public let id: String
    public let task: TaskID
    public let createdAt: Instant
    /// From here on it is gone.
    public let expiresAt: Instant
    public let sizeBytes: Int64

    public init(id: String, task: TaskID, createdAt: Instant, expiresAt: Instant, sizeBytes: Int64) {
        self.id = id
        self.task = task
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.sizeBytes = sizeBytes
    }

    static let columns = "id, task, created_at, expires_at, size_bytes"

    init(_ row: RawStatement) throws {
        self.init(
            id: row.text(0), task: try TaskID(row.text(1)), createdAt: Instant(nanoseconds: row.integer(2)),
            expiresAt: Instant(nanoseconds: row.integer(3)), sizeBytes: row.integer(4))
    }
}

extension LedgerStore {
    /// Artifacts of an account that haven't expired, newest first.
    /// - Parameter task: only of this one.
    public func artifacts(
        of account: AccountID, task: String?, offset: Int64, limit: Int, now: Instant
    ) throws -> ResourcePage<Artifact> {
        try read { statements, keys in
            let condition = "account = ?1 AND expires_at > ?2 AND (?3 IS NULL OR task = ?3)"
            let select = try statements(
                "SELECT \(Artifact.columns) FROM artifact WHERE \(condition) "
                    + "ORDER BY created_at DESC, id DESC LIMIT ?4 OFFSET ?5")
            let count = try statements("SELECT count(*) FROM artifact WHERE \(condition)")
            for row in [select, count] {
                row.bind(1, try keys.accounts.number(of: account) ?? -1)
                row.bind(2, now.nanoseconds)
                row.bind(3, task)
            }
            select.bind(4, Int64(limit))
            select.bind(5, offset)
            var found: [Artifact] = []
            while try select.step() { found.append(try Artifact(select)) }
            defer { count.reset() }
            return ResourcePage(rows: found, count: try count.step() ? count.integer(0) : 0)
        }
    }

    /// `nil` when there is none with this id, it has expired, or it is another account's.
    public func artifact(_ id: String, of account: AccountID, now: Instant) throws -> Artifact? {
        try read { statements, keys in
            let row = try statements(
                "SELECT \(Artifact.columns) FROM artifact WHERE id = ?1 AND account = ?2 AND expires_at > ?3")
            row.bind(1, id)
            row.bind(2, try keys.accounts.number(of: account) ?? -1)
            row.bind(3, now.nanoseconds)
            guard try row.step() else { return nil }
            defer { row.reset() }
            return try Artifact(row)
        }
    }

    /// Notes a task's file. Again for the same task, it takes the earlier one's place. One of a task that was deleted
    /// has expired already.
    public func add(_ artifact: Artifact, of account: AccountID) throws {
        try write { session in
            let row = try session.statements(
                """
                INSERT OR REPLACE INTO artifact (task, account, id, created_at, expires_at, size_bytes)
                VALUES (?1,?2,?3,?4,\(Self.expiry("?5")),?6)
                """)
            row.bind(1, artifact.task.text)
            row.bind(2, try session.keys.accounts.numberAddingIfNeeded(of: account))
            row.bind(3, artifact.id)
            row.bind(4, artifact.createdAt.nanoseconds)
            row.bind(5, artifact.expiresAt.nanoseconds)
            row.bind(6, artifact.sizeBytes)
            try row.run()
        }
    }

    /// Artifacts that have expired by an instant.
    public func expiredArtifacts(at now: Instant) throws -> [Artifact] {
        try read { statements, _ in
            let row = try statements(
                "SELECT \(Artifact.columns) FROM artifact WHERE expires_at <= ?1 ORDER BY expires_at")
            row.bind(1, now.nanoseconds)
            var found: [Artifact] = []
            while try row.step() { found.append(try Artifact(row)) }
            return found
        }
    }

    public func removeArtifact(_ id: String) throws {
        try write { session in
            let row = try session.statements("DELETE FROM artifact WHERE id = ?1")
            row.bind(1, id)
            try row.run()
        }
    }
}

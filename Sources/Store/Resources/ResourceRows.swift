import Units

/// Who changes a resource of an account, and when.
public struct ResourceChange: Sendable {
    public let account: AccountID
    /// The key's user.
    public let user: UserID
    public let now: Instant

    public init(account: AccountID, user: UserID, now: Instant) {
        self.account = account
        self.user = user
        self.now = now
    }
}

/// A part of a list, with the length of the whole.
public struct ResourcePage<Row: Sendable>: Sendable {
    public let rows: [Row]
    public let count: Int64

    public init(rows: [Row], count: Int64) {
        self.rows = rows
        self.count = count
    }
}

/// When a row was made and last changed.
public struct ResourceTimes: Hashable, Sendable {
    public let createdAt: Instant
    public let updatedAt: Instant

    public init(createdAt: Instant, updatedAt: Instant) {
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Of something new.
    public init(_ now: Instant) { self.init(createdAt: now, updatedAt: now) }

    /// From two columns.
    init(_ row: RawStatement, _ column: Int32) {
        self.init(
            createdAt: Instant(nanoseconds: row.integer(column)),
            updatedAt: Instant(nanoseconds: row.integer(column + 1)))
    }
}

/// A kind of rows that belong to accounts: the id is the second column of `select`'s table, newer ids are greater.
struct ResourceTable<Row: Sendable>: Sendable {
    let name: String
    /// Columns in the order in which `read` takes them.
    let columns: String
    let read: @Sendable (RawStatement) throws -> Row
}

extension LedgerStore {
    /// Greatest number of rows that an account may have of one kind.
    public static let greatestResourceCount: Int64 = 1000

    /// Newest first. O(rows before and on the page).
    func page<Row>(_ table: ResourceTable<Row>, of account: AccountID, offset: Int64, limit: Int) throws
        -> ResourcePage<Row>
    {
        try read { statements, keys in
            guard let number = try keys.accounts.number(of: account) else { return ResourcePage(rows: [], count: 0) }
            let count = try Self.count(table.name, number, statements)
            let row = try statements(
                "SELECT \(table.columns) FROM \(table.name) WHERE account = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3")
            row.bind(1, number)
            row.bind(2, Int64(limit))
            row.bind(3, offset)
            var rows: [Row] = []
            while try row.step() { rows.append(try table.read(row)) }
            return ResourcePage(rows: rows, count: count)
        }
    }

    /// One row; `nil` when there is none or it is another account's. The same work for both.
    func one<Row>(
        _ table: ResourceTable<Row>, of account: AccountID, bindingID bind: (RawStatement, Int32) -> Void
    ) throws -> Row? {
        try read { statements, keys in
            let row = try statements("SELECT \(table.columns) FROM \(table.name) WHERE account = ?1 AND id = ?2")
            row.bind(1, try keys.accounts.number(of: account) ?? 0)
            bind(row, 2)
            guard try row.step() else { return nil }
            defer { row.reset() }
            return try table.read(row)
        }
    }

    /// Takes a row away; `false` when there is none.
    func remove(_ name: String, of account: AccountID, bindingID bind: (RawStatement, Int32) -> Void) throws -> Bool {
        try write { session in
            let row = try session.statements("DELETE FROM \(name) WHERE account = ?1 AND id = ?2")
            row.bind(1, try session.keys.accounts.number(of: account) ?? 0)
            bind(row, 2)
            try row.run()
            session.forgetNotificationTargets()
            return row.changes == 1
        }
    }

    /// Error: `refused` when the account has as many rows as it may have.
    static func checkRoom(_ name: String, _ account: Int64, _ statements: StatementCache) throws {
        guard try count(name, account, statements) < greatestResourceCount else {
            throw StoreError(
                .refused, "this account has \(greatestResourceCount) of these, the most there may be; delete one first")
        }
    }

    private static func count(_ name: String, _ account: Int64, _ statements: StatementCache) throws -> Int64 {
        let row = try statements("SELECT count(*) FROM \(name) WHERE account = ?1")
        row.bind(1, account)
        _ = try row.step()
        defer { row.reset() }
        return row.integer(0)
    }
}

import Units

/// A container registry with its login. The password is stored encrypted only.
public struct Registry: Hashable, Sendable {
    /// UUID.
    public let id: String
    public var hostname: String
    public var username: String
    public var sealedPassword: String
    public let times: ResourceTimes

    public init(id: String, hostname: String, username: String, sealedPassword: String, times: ResourceTimes) {
        self.id = id
        self.hostname = hostname
        self.username = username
        self.sealedPassword = sealedPassword
        self.times = times
    }
}

extension LedgerStore {
    private static let registryTable = ResourceTable(
        name: "registry", columns: "id, hostname, username, sealed_password, created_at, updated_at",
        read: { row in
            Registry(
                id: row.text(0), hostname: row.text(1), username: row.text(2), sealedPassword: row.text(3),
                times: ResourceTimes(row, 4))
        })

    public func registries(of account: AccountID, offset: Int64, limit: Int) throws -> ResourcePage<Registry> {
        try page(Self.registryTable, of: account, offset: offset, limit: limit)
    }

    /// `nil` when there is none with this id, or it is another account's.
    public func registry(_ id: String, of account: AccountID) throws -> Registry? {
        try one(Self.registryTable, of: account) { $0.bind($1, id) }
    }

    /// Error: `refused` when the account has too many.
    public func add(_ registry: Registry, by change: ResourceChange) throws {
        try write { session in
            let account = try session.keys.accounts.numberAddingIfNeeded(of: change.account)
            try Self.checkRoom("registry", account, session.statements)
            let row = try session.statements("INSERT INTO registry VALUES (?1,?2,?3,?4,?5,?6,?6,?7)")
            row.bind(1, account)
            row.bind(2, registry.id)
            row.bind(3, registry.hostname)
            row.bind(4, registry.username)
            row.bind(5, registry.sealedPassword)
            row.bind(6, change.now.nanoseconds)
            row.bind(7, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
        }
    }

    /// Replaces all but the id; `false` when there is none.
    public func replace(_ registry: Registry, by change: ResourceChange) throws -> Bool {
        try write { session in
            let row = try session.statements(
                """
                UPDATE registry SET hostname = ?3, username = ?4, sealed_password = ?5, updated_at = ?6, changed_by = ?7
                WHERE account = ?1 AND id = ?2
                """)
            row.bind(1, try session.keys.accounts.number(of: change.account) ?? 0)
            row.bind(2, registry.id)
            row.bind(3, registry.hostname)
            row.bind(4, registry.username)
            row.bind(5, registry.sealedPassword)
            row.bind(6, change.now.nanoseconds)
            row.bind(7, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
            return row.changes == 1
        }
    }

    /// `false` when there is none. Tasks that name it keep its id.
    public func removeRegistry(_ id: String, of account: AccountID) throws -> Bool {
        try remove("registry", of: account) { $0.bind($1, id) }
    }
}

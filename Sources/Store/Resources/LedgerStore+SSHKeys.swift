import Units

/// A public key with which a person may enter a container.
public struct SSHKey: Hashable, Sendable {
    /// UUID.
    public let id: String
    public var name: String
    /// One line as in `authorized_keys`; never changed.
    public let publicKey: String
    public var isActive: Bool
    public let times: ResourceTimes

    public init(id: String, name: String, publicKey: String, isActive: Bool, times: ResourceTimes) {
        self.id = id
        self.name = name
        self.publicKey = publicKey
        self.isActive = isActive
        self.times = times
    }
}

extension LedgerStore {
    private static let sshKeyTable = ResourceTable(
        name: "ssh_key", columns: "id, name, pub_key, is_active, created_at, updated_at",
        read: { row in
            SSHKey(
                id: row.text(0), name: row.text(1), publicKey: row.text(2), isActive: row.integer(3) == 1,
                times: ResourceTimes(row, 4))
        })

    public func sshKeys(of account: AccountID, offset: Int64, limit: Int) throws -> ResourcePage<SSHKey> {
        try page(Self.sshKeyTable, of: account, offset: offset, limit: limit)
    }

    /// `nil` when there is none with this id, or it is another account's.
    public func sshKey(_ id: String, of account: AccountID) throws -> SSHKey? {
        try one(Self.sshKeyTable, of: account) { $0.bind($1, id) }
    }

    /// Error: `refused` when the account has too many.
    public func add(_ key: SSHKey, by change: ResourceChange) throws {
        try write { session in
            let account = try session.keys.accounts.numberAddingIfNeeded(of: change.account)
            try Self.checkRoom("ssh_key", account, session.statements)
            let row = try session.statements("INSERT INTO ssh_key VALUES (?1,?2,?3,?4,?5,?6,?6,?7)")
            row.bind(1, account)
            row.bind(2, key.id)
            row.bind(3, key.name)
            row.bind(4, key.publicKey)
            row.bind(5, Int64(key.isActive ? 1 : 0))
            row.bind(6, change.now.nanoseconds)
            row.bind(7, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
        }
    }

    /// Changes name and `is_active`; `false` when there is none.
    public func change(_ key: SSHKey, by change: ResourceChange) throws -> Bool {
        try write { session in
            let row = try session.statements(
                """
                UPDATE ssh_key SET name = ?3, is_active = ?4, updated_at = ?5, changed_by = ?6
                WHERE account = ?1 AND id = ?2
                """)
            row.bind(1, try session.keys.accounts.number(of: change.account) ?? 0)
            row.bind(2, key.id)
            row.bind(3, key.name)
            row.bind(4, Int64(key.isActive ? 1 : 0))
            row.bind(5, change.now.nanoseconds)
            row.bind(6, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
            return row.changes == 1
        }
    }

    /// `false` when there is none.
    public func removeSSHKey(_ id: String, of account: AccountID) throws -> Bool {
        try remove("ssh_key", of: account) { $0.bind($1, id) }
    }
}

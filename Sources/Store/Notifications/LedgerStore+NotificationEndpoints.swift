import Units

extension LedgerStore {
    private static let endpointTable = ResourceTable(
        name: "notification_endpoint",
        columns: "id, endpoint_type, address, sealed_secret, is_verified, created_at, updated_at",
        read: { row in
            NotificationEndpoint(
                id: row.integer(0), type: row.text(1), address: row.text(2), sealedSecret: row.text(3),
                isVerified: row.integer(4) == 1, times: ResourceTimes(row, 5))
        })

    public func notificationEndpoints(
        of account: AccountID, offset: Int64 = 0, limit: Int = Int(LedgerStore.greatestResourceCount)
    ) throws -> ResourcePage<NotificationEndpoint> {
        try page(Self.endpointTable, of: account, offset: offset, limit: limit)
    }

    /// `nil` when there is none with this id, or it is another account's.
    public func notificationEndpoint(_ id: Int64, of account: AccountID) throws -> NotificationEndpoint? {
        try one(Self.endpointTable, of: account) { $0.bind($1, id) }
    }

    /// Adds an endpoint, not verified. Error: `refused` when the account has too many.
    /// - Parameter seal: encrypts the secret for the new id.
    public func addNotificationEndpoint(
        type: String, address: String, by change: ResourceChange, seal: (Int64) throws -> String
    ) throws -> NotificationEndpoint {
        try write { session in
            let account = try session.keys.accounts.numberAddingIfNeeded(of: change.account)
            try Self.checkRoom("notification_endpoint", account, session.statements)
            let row = try session.statements(
                """
                INSERT INTO notification_endpoint
                (account, endpoint_type, address, sealed_secret, is_verified, created_at, updated_at, changed_by)
                VALUES (?1,?2,?3,'',0,?4,?4,?5) RETURNING id
                """)
            row.bind(1, account)
            row.bind(2, type)
            row.bind(3, address)
            row.bind(4, change.now.nanoseconds)
            row.bind(5, try session.keys.users.numberAddingIfNeeded(of: change.user))
            guard try row.step() else { throw StoreError(.internal, "no id was given to a notification endpoint") }
            let id = row.integer(0)
            row.reset()
            let secret = try session.statements("UPDATE notification_endpoint SET sealed_secret = ?2 WHERE id = ?1")
            let sealed = try seal(id)
            secret.bind(1, id)
            secret.bind(2, sealed)
            try secret.run()
            session.forgetNotificationTargets()
            return NotificationEndpoint(
                id: id, type: type, address: address, sealedSecret: sealed, isVerified: false,
                times: ResourceTimes(createdAt: change.now, updatedAt: change.now))
        }
    }

    /// Changes type and address; a new address is not verified. `nil` when there is none.
    public func changeNotificationEndpoint(_ id: Int64, type: String, address: String, by change: ResourceChange) throws
        -> NotificationEndpoint?
    {
        try write { session in
            let row = try session.statements(
                """
                UPDATE notification_endpoint SET endpoint_type = ?3, address = ?4,
                is_verified = is_verified AND address = ?4, updated_at = ?5, changed_by = ?6
                WHERE account = ?1 AND id = ?2
                """)
            row.bind(1, try session.keys.accounts.number(of: change.account) ?? 0)
            row.bind(2, id)
            row.bind(3, type)
            row.bind(4, address)
            row.bind(5, change.now.nanoseconds)
            row.bind(6, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
            return try notificationEndpoint(id, of: change.account)
        }
    }

    /// Takes an endpoint away, out of all settings and with the messages that wait for it; `false` when there is none.
    public func removeNotificationEndpoint(_ id: Int64, of account: AccountID) throws -> Bool {
        try remove("notification_endpoint", of: account) { $0.bind($1, id) }
    }
}

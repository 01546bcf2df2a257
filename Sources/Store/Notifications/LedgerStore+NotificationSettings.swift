import Units

extension LedgerStore {
    private static let settingTable = ResourceTable(
        name: "notification_setting",
        columns: """
            id, event_type, is_enabled, (SELECT group_concat(endpoint, ' ') FROM notification_setting_endpoint
            WHERE setting = notification_setting.id), created_at, updated_at
            """,
        read: { row in
            guard let type = NotificationEventType(rawValue: row.text(1)) else {
                throw StoreError(.corrupt, "a notification setting is about '\(row.text(1))', which nothing is")
            }
            return NotificationSetting(
                id: row.text(0), eventType: type, isEnabled: row.integer(2) == 1,
                endpointIDs: row.text(3).split(separator: " ").compactMap { Int64($0) },
                times: ResourceTimes(row, 4))
        })

    public func notificationSettings(
        of account: AccountID, offset: Int64 = 0, limit: Int = Int(LedgerStore.greatestResourceCount)
    ) throws -> ResourcePage<NotificationSetting> {
        try page(Self.settingTable, of: account, offset: offset, limit: limit)
    }

    /// `nil` when there is none with this id, or it is another account's.
    public func notificationSetting(_ id: String, of account: AccountID) throws -> NotificationSetting? {
        try one(Self.settingTable, of: account) { $0.bind($1, id) }
    }

    /// Error: `refused` when the account has too many. Whether the endpoints are the account's is asked before, in the
    /// same transaction.
    public func add(_ setting: NotificationSetting, by change: ResourceChange) throws {
        try write { session in
            let account = try session.keys.accounts.numberAddingIfNeeded(of: change.account)
            try Self.checkRoom("notification_setting", account, session.statements)
            let row = try session.statements("INSERT INTO notification_setting VALUES (?1,?2,?3,?4,?5,?5,?6)")
            row.bind(1, account)
            row.bind(2, setting.id)
            row.bind(3, setting.eventType.rawValue)
            row.bind(4, Int64(setting.isEnabled ? 1 : 0))
            row.bind(5, change.now.nanoseconds)
            row.bind(6, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
            try Self.link(setting, session)
        }
    }

    /// Replaces all but the id; `false` when there is none.
    public func replace(_ setting: NotificationSetting, by change: ResourceChange) throws -> Bool {
        try write { session in
            let row = try session.statements(
                """
                UPDATE notification_setting SET event_type = ?3, is_enabled = ?4, updated_at = ?5, changed_by = ?6
                WHERE account = ?1 AND id = ?2
                """)
            row.bind(1, try session.keys.accounts.number(of: change.account) ?? 0)
            row.bind(2, setting.id)
            row.bind(3, setting.eventType.rawValue)
            row.bind(4, Int64(setting.isEnabled ? 1 : 0))
            row.bind(5, change.now.nanoseconds)
            row.bind(6, try session.keys.users.numberAddingIfNeeded(of: change.user))
            try row.run()
            guard row.changes == 1 else { return false }
            try Self.link(setting, session)
            return true
        }
    }

    /// `false` when there is none.
    public func removeNotificationSetting(_ id: String, of account: AccountID) throws -> Bool {
        try remove("notification_setting", of: account) { $0.bind($1, id) }
    }

    private static func link(_ setting: NotificationSetting, _ session: WriterSession) throws {
        let clear = try session.statements("DELETE FROM notification_setting_endpoint WHERE setting = ?1")
        clear.bind(1, setting.id)
        try clear.run()
        let add = try session.statements("INSERT INTO notification_setting_endpoint VALUES (?1, ?2)")
        for endpoint in setting.endpointIDs {
            add.bind(1, setting.id)
            add.bind(2, endpoint)
            try add.run()
        }
        session.forgetNotificationTargets()
    }
}

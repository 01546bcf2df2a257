/// Which endpoints of which accounts are to be told of what, as the settings say.
struct NotificationTargets {
    struct Setting {
        let eventType: String
        let isEnabled: Bool
        let endpoint: Int64
    }

    /// By account; only accounts with an endpoint are in it.
    private let settings: [Int64: [Setting]]
    private let endpoints: [Int64: Set<Int64>]

    init(_ statements: StatementCache) throws {
        let row = try statements(
            """
            SELECT e.account, e.id, s.event_type, s.is_enabled FROM notification_endpoint e
            LEFT JOIN notification_setting_endpoint l ON l.endpoint = e.id
            LEFT JOIN notification_setting s ON s.id = l.setting
            """)
        var found: [Int64: [Setting]] = [:]
        var endpoints: [Int64: Set<Int64>] = [:]
        while try row.step() {
            endpoints[row.integer(0), default: []].insert(row.integer(1))
            var settings = found[row.integer(0)] ?? []
            if let type = row.optionalText(2) {
                settings.append(Setting(eventType: type, isEnabled: row.integer(3) == 1, endpoint: row.integer(1)))
            }
            found[row.integer(0)] = settings
        }
        settings = found
        self.endpoints = endpoints
    }

    var isEmpty: Bool { settings.isEmpty }

    /// Whether an account has any endpoint.
    func has(_ account: Int64) -> Bool { settings[account] != nil }

    /// Endpoints to tell, in ascending order, each once. A task's own wish wins over the settings, point by point.
    func endpoints(_ eventType: NotificationEventType, of account: Int64, wish: TaskNotification? = nil) -> [Int64] {
        let own = (settings[account] ?? []).filter { $0.eventType == eventType.rawValue }
        if wish?.isEnabled == false { return [] }
        if let chosen = wish?.endpointIDs {
            let isWanted = wish?.isEnabled ?? (own.isEmpty || own.contains(where: \.isEnabled))
            return isWanted ? (endpoints[account] ?? []).intersection(chosen).sorted() : []
        }
        let isForced = wish?.isEnabled == true
        return Set(own.filter { isForced || $0.isEnabled }.map(\.endpoint)).sorted()
    }
}

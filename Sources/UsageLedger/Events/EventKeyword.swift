/// The attributes and data keys that Kanjo knows (§3).
enum EventKeyword: UInt8 {
    case unknown
    // Attributes.
    case id, source, specversion, subject, time, type, data, dataBase64
    // Data keys.
    case account, attempt, executionTimeLimit, exitCode, from, gpus, node, outcome, plan, startedAt, stoppedAt, to, user, who
    // Data keys that hold people's words or secrets.
    case name, tags, image, command, environment, errorMessage, reason

    /// The words or secrets of a person: the body holds only their salted hash, whatever the event's type.
    var isPrivate: Bool { rawValue >= EventKeyword.name.rawValue }

    init(attribute key: JSONText) {
        self = Self.find(key, in: Self.attributes)
    }

    init(dataKey key: JSONText) {
        self = Self.find(key, in: Self.dataKeys)
    }

    private static let attributes: [(StaticString, EventKeyword)] = [
        ("id", .id), ("source", .source), ("specversion", .specversion), ("subject", .subject), ("time", .time), ("type", .type),
        ("data", .data), ("data_base64", .dataBase64),
    ]

    private static let dataKeys: [(StaticString, EventKeyword)] = [
        ("account", .account), ("attempt", .attempt), ("execution_time_limit_sec", .executionTimeLimit), ("exit_code", .exitCode),
        ("from", .from), ("gpus", .gpus), ("node", .node), ("outcome", .outcome), ("plan", .plan), ("started_at", .startedAt),
        ("stopped_at", .stoppedAt), ("to", .to), ("user", .user), ("who", .who), ("name", .name), ("tags", .tags),
        ("image", .image), ("command", .command), ("environment", .environment), ("error_message", .errorMessage),
        ("reason", .reason),
    ]

    private static func find(_ key: JSONText, in words: [(StaticString, EventKeyword)]) -> EventKeyword {
        for (word, keyword) in words where key.equals(word) { return keyword }
        return .unknown
    }
}

/// A set of keywords.
struct EventKeywords: ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    init(arrayLiteral elements: EventKeyword...) {
        for element in elements { bits |= 1 << UInt64(element.rawValue) }
    }

    func contains(_ keyword: EventKeyword) -> Bool { bits & 1 << UInt64(keyword.rawValue) != 0 }
}

extension UsageEventType {
    /// The data keys that events of this type have; all others are kept unread.
    var dataKeys: EventKeywords {
        switch self {
        case .submitted: [.account, .user, .name, .plan, .tags, .executionTimeLimit]
        case .started: [.attempt, .node, .gpus, .account, .user, .plan]
        case .alive: [.attempt]
        case .stopped: [.attempt, .outcome, .exitCode, .errorMessage]
        case .canceled: [.reason]
        case .waived: [.attempt, .from, .to, .reason, .who]
        case .restated: [.attempt, .startedAt, .stoppedAt, .account, .user, .plan, .gpus, .reason, .who]
        }
    }

    /// The type of this name, `nil` when there is none.
    init?(name: JSONText) {
        switch true {
        case name.equals("task.submitted"): self = .submitted
        case name.equals("task.started"): self = .started
        case name.equals("task.alive"): self = .alive
        case name.equals("task.stopped"): self = .stopped
        case name.equals("task.canceled"): self = .canceled
        case name.equals("usage.waived"): self = .waived
        case name.equals("usage.restated"): self = .restated
        default: return nil
        }
    }
}

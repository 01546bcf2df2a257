/// The attributes and data keys that Kanjo knows (§3).
enum EventKeyword: UInt8 {
    case unknown
    // Attributes.
    case id, source, specversion, subject, time, type, data, dataBase64
    // Data keys.
    case account, attempt, executionTimeLimit, exitCode, from, gpus, node, outcome, plan, startedAt, stoppedAt, to,
        user, who
    // Data keys that hold people's words or secrets.
    case name, tags, image, command, entrypoint, environment, errorMessage, reason

    /// The words or secrets of a person: the body holds only their salted hash, whatever the event's type.
    var isPrivate: Bool { rawValue >= EventKeyword.name.rawValue }

    init(attribute key: JSONText) {
        switch key.count {
        case 2: self = key.equals("id") ? .id : .unknown
        case 4: self = key.equals("type") ? .type : key.equals("time") ? .time : key.equals("data") ? .data : .unknown
        case 6: self = key.equals("source") ? .source : .unknown
        case 7: self = key.equals("subject") ? .subject : .unknown
        case 11:
            self = key.equals("specversion") ? .specversion : key.equals("data_base64") ? .dataBase64 : .unknown
        default: self = .unknown
        }
    }

    init(dataKey key: JSONText) {
        switch key.count {
        case 2: self = key.equals("to") ? .to : .unknown
        case 3: self = key.equals("who") ? .who : .unknown
        case 4: self = Self.dataKey(ofFourLetters: key)
        case 5: self = key.equals("image") ? .image : .unknown
        case 6: self = key.equals("reason") ? .reason : .unknown
        case 7:
            self =
                key.equals("attempt")
                ? .attempt
                : key.equals("account")
                    ? .account
                    : key.equals("outcome") ? .outcome : key.equals("command") ? .command : .unknown
        case 9: self = key.equals("exit_code") ? .exitCode : .unknown
        case 10:
            self =
                key.equals("started_at")
                ? .startedAt
                : key.equals("stopped_at") ? .stoppedAt : key.equals("entrypoint") ? .entrypoint : .unknown
        case 11: self = key.equals("environment") ? .environment : .unknown
        case 13: self = key.equals("error_message") ? .errorMessage : .unknown
        case 24: self = key.equals("execution_time_limit_sec") ? .executionTimeLimit : .unknown
        default: self = .unknown
        }
    }

    private static func dataKey(ofFourLetters key: JSONText) -> EventKeyword {
        switch key.start[0] {
        case UInt8(ascii: "f"): key.equals("from") ? .from : .unknown
        case UInt8(ascii: "g"): key.equals("gpus") ? .gpus : .unknown
        case UInt8(ascii: "n"): key.equals("node") ? .node : key.equals("name") ? .name : .unknown
        case UInt8(ascii: "p"): key.equals("plan") ? .plan : .unknown
        case UInt8(ascii: "t"): key.equals("tags") ? .tags : .unknown
        case UInt8(ascii: "u"): key.equals("user") ? .user : .unknown
        default: .unknown
        }
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

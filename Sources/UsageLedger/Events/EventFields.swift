import Units

/// What the known attributes say.
struct EventEnvelope {
    let type: UsageEventType
    let id: JSONText
    let source: JSONText
    let task: TaskID
    let time: Instant

    /// Reads sorted attributes and marks those that the canonical body rewrites. When several are wrong, the first in
    /// this order is named: fractions and `data_base64` in key order, specversion, type, id, source, subject, time,
    /// data. Errors: `missing_field`, `invalid_field`, `unknown_type`, `instant_out_of_range`.
    init(_ attributes: EventMembers) throws(EventError) {
        var places = Places()
        for index in 0..<attributes.count {
            let member = attributes[index]
            if case .fraction = member.value {
                throw member.refusal(member.key.string, "must have no fraction; send it as a string")
            }
            switch member.keyword {
            case .dataBase64:
                throw EventError(
                    .invalidField, field: "data_base64", "data_base64 is not taken; send data as a JSON object")
            case .specversion: places.specversion = index
            case .type: places.type = index
            case .id: places.id = index
            case .source: places.source = index
            case .subject: places.subject = index
            case .time: places.time = index
            case .data: places.data = index
            default: break
            }
        }
        try Self.checkVersion(attributes[places.specversion])
        type = try Self.type(attributes, places.type)
        id = try Self.member(attributes, places.id, "id").name("id")
        source = try Self.member(attributes, places.source, "source").name("source")
        guard let task = try Self.member(attributes, places.subject, "subject").identifier("subject", TaskID.init)
        else {
            throw EventError.missing("subject")
        }
        self.task = task
        var timeMember = try Self.member(attributes, places.time, "time")
        guard let time = try timeMember.instant("time") else { throw EventError.missing("time") }
        attributes[places.time] = timeMember
        self.time = time
        switch attributes[places.data].value {
        case .data, .null: break
        default: throw attributes[places.data].refusal("data", "must be an object")
        }
    }

    /// Where the known attributes stand; −1 for an absent one. The scan adds specversion and data.
    private struct Places {
        var (specversion, type, id, source, subject, time, data) = (-1, -1, -1, -1, -1, -1, -1)
    }

    private static func member(_ attributes: EventMembers, _ place: Int, _ field: String) throws(EventError)
        -> EventMember
    {
        guard place >= 0 else { throw EventError.missing(field) }
        return attributes[place]
    }

    private static func checkVersion(_ member: EventMember) throws(EventError) {
        guard let version = try member.text("specversion"), !version.equals("1.0") else { return }
        throw member.refusal("specversion", "must be '1.0', the version of CloudEvents that is read here")
    }

    private static func type(_ attributes: EventMembers, _ place: Int) throws(EventError) -> UsageEventType {
        let member = try member(attributes, place, "type")
        guard let name = try member.text("type") else { throw EventError.missing("type") }
        if let type = UsageEventType(name: name) { return type }
        let known = UsageEventType.allCases.map(\.name).joined(separator: ", ")
        throw EventError(.unknownType, field: "type", "type '\(name.string.prefix(70))' is unknown; known are \(known)")
    }
}

/// What the known keys of an event's data say. Null counts as absent.
struct EventFields {
    static let largestLimitSeconds: Int64 = 10_000_000_000

    var identity = NamedIdentity()
    var limitSeconds: Int64?
    var attempt: Int64?
    var gpus: GPUQuantity?
    var outcome: Outcome?
    var from: Instant?
    var to: Instant?
    var startedAt: Instant?
    var stoppedAt: Instant?

    /// Reads sorted members in their order and marks those that the canonical body replaces. In a recorded body the
    /// private texts are hashes and aren't looked at. Errors: `invalid_field`, `instant_out_of_range`.
    init(_ data: EventMembers, of type: UsageEventType, isRecorded: Bool) throws(EventError) {
        let known = type.dataKeys
        for index in 0..<data.count {
            var member = data[index]
            if member.keyword.isPrivate {
                if isRecorded { continue }
                if known.contains(member.keyword) { try Self.checkPrivate(member) }
                if !member.isNull { member.replacement = .privateText }
            } else if known.contains(member.keyword) {
                try read(&member)
            }
            if case .fraction = member.value {
                guard case .gpus = member.replacement else {
                    throw member.refusal(
                        "data.\(member.key.string)", "must have no fraction; send it as a decimal string")
                }
            }
            if case .none = member.replacement { continue }
            data[index] = member
        }
    }

    private mutating func read(_ member: inout EventMember) throws(EventError) {
        switch member.keyword {
        case .account: identity.account = try member.identifier("data.account", AccountID.init)
        case .user: identity.user = try member.identifier("data.user", UserID.init)
        case .plan: identity.plan = try member.identifier("data.plan", PlanID.init)
        case .executionTimeLimit:
            limitSeconds = try member.integer("data.execution_time_limit_sec", 0...Self.largestLimitSeconds)
        case .attempt: attempt = try member.integer("data.attempt", 1...JSONLexer.largestInteger)
        case .exitCode: _ = try member.integer("data.exit_code", -JSONLexer.largestInteger...JSONLexer.largestInteger)
        case .node: _ = try member.text("data.node")
        case .who: _ = try member.text("data.who")
        case .gpus: gpus = try member.gpus("data.gpus")
        case .outcome: outcome = try Self.outcome(member)
        case .from: from = try member.instant("data.from")
        case .to: to = try member.instant("data.to")
        case .startedAt: startedAt = try member.instant("data.started_at")
        case .stoppedAt: stoppedAt = try member.instant("data.stopped_at")
        default: break
        }
    }

    private static func checkPrivate(_ member: EventMember) throws(EventError) {
        switch member.keyword {
        case .name: _ = try member.text("data.name")
        case .errorMessage: _ = try member.text("data.error_message")
        case .reason: _ = try member.text("data.reason")
        case .tags: try member.checkStrings("data.tags", maximum: 100)
        default: break
        }
    }

    private static func outcome(_ member: EventMember) throws(EventError) -> Outcome? {
        guard let text = try member.text("data.outcome") else { return nil }
        guard let outcome = Outcome(rawValue: text.string) else {
            throw member.refusal("data.outcome", "must be done, error, aborted or canceled")
        }
        return outcome
    }

    /// What metering needs to know. Errors: `missing_field`, `invalid_field`.
    func detail(_ type: UsageEventType) throws(EventError) -> UsageFact.Detail {
        let attempt = attempt ?? 1
        switch type {
        case .submitted: return .submitted(identity, limitSeconds: limitSeconds)
        case .started: return .started(attempt: attempt, identity, gpus: gpus)
        case .alive: return .alive(attempt: attempt)
        case .stopped: return .stopped(attempt: attempt, outcome)
        case .canceled: return .canceled
        case .waived:
            guard let from else { throw EventError.missing("data.from") }
            guard let to else { throw EventError.missing("data.to") }
            guard from < to else {
                throw EventError(
                    .invalidField, field: "data.from",
                    "data.from \(from.canonicalText) is not before data.to \(to.canonicalText): nothing would be waived"
                )
            }
            return .waived(attempt: attempt, from: from, to: to)
        case .restated:
            let restatement = Restatement(startedAt: startedAt, stoppedAt: stoppedAt, identity: identity, gpus: gpus)
            guard restatement != Restatement() else {
                throw EventError(
                    .missingField, field: "data",
                    "data restates nothing; give one of started_at, stopped_at, account, user, plan, gpus at least")
            }
            return .restated(attempt: attempt, restatement)
        }
    }
}

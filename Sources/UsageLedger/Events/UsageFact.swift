import Units

/// The types of the usage feed (§3). The raw value is what the log's table holds and never changes.
public enum UsageEventType: Int, Sendable, CaseIterable {
    case submitted = 1
    case started = 2
    case alive = 3
    case stopped = 4
    case canceled = 5
    case waived = 6
    case restated = 7

    /// The CloudEvents `type`.
    public var name: String {
        switch self {
        case .submitted: "task.submitted"
        case .started: "task.started"
        case .alive: "task.alive"
        case .stopped: "task.stopped"
        case .canceled: "task.canceled"
        case .waived: "usage.waived"
        case .restated: "usage.restated"
        }
    }
}

/// What makes an event the same event: its source and the id that the source gave it. Ordered by bytes, source first.
public struct EventKey: Hashable, Comparable, Sendable {
    public let source: String
    public let id: String

    public init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    public static func == (left: EventKey, right: EventKey) -> Bool {
        left.id.hasSameBytes(as: right.id) && left.source.hasSameBytes(as: right.source)
    }

    public static func < (left: EventKey, right: EventKey) -> Bool {
        if left.source.hasSameBytes(as: right.source) {
            return left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
        }
        return left.source.utf8.lexicographicallyPrecedes(right.source.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for part in [source, id] {
            var part = part
            part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(UInt8(0xFF))
        }
    }
}

/// How a run ended.
public enum Outcome: String, Sendable, CaseIterable {
    case done
    case error
    case aborted
    case canceled
}

/// Whom and what an event names. Every part may be absent.
public struct NamedIdentity: Hashable, Sendable {
    public var account: AccountID?
    public var user: UserID?
    public var plan: PlanID?

    public init(account: AccountID? = nil, user: UserID? = nil, plan: PlanID? = nil) {
        self.account = account
        self.user = user
        self.plan = plan
    }
}

/// What a run really was, as far as a `usage.restated` says. An absent part keeps the feed's value.
public struct Restatement: Hashable, Sendable {
    public var startedAt: Instant?
    public var stoppedAt: Instant?
    public var identity: NamedIdentity
    public var gpus: GPUQuantity?

    public init(
        startedAt: Instant? = nil, stoppedAt: Instant? = nil, identity: NamedIdentity = NamedIdentity(),
        gpus: GPUQuantity? = nil
    ) {
        self.startedAt = startedAt
        self.stoppedAt = stoppedAt
        self.identity = identity
        self.gpus = gpus
    }
}

/// What metering needs to know of one recorded event of a task. The task itself is the event's subject.
public struct UsageFact: Hashable, Sendable {
    public enum Detail: Hashable, Sendable {
        case submitted(NamedIdentity, limitSeconds: Int64?)
        case started(attempt: Int64, NamedIdentity, gpus: GPUQuantity?)
        case alive(attempt: Int64)
        case stopped(attempt: Int64, Outcome?)
        case canceled
        case waived(attempt: Int64, from: Instant, to: Instant)
        case restated(attempt: Int64, Restatement)
    }

    public let key: EventKey
    /// `occurred_at`: when it happened, by the source's clock.
    public let time: Instant
    public let detail: Detail

    public init(key: EventKey, time: Instant, detail: Detail) {
        self.key = key
        self.time = time
        self.detail = detail
    }

    public var type: UsageEventType {
        switch detail {
        case .submitted: .submitted
        case .started: .started
        case .alive: .alive
        case .stopped: .stopped
        case .canceled: .canceled
        case .waived: .waived
        case .restated: .restated
        }
    }

    /// `nil` for events of the task as a whole (submitted, canceled).
    public var attempt: Int64? {
        switch detail {
        case .submitted, .canceled: nil
        case .started(let attempt, _, _), .alive(let attempt), .stopped(let attempt, _), .waived(let attempt, _, _),
            .restated(let attempt, _):
            attempt
        }
    }

    /// Order of two statements about one thing: the greater (time, source, id) wins (§4).
    public static func isEarlier(_ left: UsageFact, _ right: UsageFact) -> Bool {
        left.time == right.time ? left.key < right.key : left.time < right.time
    }
}

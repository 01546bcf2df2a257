import Units

/// Which run: an attempt of a task. Ordered by the task's bytes, then the attempt.
public struct RunKey: Hashable, Comparable, Sendable {
    public let task: TaskID
    public let attempt: Int64

    public init(_ task: TaskID, _ attempt: Int64) {
        self.task = task
        self.attempt = attempt
    }

    public static func < (left: RunKey, right: RunKey) -> Bool {
        left.task == right.task ? left.attempt < right.attempt : left.task < right.task
    }
}

/// What a scheduler's own list says of one run. What the list leaves out is `nil` and compared with nothing.
public struct SchedulerClaim: Hashable, Sendable {
    public enum Course: Hashable, Sendable {
        case stopped(start: Instant, stop: Instant)
        /// It had no stop at an instant up to which the list speaks.
        case running(start: Instant, at: Instant)
        /// The list speaks of the time in which the run started, and doesn't have it.
        case absent(start: Instant)
    }

    public let run: RunKey
    /// Of the list's events: whose list it is.
    public let source: String
    public let course: Course
    public let identity: NamedIdentity
    public let gpus: GPUQuantity?
    /// `host/container` where an engine says it; `nil` where a list of runs does.
    public let container: String?
    /// When further containers of the same run were started.
    public let otherStarts: [Instant]

    public init(
        run: RunKey, source: String, course: Course, identity: NamedIdentity = NamedIdentity(),
        gpus: GPUQuantity? = nil, container: String? = nil, otherStarts: [Instant] = []
    ) {
        self.run = run
        self.source = source
        self.course = course
        self.identity = identity
        self.gpus = gpus
        self.container = container
        self.otherStarts = otherStarts
    }

    /// For a run that the list doesn't have: when the log says that it started.
    public var start: Instant {
        switch course {
        case .stopped(let start, _), .running(let start, _), .absent(let start): start
        }
    }
}

/// A claim as an event of the log, and back.
extension SchedulerClaim {
    /// - Parameters:
    ///   - who: the person or key that brings the list.
    ///   - reason: in the person's words; kept apart like all people's words.
    public func event(who: String, reason: String?) -> LedgerEventDraft {
        var data: [JSONValue.Member] = [
            .init("who", .string(who)), .init("attempt", .integer(run.attempt)), .init("source", .string(source)),
            .init("started_at", .string(start.canonicalText)),
        ]
        switch course {
        case .stopped(_, let stop):
            data += [.init("says", .string("stopped")), .init("stopped_at", .string(stop.canonicalText))]
        case .running(_, let at):
            data += [.init("says", .string("running")), .init("running_at", .string(at.canonicalText))]
        case .absent: data.append(.init("says", .string("absent")))
        }
        if let account = identity.account { data.append(.init("account", .string(account.text))) }
        if let user = identity.user { data.append(.init("user", .string(user.text))) }
        if let plan = identity.plan { data.append(.init("plan", .string(plan.text))) }
        if let gpus { data.append(.init("gpus", .string(gpus.description))) }
        if let container { data.append(.init("container", .string(container))) }
        if !otherStarts.isEmpty {
            data.append(.init("other_starts", .array(otherStarts.map { .string($0.canonicalText) })))
        }
        if let reason { data.append(.init("why", .string(reason))) }
        return LedgerEventDraft(type: .schedulerClaim, subject: run.task.text, data: data, privateFields: ["why"])
    }

    /// Reads a claim back from a recorded body; `nil` when it isn't one that `event` made.
    public init?(body: JSONValue) {
        guard let data = body["data"], let task = body["subject"]?.string.flatMap({ try? TaskID($0) }),
            let attempt = data["attempt"]?.integer, let source = data["source"]?.string,
            let start = Self.instant(data, "started_at")
        else { return nil }
        let course: Course
        switch data["says"]?.string {
        case "stopped":
            guard let stop = Self.instant(data, "stopped_at") else { return nil }
            course = .stopped(start: start, stop: stop)
        case "running":
            guard let at = Self.instant(data, "running_at") else { return nil }
            course = .running(start: start, at: at)
        case "absent": course = .absent(start: start)
        default: return nil
        }
        self.init(
            run: RunKey(task, attempt), source: source, course: course,
            identity: NamedIdentity(
                account: data["account"]?.string.flatMap { try? AccountID($0) },
                user: data["user"]?.string.flatMap { try? UserID($0) },
                plan: data["plan"]?.string.flatMap { try? PlanID($0) }),
            gpus: data["gpus"]?.string.flatMap { try? GPUQuantity(decimal: $0) },
            container: data["container"]?.string,
            otherStarts: (data["other_starts"]?.array ?? []).compactMap {
                $0.string.flatMap { try? Instant(rfc3339: $0) }
            })
    }

    private static func instant(_ data: JSONValue, _ key: String) -> Instant? {
        data[key]?.string.flatMap { try? Instant(rfc3339: $0) }
    }
}

import TestSupport
import Units
import UsageLedger

/// The events of a list with faults put in, each in a run of its own, and what the list must find.
struct InjectedFaults {
    enum Kind: CaseIterable {
        case missedRun, missedStart, missedStop, secondStart, earlierSecondStart, secondStop, otherStart, otherStop
        case otherGPUs, otherAccount, otherUser, otherPlan, otherAttempt, unlisted, canceled
    }

    private var tasks: [TaskID: [DecodedEvent]] = [:]
    /// `task/attempt` → kinds of difference.
    private(set) var expected: [String: String] = [:]
    private var generator: SeededGenerator
    /// Tasks with one stopped run, without a fault so far.
    private var clean: [TaskID]
    private var count = 0

    init(_ events: [DecodedEvent], seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        for event in events { tasks[event.task, default: []].append(event) }
        clean = tasks.filter { $0.value.map(\.fact.type) == [.submitted, .started, .stopped] }.keys.sorted()
    }

    /// By task; within one in the order of the list.
    var events: [DecodedEvent] { tasks.sorted { $0.key < $1.key }.flatMap(\.value) }

    mutating func inject(_ kind: Kind, count: Int) {
        for _ in 0..<count where !clean.isEmpty {
            inject(kind, clean.remove(at: generator.below(clean.count)))
        }
    }

    private mutating func inject(_ kind: Kind, _ task: TaskID) {
        guard let start = event(task, .started), let stop = event(task, .stopped),
            let submit = event(task, .submitted), let attempt = start.fact.attempt
        else { return }
        let run = "\(task)/\(attempt)"
        switch kind {
        case .missedRun:
            remove(task, [.submitted, .started, .stopped])
            expected[run] = "missed_start"
        case .missedStart:
            remove(task, [.started])
            expected[run] = "missed_start"
        case .missedStop:
            remove(task, [.stopped])
            expected[run] = "missed_stop"
        case .secondStart:
            add(start, time: start.fact.time.advanced(byNanoseconds: 1_000_000_000))
            expected[run] = "second_start"
        case .earlierSecondStart:
            add(start, time: start.fact.time.advanced(byNanoseconds: -1_000_000_000))
            expected[run] = "other_start"
        case .secondStop:
            add(stop, time: stop.fact.time.advanced(byNanoseconds: 1_000_000_000))
            expected[run] = "second_stop"
        case .otherStart, .otherStop:
            let event = kind == .otherStart ? start : stop
            replace(
                event, time: event.fact.time.advanced(byNanoseconds: Int64(1 + generator.below(3_600)) * 1_000_000_000))
            expected[run] = kind == .otherStart ? "other_start" : "other_stop"
        case .otherGPUs:
            replace(start, data: ["gpus": "77"])
            expected[run] = "other_gpus"
        case .otherAccount, .otherUser, .otherPlan:
            let field = kind == .otherAccount ? "account" : kind == .otherUser ? "user" : "plan"
            replace(submit, data: [field: "other"])
            expected[run] = "other_" + field
        case .otherAttempt:
            replace(start, data: ["attempt": nil])
            replace(stop, data: ["attempt": nil])
            expected[run] = "missed_start"
            expected["\(task)/4711"] = "not_listed"
        case .unlisted:
            for event in [submit, start, stop] { add(event, task: task.text + "-unlisted") }
            expected["\(task)-unlisted/\(attempt)"] = "not_listed"
        case .canceled:
            add(stop, type: "task.canceled")
            expected[run] = "canceled"
        }
    }

    private func event(_ task: TaskID, _ type: UsageEventType) -> DecodedEvent? {
        tasks[task]?.first { $0.fact.type == type }
    }

    private mutating func remove(_ task: TaskID, _ types: Set<UsageEventType>) {
        tasks[task]?.removeAll { types.contains($0.fact.type) }
    }

    private mutating func replace(_ event: DecodedEvent, time: Instant? = nil, data: [String: String?] = [:]) {
        tasks[event.task]?.removeAll { $0.fact.key == event.fact.key }
        tasks[event.task]?.append(Self.changed(event, id: event.fact.key.id, time: time, data: data))
    }

    private mutating func add(
        _ event: DecodedEvent, time: Instant? = nil, task: String? = nil, type: String? = nil
    ) {
        count += 1
        let added = Self.changed(event, id: "injected-\(count)", time: time, task: task, type: type)
        tasks[added.task, default: []].append(added)
    }

    /// The event with other words; an attempt without a value becomes 4711.
    private static func changed(
        _ event: DecodedEvent, id: String, time: Instant? = nil, task: String? = nil, type: String? = nil,
        data: [String: String?] = [:]
    ) -> DecodedEvent {
        let body = try! JSONValue(parsing: event.body)
        var members = (body["data"]?.members ?? []).filter {
            data[$0.key] == nil && $0.string?.hasPrefix("sha256:") != true
        }
        for (key, value) in data { members.append(.init(key, value.map { .string($0) } ?? .integer(4711))) }
        let changed: [String: String] = [
            "id": id, "source": event.fact.key.source, "subject": task ?? event.task.text,
            "time": (time ?? event.fact.time).canonicalText, "type": type ?? event.fact.type.name,
        ]
        return EventScript.decode(
            .object(changed.map { .init($0.key, .string($0.value)) } + [.init("data", .object(members))]))
    }
}

extension JSONValue.Member {
    fileprivate var string: String? { value.string }
}

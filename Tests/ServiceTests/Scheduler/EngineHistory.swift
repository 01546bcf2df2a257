import ContainerEngine
import TestSupport
import Units
import UsageLedger

@testable import Service

/// Containers on two engines and the log that they should have, with faults put into either, and what must be found.
struct EngineHistory {
    enum Fault: String, CaseIterable {
        case missedStart, missedStop, otherStart, otherStop, secondStart, unknownContainer, vanishedContainer
        case containerWithoutTask
    }

    static let begin = try! Instant(rfc3339: "2026-01-05T10:00:00+09:00")
    static let now = try! Instant(rfc3339: "2026-02-05T12:00:00+09:00")

    private(set) var events: [DecodedEvent] = []
    private(set) var containers: [String: [ContainerState]] = ["a": [], "b": []]
    /// `task/attempt` → kinds of difference.
    private(set) var expected: [String: String] = [:]
    private(set) var unreadable: [String] = []
    /// Seconds that the engines ran, of the runs that the log can know: every container that has ended, once.
    private(set) var engineSeconds: Int64 = 0
    private var generator: SeededGenerator
    private var count = 0

    init(seed: UInt64, sound: Int, faults: Int) {
        generator = SeededGenerator(seed: seed)
        for _ in 0..<sound { add(nil) }
        for _ in 0..<faults { for fault in Fault.allCases { add(fault) } }
    }

    var asked: AskedEngines {
        var asked = AskedEngines()
        asked.listings = containers.sorted { $0.key < $1.key }.map {
            ContainerListing(host: $0.key, containers: $0.value)
        }
        return asked
    }

    /// Somebody takes away what nobody can bill.
    mutating func clearAway() {
        for host in containers.keys {
            containers[host]?.removeAll { $0.name.hasSuffix("-second") || $0.name.hasPrefix("stray") }
        }
    }

    private mutating func add(_ fault: Fault?) {
        count += 1
        let task = "task-\(count)", host = generator.pick(["a", "b"])
        let start = Self.begin.advanced(byNanoseconds: Int64(generator.below(80_000_000)) * 1_000_000)
        let length = Int64(1 + generator.below(7_200_000)) * 1_000_000
        let mayRun = fault == nil || fault == .missedStart || fault == .otherStart || fault == .secondStart
        let stop = mayRun && generator.chance(oneIn: 4) ? nil : start.advanced(byNanoseconds: length)
        let shift = Int64(1 + generator.below(3_600_000)) * 1_000_000
        var container = Self.container("kanjo-\(task)-1", task, start, stop)
        var recordedStart: Instant? = start, recordedStop = stop
        switch fault {
        case nil: break
        case .missedStart:
            (recordedStart, recordedStop) = (nil, nil)
            expected["\(task)/1"] = "missed_start"
        case .missedStop:
            recordedStop = nil
            expected["\(task)/1"] = "missed_stop"
        case .otherStart:
            recordedStart = start.advanced(byNanoseconds: -shift)
            expected["\(task)/1"] = "other_start"
        case .otherStop:
            recordedStop = stop?.advanced(byNanoseconds: shift)
            expected["\(task)/1"] = "other_stop"
        case .secondStart:
            let again = start.advanced(byNanoseconds: shift)
            containers[host == "a" ? "b" : "a"]?.append(
                Self.container("kanjo-\(task)-1-second", task, again, again.advanced(byNanoseconds: length)))
            expected["\(task)/1"] = "second_start"
        case .unknownContainer:
            containers[host]?.append(Self.container("stray-\(task)", "nobody-\(count)", start, stop))
            expected["nobody-\(count)/1"] = "unknown_container"
            return
        case .vanishedContainer:
            expected["\(task)/1"] = "not_listed"
            record(task, start, nil)
            return
        case .containerWithoutTask:
            container = Self.container("stray-\(task)", task, start, stop)
            container.labels[ContainerLabels.task] = nil
            containers[host]?.append(container)
            unreadable.append("\(host)/stray-\(task)")
            return
        }
        containers[host]?.append(container)
        if let stop { engineSeconds += (stop.nanoseconds - start.nanoseconds + 999_999_999) / 1_000_000_000 }
        record(task, recordedStart, recordedStop)
    }

    private mutating func record(_ task: String, _ start: Instant?, _ stop: Instant?) {
        let submitted: [JSONValue.Member] = [
            .init("account", .string("acme")), .init("user", .string("alice")), .init("plan", .string("v100")),
        ]
        event(task, "submitted", Self.begin, submitted)
        if let start { event(task, "started", start, [.init("attempt", .integer(1))]) }
        if let stop {
            event(task, "stopped", stop, [.init("attempt", .integer(1)), .init("outcome", .string("done"))])
        }
    }

    private mutating func event(_ task: String, _ kind: String, _ time: Instant, _ data: [JSONValue.Member]) {
        events.append(
            EventScript.decode(
                .object([
                    .init("id", .string("\(task)/1/\(kind)")), .init("source", .string(ContainerEvents.source)),
                    .init("type", .string("task.\(kind)")), .init("time", .string(time.canonicalText)),
                    .init("subject", .string(task)), .init("data", .object(data)),
                ])))
    }

    private static func container(_ name: String, _ task: String, _ start: Instant, _ stop: Instant?) -> ContainerState
    {
        ContainerState(
            id: name, name: name,
            labels: [
                ContainerLabels.ledger: "kanjo", ContainerLabels.task: task, ContainerLabels.attempt: "1",
            ], status: stop == nil ? .running : .exited, startedAt: start, finishedAt: stop,
            exitCode: stop.map { _ in 0 })
    }
}

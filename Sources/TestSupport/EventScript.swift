import Units
import UsageLedger

/// Usage events written as short lines, for tables of cases. One event a line or `;`:
///
///     start 1T10:00 attempt=2 gpus=0.5
///     waive 1T12:00 from=1T10:00 to=1T10:30:00.5
///
/// Words: submit, start, alive, stop, cancel, waive, restate. Times are Japan time, of November 2017 unless they name
/// more: `1T10:00`, `10-31T23:59:59.9`, `2018-01-01T00:00:00`. Keys: task, id, source, attempt, account, user, plan,
/// gpus, limit, from, to, started, stopped, outcome, tags (a,b), name, reason. Ids count up unless named, so the same
/// script always makes the same events.
public struct EventScript {
    public let events: [JSONValue]

    public init(_ script: String) {
        let lines = script.split { $0 == "\n" || $0 == ";" }.map { $0.split(separator: " ").map(String.init) }
        events = lines.filter { !$0.isEmpty }.enumerated().map { Self.event($0.element, "e\($0.offset + 1)") }
    }

    /// Read and checked, as the store takes them.
    public var decoded: [DecodedEvent] { events.map { Self.decode($0) } }

    public var facts: [UsageFact] { decoded.map(\.fact) }

    /// - Precondition: the event is a right one. The salt is always the same.
    public static func decode(_ event: JSONValue, salt: Salt = Array(0..<16)) -> DecodedEvent {
        switch EventDecoder().decode(event.canonicalBytes, makeSalt: { salt }) {
        case .success(let decoded): return decoded
        case .failure(let error): preconditionFailure("\(error): \(event.canonicalText)")
        }
    }

    /// Reads `1T10:00`, `10-31T23:59:59.9`, `2018-01-01T00:00:00.000000001`.
    public static func instant(_ text: String) -> Instant {
        let parts = text.split(separator: "T").map(String.init)
        var day = parts[0].split(separator: "-").map(String.init)
        if day.count == 1 { day.insert("11", at: 0) }
        if day.count == 2 { day.insert("2017", at: 0) }
        let clock = parts[1].utf8.count == 5 ? parts[1] + ":00" : parts[1]
        let date = day.map { $0.utf8.count == 1 ? "0\($0)" : $0 }.joined(separator: "-")
        do { return try Instant(rfc3339: "\(date)T\(clock)+09:00") } catch { preconditionFailure("\(error)") }
    }

    private static let types = [
        "submit": "task.submitted", "start": "task.started", "alive": "task.alive", "stop": "task.stopped",
        "cancel": "task.canceled", "waive": "usage.waived", "restate": "usage.restated",
    ]

    private static let dataKeys = [
        "limit": "execution_time_limit_sec", "started": "started_at", "stopped": "stopped_at",
    ]

    private static func event(_ words: [String], _ id: String) -> JSONValue {
        guard let type = types[words[0]] else { preconditionFailure("no such event: \(words[0])") }
        var envelope = ["id": id, "source": "/test", "subject": "t1", "type": type]
        envelope["time"] = instant(words[1]).canonicalText
        var data: [JSONValue.Member] = []
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch parts[0] {
            case "task": envelope["subject"] = parts[1]
            case "id", "source": envelope[parts[0]] = parts[1]
            case "attempt", "limit": data.append(.init(dataKeys[parts[0]] ?? parts[0], .integer(Int64(parts[1])!)))
            case "from", "to", "started", "stopped":
                data.append(.init(dataKeys[parts[0]] ?? parts[0], .string(instant(parts[1]).canonicalText)))
            case "tags": data.append(.init("tags", .array(parts[1].split(separator: ",").map { .string(String($0)) })))
            default: data.append(.init(parts[0], .string(parts[1])))
            }
        }
        return .object(envelope.map { .init($0.key, .string($0.value)) } + [.init("data", .object(data))])
    }
}

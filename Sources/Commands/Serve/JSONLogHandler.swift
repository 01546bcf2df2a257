import Logging
import Service
import UsageLedger
import Units

/// Writes each message of the log as one line of JSON.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let stream: TextStream
    private let now: @Sendable () -> Instant

    init(label: String, level: Logger.Level, stream: TextStream, now: @escaping @Sendable () -> Instant) {
        self.label = label
        logLevel = level
        self.stream = stream
        self.now = now
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members: [String: JSONValue] = [:]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            members[key] = Self.json(value)
        }
        members["time"] = .string(now().canonicalText)
        members["level"] = .string(event.level.rawValue)
        members["logger"] = .string(label)
        members["message"] = .string(event.message.description)
        stream.line(JSONValue.object(members.map { .init($0.key, $0.value) }).canonicalText)
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value):
            Int64(value.description).flatMap { $0.magnitude < 1 << 53 ? .integer($0) : nil }
                ?? .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let values): .object(values.map { .init($0.key, json($0.value)) })
        }
    }
}

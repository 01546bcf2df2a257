import Store
import UsageLedger

/// What became of one event that was sent.
public struct EventOutcome: Hashable, Sendable {
    public enum Status: String, Sendable, CaseIterable {
        /// New, and on disk.
        case recorded
        /// Recorded before, exactly so.
        case duplicate
        /// Another event with this source and id was recorded before; it stays.
        case conflict
        /// Can't be used as it stands.
        case refused
    }

    public let status: Status
    /// Of the event, or of the one that was recorded before; `nil` for a refused one.
    public let position: Int64?
    /// The error's code, or `conflict`.
    public let code: String?
    public let message: String?

    /// Whether the event is in the log.
    public var isTaken: Bool { code == nil }

    init(_ result: RecordResult, of event: DecodedEvent) {
        switch result {
        case .recorded(let position): self.init(.recorded, position)
        case .duplicate(let position): self.init(.duplicate, position)
        case .conflict(let position, let fields):
            self.init(.conflict, position, code: "conflict", event.conflictMessage(position, fields))
        case .refused(let error): self.init(error)
        }
    }

    init(_ error: EventError) { self.init(.refused, nil, code: error.code.rawValue, error.message) }

    init(_ status: Status, _ position: Int64?, code: String? = nil, _ message: String? = nil) {
        self.status = status
        self.position = position
        self.code = code
        self.message = message
    }
}

extension DecodedEvent {
    /// Says which event stands in the way, and what to do.
    func conflictMessage(_ position: Int64, _ fields: [String]) -> String {
        "event '\(fact.key.id)' of '\(fact.key.source)' was recorded before at position \(position) "
            + "with another " + fields.joined(separator: ", ")
            + "; the recorded one stays, so restate the run if the new one is right"
    }
}

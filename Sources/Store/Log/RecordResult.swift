import UsageLedger

/// What became of one event of a batch. Each gets its own; a bad one never hides a good one (§3).
public enum RecordResult: Sendable {
    /// On disk at this position.
    case recorded(position: Int64)
    /// The same event was recorded before; nothing was written.
    case duplicate(position: Int64)
    /// Another event with this source and id was recorded before; nothing was written.
    case conflict(position: Int64, fields: [String])
    /// It can't be taken; nothing was written.
    case refused(EventError)
}

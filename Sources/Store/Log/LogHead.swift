import UsageLedger
import Units

/// Where the log ends.
public struct LogHead: Hashable, Sendable {
    /// Position of the last event; 0 while there is none.
    public var size: Int64
    public var recordedAt: Instant
    public var frontier: MerkleFrontier

    public var root: [UInt8] { frontier.root }

    static func read(_ statements: StatementCache) throws -> LogHead {
        let row = try statements("SELECT size, recorded_at, frontier FROM log_head WHERE one = 1")
        guard try row.step() else {
            return LogHead(size: 0, recordedAt: Instant(nanoseconds: 0), frontier: MerkleFrontier())
        }
        defer { row.reset() }
        guard let frontier = MerkleFrontier(bytes: row.bytes(2)), frontier.size == row.integer(0) else {
            throw StoreError(.corrupt, "the log's head doesn't fit its Merkle frontier; run verify, then rebuild")
        }
        return LogHead(size: row.integer(0), recordedAt: Instant(nanoseconds: row.integer(1)), frontier: frontier)
    }

    func write(_ statements: StatementCache) throws {
        let row = try statements("INSERT OR REPLACE INTO log_head VALUES (1, ?1, ?2, ?3)")
        row.bind(1, size)
        row.bind(2, recordedAt.nanoseconds)
        row.bind(3, frontier.bytes)
        try row.run()
    }
}

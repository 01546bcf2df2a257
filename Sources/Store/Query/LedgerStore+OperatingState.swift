import Units

/// Figures of the ledger for those who watch it.
public struct OperatingState: Hashable, Sendable {
    /// Events of the log.
    public let logSize: Int64
    public let recordedAt: Instant
    public let openRuns: Int64
    /// Runs with an anomaly that depends on no price and no cut, accepted ones included.
    public let runsWithAnomalies: Int64
}

extension LedgerStore {
    /// O(open runs + runs with anomalies).
    public func operatingState() throws -> OperatingState {
        try read { statements, _ in
            let head = try LogHead.read(statements)
            func count(_ sql: String) throws -> Int64 {
                let row = try statements(sql)
                defer { row.reset() }
                return try row.step() ? row.integer(0) : 0
            }
            return OperatingState(
                logSize: head.size, recordedAt: head.recordedAt,
                openRuns: try count("SELECT count(*) FROM run WHERE stopped_at IS NULL"),
                runsWithAnomalies: try count("SELECT count(*) FROM run WHERE anomalies <> 0"))
        }
    }
}

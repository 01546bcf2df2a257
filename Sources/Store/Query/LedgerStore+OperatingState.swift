import Billing
import UsageLedger
import Units

#if canImport(Glibc)
    import Glibc
#endif

/// Figures of the ledger for those who watch it.
public struct OperatingState: Hashable, Sendable {
    /// Events of the log.
    public let logSize: Int64
    public let recordedAt: Instant
    public let openRuns: Int64
    /// Runs with an anomaly that depends on no price and no cut, accepted ones included.
    public let runsWithAnomalies: Int64
    /// Runs that have shown no life for longer than the rules allow, and no end.
    public let silentRuns: Int64
    /// Accounts, months and plans with use for which no single price holds.
    public let unpricedMonths: Int64
    /// `nil` for a ledger in memory.
    public let files: LedgerFiles?
}

/// The files of a database as the system sees them.
public struct LedgerFiles: Hashable, Sendable {
    public let databaseBytes: Int64
    /// Of the write-ahead log, which is written over and never gets shorter while the ledger is open.
    public let logBytes: Int64
    /// When pages were last moved from the write-ahead log into the database's own file: nothing else writes that.
    public let checkpointedAt: Instant
}

extension LedgerStore {
    /// O(open runs + runs with anomalies + months without a price).
    /// - Parameter now: until when open runs may have been silent.
    public func operatingState(at now: Instant) throws -> OperatingState {
        let path = database.queue.path
        return try read { statements, keys in
            let head = try LogHead.read(statements)
            func count(_ sql: String) throws -> Int64 {
                let row = try statements(sql)
                defer { row.reset() }
                return try row.step() ? row.integer(0) : 0
            }
            return OperatingState(
                logSize: head.size, recordedAt: head.recordedAt,
                openRuns: try count("SELECT count(*) FROM run WHERE stopped_at IS NULL"),
                runsWithAnomalies: try count("SELECT count(*) FROM run WHERE anomalies <> 0"),
                silentRuns: try Self.silentRuns(statements, try SetUpReader(statements, keys).rules(.max), now),
                unpricedMonths: try count("SELECT count(*) FROM usage_month WHERE price_row = 0"),
                files: LedgerFiles(path: path))
        }
    }

    private static func silentRuns(
        _ statements: StatementCache, _ rules: BillingRules, _ now: Instant
    ) throws -> Int64 {
        guard case .minutes(let silence) = rules.runawaySilence else { return 0 }
        let row = try statements(
            "SELECT count(*) FROM open_run WHERE coalesce(last_proof_at, started_at) < ?1")
        row.bind(1, now.nanoseconds - silence * 60_000_000_000)
        defer { row.reset() }
        return try row.step() ? row.integer(0) : 0
    }
}

extension LedgerFiles {
    /// `nil` when there is no such file.
    init?(path: String) {
        var file = stat(), log = stat()
        guard stat(path, &file) == 0 else { return nil }
        databaseBytes = Int64(file.st_size)
        logBytes = stat(path + "-wal", &log) == 0 ? Int64(log.st_size) : 0
        checkpointedAt = Instant(
            nanoseconds: Int64(file.st_mtim.tv_sec) * 1_000_000_000 + Int64(file.st_mtim.tv_nsec))
    }
}

import Billing
import UsageLedger
import Units

/// What `verify` looked at and what it found.
public struct VerificationReport: Sendable {
    public struct Check: Sendable {
        public let name: String
        /// How much was looked at, for people: `12,789 events`.
        public let scope: String
        /// The first record that differs, and how; `nil` when all is right.
        public let fault: String?
    }

    public internal(set) var checks: [Check] = []
    public internal(set) var logSize: Int64 = 0
    public internal(set) var root: [UInt8] = []

    public var isRight: Bool { checks.allSatisfy { $0.fault == nil } }
}

extension LedgerStore {
    /// Proves the database against its own log: bodies against leaf hashes and the Merkle root, columns against bodies,
    /// people's words against their hashes, projections rebuilt and compared, conservation and coverage, numbers, and
    /// every issued document calculated again byte for byte. Writes nothing but temporary tables. O(log × closes).
    public func verify(progress: @escaping (_ step: String, _ done: Int64, _ total: Int64) -> Void = { _, _, _ in })
        throws
        -> VerificationReport
    {
        try database.examine { connection in
            let statements = StatementCache(connection)
            var report = VerificationReport()
            let logCheck = LogCheck(statements) { progress("events", $0, $1) }
            let log = try logCheck.run()
            report.logSize = log.size
            report.root = log.root
            report.checks += log.checks
            // What follows reads through the log, so it means nothing when the log itself is damaged.
            guard report.isRight else { return report }
            report.checks += try DocumentCheck(statements).run()
            report.checks.append(try SchedulerClaims(statements).check())
            report.checks += try ProjectionCheck(connection).run { progress("projections", $0, $1) }
            guard report.isRight else { return report }
            report.checks += try RebuiltDocuments(statements, try Keys(statements)).run {
                progress("documents", $0, $1)
            }
            return report
        }
    }

    /// Checks bodies, leaf hashes and the root only: the part of `verify` that must keep up with any log.
    public func verifyLog() throws -> VerificationReport {
        try database.examine { connection in
            let log = try LogCheck(StatementCache(connection)) { _, _ in }.run(columns: false)
            var report = VerificationReport()
            report.logSize = log.size
            report.root = log.root
            report.checks = log.checks
            return report
        }
    }
}

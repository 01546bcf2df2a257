import Billing
import UsageLedger
import Units

/// What schedulers' lists have said, read from the log itself: the last claim of a run holds.
struct SchedulerClaims {
    struct Recorded {
        let position: Int64
        let claim: SchedulerClaim
    }

    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// The last claim of each run up to a position. O(claims).
    func latest(logCut: Int64) throws -> [RunKey: Recorded] {
        var found: [RunKey: Recorded] = [:]
        let rows = try rows(logCut: logCut)
        while let row = try rows.next() {
            guard let claim = Self.claim(row) else {
                throw StoreError(.corrupt, "the claim at position \(row.integer(0)) can't be read; run verify")
            }
            found[claim.run] = Recorded(position: row.integer(0), claim: claim)
        }
        return found
    }

    /// Runs that begin before an instant and differ from the claim that holds, as known at the log cut of the replay.
    func gateItems(_ replay: HistoryReplay, before end: Instant, silence: RunawaySilence) throws -> [GateItem] {
        var items: [GateItem] = []
        for (key, recorded) in try latest(logCut: replay.logCut) {
            let task = try statements.taskNumber(key.task).map(replay.task)
            let run = task?.history.runs.first { $0.attempt == key.attempt }
            let differences = recorded.claim.differences(
                with: run, isTaskKnown: task != nil, eventCut: end, silence: silence)
            guard !differences.isEmpty, min(recorded.claim.start, run?.firstInstant ?? .endOfTime) < end else {
                continue
            }
            items.append(
                .schedulerDifference(key, differences, events: (task?.positions ?? []) + [recorded.position]))
        }
        return items
    }

    /// For `verify`: every claim can be read.
    func check() throws -> VerificationReport.Check {
        var count = 0
        var fault: String?
        let rows = try rows(logCut: .max)
        while let row = try rows.next() {
            count += 1
            if fault == nil, Self.claim(row) == nil {
                fault = "the claim of a scheduler's list at position \(row.integer(0)) can't be read"
            }
        }
        return .init(
            name: "claims of schedulers' lists", scope: "\(count) \(count == 1 ? "claim" : "claims")", fault: fault)
    }

    private func rows(logCut: Int64) throws -> RawStatementScan {
        try RawStatementScan(
            statements,
            "SELECT position, body FROM event WHERE task IS NULL AND type = \(LedgerEventType.schedulerClaim.rawValue) "
                + "AND position <= ?1 ORDER BY position",
            bind: logCut)
    }

    private static func claim(_ row: RawStatement) -> SchedulerClaim? {
        (try? JSONValue(parsing: row.bytes(1))).flatMap(SchedulerClaim.init(body:))
    }
}

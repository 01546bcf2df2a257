import Billing
import UsageLedger
import Units

extension LedgerStore {
    /// Compares a scheduler's list with the runs of the log, one by one, and records what it says of each run that
    /// differs, so that a close asks: one transaction (decision 6). The same list again records nothing. A claim that
    /// agrees is recorded only in the place of an earlier one. O(list + runs).
    public func reconcile(_ request: ReconciliationRequest, by actor: Actor) throws -> Reconciliation {
        try write { session in
            session.log.begin(at: actor.now)
            var comparing = try Comparing(session, request, actor)
            try comparing.compareListed()
            if !request.isPartial { try comparing.compareUnlisted() }
            if let source = request.openRunsOf { try comparing.compareOpenRuns(of: source) }
            try session.log.end()
            return comparing.result
        }
    }
}

/// One comparison, inside its transaction.
private struct Comparing {
    private let session: WriterSession
    private let request: ReconciliationRequest
    private let actor: Actor
    private let claims: [SchedulerClaim]
    private let recorded: [RunKey: SchedulerClaims.Recorded]
    private let accepted: [String: [UInt8]]
    private let replay: HistoryReplay
    private let from: Instant
    private let to: Instant
    /// Runs that the list knows, in whatever interval.
    private var known: Set<RunKey>
    var result = Reconciliation()

    init(_ session: WriterSession, _ request: ReconciliationRequest, _ actor: Actor) throws {
        self.session = session
        self.request = request
        self.actor = actor
        let found = request.list.claims(until: request.to) { session.setUp.plans[$0]?.terms }
        claims = found.claims + request.claims
        result.contradictions = found.contradictions
        known = Set(claims.map(\.run)).union(found.contradictions.map(\.run))
        recorded = try SchedulerClaims(session.statements).latest(logCut: .max)
        accepted = try GateAcceptances(session.statements).fingerprints()
        replay = HistoryReplay(session.statements, session.keys, session.setUp, logCut: .max)
        let starts = claims.map(\.start)
        from = request.from ?? starts.min() ?? .endOfTime
        to = request.to ?? starts.max()?.advanced(byNanoseconds: 1) ?? from
    }

    mutating func compareListed() throws {
        for claim in claims where isAsked(claim.start) { try compare(claim) }
    }

    /// Runs of the log, and of earlier claims, that start in the interval and that the list doesn't have.
    mutating func compareUnlisted() throws {
        let sources = request.sources ?? request.list.sources
        var absent: [SchedulerClaim] = []
        let rows = try RawStatementScan(
            session.statements,
            "SELECT r.task, t.name, r.attempt, coalesce(r.started_at, r.first_instant) FROM run r "
                + "JOIN task t USING (task)"
        )
        while let row = try rows.next() {
            let start = Instant(nanoseconds: row.integer(3))
            guard isAsked(start) else { continue }
            let key = RunKey(try TaskID(row.text(1)), row.integer(2))
            guard !known.contains(key), let source = try source(ofTask: row.integer(0), among: sources) else {
                continue
            }
            absent.append(SchedulerClaim(run: key, source: source, course: .absent(start: start)))
            known.insert(key)
        }
        for (key, earlier) in recorded where !known.contains(key) && sources.contains(earlier.claim.source) {
            guard isAsked(earlier.claim.start) else { continue }
            absent.append(
                SchedulerClaim(run: key, source: earlier.claim.source, course: .absent(start: earlier.claim.start)))
        }
        for claim in absent.sorted(by: { $0.run < $1.run }) { try compare(claim) }
        result.findings.sort { $0.claim.run < $1.claim.run }
    }

    /// Open runs of a source for which there is neither a container nor anybody who looks after one.
    mutating func compareOpenRuns(of source: String) throws {
        let rows = try RawStatementScan(
            session.statements,
            """
            SELECT r.task, t.name, r.attempt, coalesce(r.started_at, r.first_instant) FROM open_run r
            JOIN task t USING (task)
            WHERE r.started_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM container c WHERE c.task = t.name)
            """)
        var absent: [SchedulerClaim] = []
        while let row = try rows.next() {
            let key = RunKey(try TaskID(row.text(1)), row.integer(2))
            guard !known.contains(key), try self.source(ofTask: row.integer(0), among: [source]) != nil else {
                continue
            }
            absent.append(
                SchedulerClaim(run: key, source: source, course: .absent(start: Instant(nanoseconds: row.integer(3)))))
        }
        for claim in absent.sorted(by: { $0.run < $1.run }) { try compare(claim) }
        result.findings.sort { $0.claim.run < $1.claim.run }
    }

    private func isAsked(_ start: Instant) -> Bool { start >= from && start < to }

    private mutating func compare(_ claim: SchedulerClaim) throws {
        result.comparedRuns += 1
        let task = try session.statements.taskNumber(claim.run.task)
        let events = try task.map { try replay.task($0) }
        let differences = claim.differences(
            with: events?.history.runs.first { $0.attempt == claim.run.attempt }, isTaskKnown: task != nil,
            eventCut: actor.now,
            silence: session.setUp.rules.runawaySilence)
        let before = recorded[claim.run]
        var position = before?.position
        if before.map({ $0.claim != claim }) ?? !differences.isEmpty {
            position = try session.append(claim.event(who: actor.who, reason: actor.reason), by: actor)
            result.recordedClaims += 1
        }
        guard !differences.isEmpty, let position else { return }
        let item = GateItem.schedulerDifference(
            claim.run, differences, events: (events?.positions ?? []) + [position])
        result.findings.append(
            .init(claim: claim, differences: differences, isAccepted: accepted[item.name] == item.fingerprint))
    }

    /// The first of the sources, by bytes, that has reported a run of the task.
    private func source(ofTask task: Int64, among sources: Set<String>) throws -> String? {
        let rows = try session.statements(
            "SELECT DISTINCT s.name FROM event JOIN event_source s USING (source) "
                + "WHERE task = ?1 AND type BETWEEN 2 AND 4"
        )
        rows.bind(1, task)
        var found: [String] = []
        while try rows.step() { if sources.contains(rows.text(0)) { found.append(rows.text(0)) } }
        return found.min()
    }
}

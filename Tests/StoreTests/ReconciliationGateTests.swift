import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// A difference with the scheduler's list stops a close until it is gone or accepted (§7), as known at the log cut.
@Suite struct ReconciliationGateTests {
    private static let item = "scheduler_difference:job:1"
    private static let row = "submit 10-10T09:00 id=job-1 task=job account=acme user=alice plan=v100;"
    private static let listed = row + "start 10-10T10:00 id=job-2 task=job; stop 10-10T11:00 id=job-3 task=job"
    private static let december5 = EventScript.instant("12-05T12:00")

    /// The log saw the stop a minute early.
    private func ledger() throws -> SmallLedger {
        let ledger = try SmallLedger()
        try ledger.record(Self.row + "start 10-10T10:00 id=job-2 task=job; stop 10-10T10:59 id=job-3 task=job")
        return ledger
    }

    @discardableResult
    private func reconcile(
        _ ledger: SmallLedger, _ script: String = listed, now: Instant = SmallLedger.november5, isPartial: Bool = false
    ) throws -> Reconciliation {
        var list = SchedulerList()
        for event in EventScript(script).decoded { list.add(event.task, event.fact) }
        return try ledger.store.reconcile(
            ReconciliationRequest(list: list, isPartial: isPartial), by: ledger.actor(now))
    }

    private func gate(
        _ ledger: SmallLedger, _ period: BillingPeriod = SmallLedger.october, logCut: Int64? = nil,
        now: Instant = SmallLedger.november5
    ) throws -> [String] {
        try ledger.store.draft(period: period, logCut: logCut, now: now).gate.map(\.name)
    }

    @Test func aDifferenceStopsTheCloseAndTheSameListAgainRecordsNothing() throws {
        let ledger = try ledger()
        #expect(try gate(ledger) == [])
        let first = try reconcile(ledger)
        #expect(first.findings.map { $0.differences.map(\.kind) } == [[.otherStop]])
        #expect((first.comparedRuns, first.recordedClaims) == (1, 1))
        let size = try ledger.store.head().size
        let second = try reconcile(ledger)
        #expect(second.findings == first.findings)
        #expect(second.recordedClaims == 0)
        #expect(try ledger.store.head().size == size)
        #expect(try gate(ledger) == [Self.item])
        // As of the log cut before the list, nobody knew.
        #expect(try gate(ledger, logCut: size - 1) == [])
        let error = #expect(throws: GateError.self) { try ledger.issue() }
        #expect(error?.items.map(\.name) == [Self.item])
        #expect(try ledger.store.anomalies(at: SmallLedger.november5).schedulerDifferences.map(\.name) == [Self.item])
    }

    @Test func aRestatementHealsIt() throws {
        let ledger = try ledger()
        try reconcile(ledger)
        try ledger.record("restate 2T00:00 id=said task=job stopped=10-10T11:00 reason=checked who=ops")
        #expect(try gate(ledger) == [])
        #expect(try reconcile(ledger).findings.isEmpty)
        try ledger.issue()
        #expect(try ledger.store.verify().isRight)
    }

    @Test func aWaiverHealsIt() throws {
        let ledger = try ledger()
        try reconcile(ledger)
        try ledger.record("waive 2T00:00 id=said task=job from=10-10T09:59 to=10-10T12:00 reason=goodwill who=ops")
        #expect(try gate(ledger) == [])
    }

    @Test func aLaterListThatAgreesHealsItAndOneThatDoesNotAsksAgain() throws {
        let ledger = try ledger()
        try reconcile(ledger)
        let agreeing = Self.row + "start 10-10T10:00 id=job-2 task=job; stop 10-10T10:59 id=job-3 task=job"
        #expect(try reconcile(ledger, agreeing).recordedClaims == 1)
        #expect(try gate(ledger) == [])
        #expect(try reconcile(ledger, agreeing).recordedClaims == 0)
        #expect(try reconcile(ledger).recordedClaims == 1)
        #expect(try gate(ledger) == [Self.item])
    }

    @Test func anAcceptanceHoldsUntilTheClaimOrTheEventsChange() throws {
        let ledger = try ledger(), november = SmallLedger.october.next
        try reconcile(ledger)
        try ledger.issue(accepting: [Self.item: "the node's own log says 10:59"])
        #expect(try gate(ledger, november, now: Self.december5) == [])
        let again = try reconcile(ledger)
        #expect(again.findings.map(\.isAccepted) == [true])
        #expect(again.recordedClaims == 0)
        // Another word of the list, or of the feed: a person must look again, in the next close.
        try reconcile(ledger, Self.listed.replacing("T11:00", with: "T11:30"))
        #expect(try gate(ledger, november, now: Self.december5) == [Self.item])
        try ledger.issue(november, now: Self.december5, accepting: [Self.item: "still so"])
        try ledger.record("alive 10-10T10:30 id=more task=job")
        #expect(try gate(ledger, november.next, now: EventScript.instant("2018-01-05T12:00")) == [Self.item])
        #expect(try ledger.store.verify().isRight)
    }

    @Test func aRunThatTheLogOrTheListLacksIsAsked() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("ours")
        let list = Self.listed + ";" + Self.listed.replacing("job", with: "late").replacing("10-10", with: "10-11")
        #expect(
            try reconcile(ledger, list).findings.map { $0.differences[0].kind } == [
                .missedStart, .missedStart, .notListed,
            ])
        #expect(
            try gate(ledger) == [
                "scheduler_difference:job:1", "scheduler_difference:late:1", "scheduler_difference:ours:1",
            ])
        // The missing rows come by the feed, the surplus one was no run at all.
        try ledger.record(list)
        try ledger.record("waive 2T00:00 id=w task=ours from=10-10T09:00 to=10-10T12:00 reason=test who=ops")
        #expect(try gate(ledger) == [])
        #expect(try reconcile(ledger, list).findings.isEmpty)
    }

    @Test func aListOfSomeRunsSaysNothingOfOthers() throws {
        let ledger = try ledger()
        try ledger.recordJob("ours")
        try reconcile(ledger, isPartial: true)
        #expect(try gate(ledger) == [Self.item])
        // What once was listed, and is not in a later whole list, was no run.
        try reconcile(ledger, Self.listed.replacing("job", with: "only"), isPartial: true)
        #expect(try gate(ledger) == [Self.item, "scheduler_difference:only:1"])
        try reconcile(ledger, Self.listed)
        #expect(try gate(ledger) == [Self.item, "scheduler_difference:ours:1"])
    }

    @Test func aRunOfALaterMonthWaitsForItsMonth() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("ours")
        try reconcile(ledger, Self.listed.replacing("10-10", with: "11-01"), isPartial: true)
        #expect(try gate(ledger) == [])
        try ledger.issue()
        #expect(try gate(ledger, SmallLedger.october.next, now: Self.december5) == [Self.item])
    }

    @Test func rebuildAndVerifyKeepIt() throws {
        let ledger = try ledger()
        try reconcile(ledger)
        let before = try ledger.store.draft(period: SmallLedger.october, now: SmallLedger.november5)
        try ledger.store.rebuild()
        let after = try ledger.store.draft(period: SmallLedger.october, now: SmallLedger.november5)
        #expect(before.gate == after.gate)
        #expect(before.gate.count == 1)
        #expect(before.coverage == after.coverage)
        let report = try ledger.store.verify()
        #expect(report.isRight)
        #expect(report.checks.contains { $0.name == "claims of schedulers' lists" && $0.scope == "1 claim" })
    }
}

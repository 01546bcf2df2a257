import Billing
import Store
import TestSupport
import Testing
import Units

/// What stops an issue, and what a person's acceptance holds for (§7).
@Suite struct GateAcceptanceTests {
    /// Two stops: billed to the earlier one, over the end of October, and asked about in both months.
    static let doubtful = """
        submit 10-31T09:00 account=acme user=alice plan=v100
        start 10-31T23:00
        stop 1T01:00
        stop 1T02:00
        """
    static let item = "stop_conflict:t1:1"
    static let december5 = EventScript.instant("12-05T12:00")

    private func gate(_ ledger: SmallLedger, _ period: BillingPeriod, _ now: Instant) throws -> [String] {
        try ledger.store.draft(period: period, now: now).gate.map(\.name)
    }

    @Test func anAcceptanceHoldsUntilTheEventsChange() throws {
        let ledger = try SmallLedger()
        try ledger.record(Self.doubtful)
        let (october, november) = (SmallLedger.october, SmallLedger.october.next)
        #expect(try gate(ledger, october, SmallLedger.november5) == [Self.item])
        let error = #expect(throws: GateError.self) { try ledger.issue() }
        #expect(error?.items.map(\.name) == [Self.item])
        #expect(try ledger.store.head().size == 8)
        try ledger.issue(accepting: [Self.item: "the node's log says so"])
        #expect(try gate(ledger, november, Self.december5) == [])
        // Something new is heard of the task: a person must look again.
        try ledger.record("alive 10-31T23:30 id=more")
        #expect(try gate(ledger, november, Self.december5) == [Self.item])
        try ledger.issue(november, now: Self.december5, accepting: [Self.item: "still so"])
        #expect(try ledger.store.verify().isRight)
    }

    @Test func eventsMakeAnItemGoAway() throws {
        let ledger = try SmallLedger()
        try ledger.record(Self.doubtful)
        try ledger.record("restate 2T00:00 id=said stopped=1T02:00 reason=checked who=ops")
        #expect(try gate(ledger, SmallLedger.october, SmallLedger.november5) == [])
        try ledger.issue()
    }

    @Test func onlyOpenItemsCanBeAccepted() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("job")
        let error = #expect(throws: StoreError.self) { try ledger.issue(accepting: [Self.item: "why not"]) }
        #expect(error?.code == .refused)
        #expect(try ledger.store.head().size == 7)
    }

    @Test func graceMayBeAcceptedButNotTheFuture() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("job")
        let october = SmallLedger.october
        let cases: [(String, [String])] = [
            ("10-31T23:59:59.999999999", ["period_not_over"]), ("1T00:00", ["grace_left"]),
            ("3T23:59:59.999999999", ["grace_left"]), ("4T00:00", []),
        ]
        for (clock, expected) in cases {
            #expect(try gate(ledger, october, EventScript.instant(clock)) == expected, "\(clock)")
        }
        let everything = IssueRequest(period: october, issueDay: october.lastDay, acceptEverything: "in a hurry")
        let error = #expect(throws: GateError.self) {
            try ledger.store.issue(everything, by: ledger.actor(EventScript.instant("10-31T12:00")))
        }
        #expect(error?.items.map(\.name) == ["period_not_over"])
        guard case .issued = try ledger.store.issue(everything, by: ledger.actor(EventScript.instant("1T00:00"))) else {
            Issue.record("accepting the grace was not enough")
            return
        }
    }

    @Test func monthsCloseInOrder() throws {
        let ledger = try SmallLedger()
        try ledger.recordJob("job")
        try ledger.issue()
        let (november, december) = (SmallLedger.october.next, SmallLedger.october.next.next)
        let january5 = EventScript.instant("2018-01-05T12:00")
        try ledger.record(
            """
            submit 10T09:00 id=n1 task=n account=acme user=alice plan=v100
            start 10T10:00 id=n2 task=n
            stop 10T10:10 id=n3 task=n
            """, at: january5)
        let request = IssueRequest(period: december, issueDay: CivilDay(january5), acceptEverything: "whatever")
        let error = #expect(throws: GateError.self) { try ledger.store.issue(request, by: ledger.actor(january5)) }
        #expect(error?.items.map(\.name) == ["earlier_month_open:2017-11"])
        try ledger.issue(november, now: january5)
        try ledger.issue(december, now: january5)
        let back = #expect(throws: StoreError.self) { try ledger.issue(SmallLedger.october.previous, now: january5) }
        #expect(back?.code == .refused)
    }
}

import Scheduling
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// Tasks as their owners see them, made from the log.
@Suite struct TaskRowTests {
    private let ledger: SmallLedger
    private let now = SmallLedger.november5

    init() throws { ledger = try SmallLedger() }

    private func task(_ name: String = "t1", at instant: Instant? = nil) throws -> ComputeTask {
        try ledger.store.task(try TaskID(name), account: SmallLedger.acme, now: instant ?? now)
    }

    private func ids(_ filter: TaskFilter = TaskFilter(), offset: Int64 = 0, limit: Int64 = 100) throws -> [String] {
        let (tasks, count) = try ledger.store.tasks(
            of: SmallLedger.acme, filter, offset: offset, limit: limit, now: now)
        #expect(offset > 0 || limit < 100 || count == Int64(tasks.count))
        return tasks.map(\.id.text)
    }

    @Test func aTaskFollowsItsEventsFromWhereverTheyCome() throws {
        try ledger.record("submit 1T09:00 account=acme user=alice plan=v100 name=train tags=a,b limit=7200")
        var seen = try task()
        #expect(seen.status == .waiting && seen.name == "train" && seen.tags == ["a", "b"])
        #expect(seen.limitSeconds == 7200 && seen.container.plan?.text == "v100")
        #expect(seen.container.executionSeconds == nil && seen.container.startedAt == nil)
        try ledger.record("start 1T10:00 source=/core id=s")
        #expect(try task(at: EventScript.instant("1T10:00:10.5")).container.executionSeconds == 11)
        #expect(try task(at: EventScript.instant("1T10:30")).container.executionSeconds == 1800)
        try ledger.record("stop 1T11:00 source=/core id=e outcome=error error_message=boom")
        seen = try task()
        #expect(seen.status == .error && seen.errorMessage == "boom" && seen.container.executionSeconds == 3600)
        #expect(seen.updatedAt == EventScript.instant("1T11:00"))
        try expectSound()
    }

    @Test func anothersTaskAndAnUnknownOneAreTheSame() throws {
        try ledger.record("submit 1T09:00 account=other plan=v100")
        let unknown = #expect(throws: StoreError.self) { try task("t9") }
        let anothers = #expect(throws: StoreError.self) { try task("t1") }
        #expect(unknown?.code == .notFound && anothers?.code == .notFound)
    }

    @Test func tasksAreFoundByWhatTheyAre() throws {
        try ledger.record(
            """
            submit 1T09:00 task=one account=acme plan=v100 name=Train tags=x,y
            submit 1T09:01 task=two account=acme plan=v100 name=test tags=y
            submit 1T09:02 task=three account=acme plan=h100 name=other
            submit 1T09:03 task=four account=other plan=v100 name=train
            start 1T10:00 task=two; stop 1T10:10 task=two
            start 1T10:00 task=three
            """)
        #expect(try ids() == ["three", "two", "one"])
        #expect(try ids(offset: 1, limit: 1) == ["two"])
        func filter(_ change: (inout TaskFilter) -> Void) throws -> [String] {
            var filter = TaskFilter()
            change(&filter)
            return try ids(filter)
        }
        #expect(try filter { $0.statuses = [.done, .waiting] } == ["two", "one"])
        #expect(try filter { $0.words = ["TRAIN"] } == ["one"])
        #expect(try filter { $0.words = ["t", "v100"] } == ["two", "one"])
        #expect(try filter { $0.plans = [try! PlanID("h100"), try! PlanID("none")] } == ["three"])
        #expect(try filter { $0.tag = "y" } == ["two", "one"])
        #expect(try filter { $0.tag = "," } == [])
        #expect(try filter { $0.createdAfter = EventScript.instant("1T09:01") } == ["three", "two"])
        #expect(try filter { $0.createdBefore = EventScript.instant("1T09:01") } == ["one"])
        try expectSound()
    }

    @Test func aWaitingTaskIsCanceledAtOnceARunningOneWhenItStops() throws {
        try ledger.record("submit 1T09:00 task=w account=acme plan=v100; submit 1T09:00 task=r account=acme plan=v100")
        try ledger.record("start 1T10:00 task=r id=rs")
        #expect(try cancel("w") == .done)
        #expect(try task("w").status == .canceled && (try task("w").canceledAt) != nil)
        #expect(try cancel("w") == .refused(.canceled))
        let size = try ledger.store.head().size
        for _ in 0..<2 { #expect(try cancel("r") == .done) }
        #expect(try ledger.store.head().size == size + 1)
        let asked = try task("r")
        #expect(asked.status == .running && asked.canceledAt == now && asked.isAskedToEnd)
        #expect(try ledger.store.tasksForSchedulers(limit: 10, now: now).tasks.map(\.id.text) == ["r"])
        try ledger.record("stop 1T11:00 task=r id=re outcome=canceled")
        #expect(try task("r").status == .canceled)
        #expect(try ledger.store.tasksForSchedulers(limit: 10, now: now).count == 0)
        try expectSound()
    }

    @Test func aDeletedTaskIsGoneFromTheListAndBilledAllTheSame() throws {
        try ledger.record("submit 1T09:00 account=acme plan=v100; start 1T10:00")
        #expect(try delete() == .refused(.running))
        try ledger.record("stop 1T11:00 id=stop")
        #expect(try delete() == .done)
        #expect(throws: StoreError.self) { try task() }
        #expect(throws: StoreError.self) { try delete() }
        #expect(try ids().isEmpty)
        // What comes later doesn't bring it back.
        try ledger.record("restate 1T12:00 id=restated stopped=1T10:30")
        #expect(try ids().isEmpty)
        let usage = try ledger.store.usage(ofTask: try TaskID("t1"), account: SmallLedger.acme, eventCut: now)
        #expect(usage.total.usage.seconds == 1800)
        try expectSound()
    }

    @Test(arguments: [
        "task.deleted", "task.cancel_requested", "task.reserved", "terms.agreed", "budget.set", "budget.alerted",
    ])
    func aFeedCannotSayWhatOnlyTheServerSays(_ type: String) throws {
        #expect(LedgerEventType.allCases.contains { $0.name == type })
        let event = JSONValue.object([
            .init("id", .string("1")), .init("source", .string("s")), .init("type", .string(type)),
            .init("time", .string("2017-11-01T00:00:00Z")), .init("subject", .string("t1")),
        ])
        let result = EventDecoder().decode(event.canonicalBytes, makeSalt: { [] })
        guard case .failure(let error) = result else {
            Issue.record("\(type) was taken")
            return
        }
        #expect(error.code == .unknownType)
    }

    @Test func anAgreementIsRecordedOnce() throws {
        for version in ["1", "1", "2"] {
            try ledger.store.agree(
                to: version, account: SmallLedger.acme, user: .unnamed, by: ledger.actor(now))
        }
        let agreement = try ledger.store.agreements()[SmallLedger.acme]
        #expect(agreement == TermsAgreement(version: "2", agreedAt: now))
        try expectSound()
    }

    private func cancel(_ name: String) throws -> LedgerStore.TaskChange {
        let event = EventScript("cancel 5T11:00 task=\(name) id=cancel-\(name)").decoded[0]
        return try ledger.store.cancel(
            try TaskID(name), account: SmallLedger.acme, user: .unnamed, with: event, by: ledger.actor(now))
    }

    private func delete() throws -> LedgerStore.TaskChange {
        try ledger.store.delete(
            try TaskID("t1"), account: SmallLedger.acme, user: .unnamed, by: ledger.actor(now))
    }

    /// The rows follow from the log, also when they are made anew.
    private func expectSound() throws {
        let before = try ids()
        for _ in 0..<2 {
            let report = try ledger.store.verify()
            #expect(report.isRight, "\(report.checks.compactMap(\.fault))")
            try ledger.store.rebuild()
        }
        #expect(try ids() == before)
    }
}

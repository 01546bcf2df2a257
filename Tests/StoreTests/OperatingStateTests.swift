import Store
import TestSupport
import Testing
import Units

/// What a watcher sees of a ledger.
@Suite struct OperatingStateTests {
    @Test func everyKindOfOpenQuestionIsCounted() throws {
        let ledger = try SmallLedger()
        try ledger.record(
            """
            submit 1T09:00 task=good account=acme plan=v100; start 1T10:00 task=good; stop 1T11:00 task=good
            submit 1T09:00 task=odd account=acme plan=v100; stop 1T11:00 task=odd
            submit 1T09:00 task=free account=acme plan=v100; start 9-01T10:00 task=free; stop 9-01T11:00 task=free
            submit 1T09:00 task=open account=acme plan=v100; start 1T10:00 task=open
            """)
        let soon = try ledger.store.operatingState(at: EventScript.instant("1T11:00"))
        #expect(soon.logSize == 14 && soon.openRuns == 1 && soon.silentRuns == 0)
        #expect(soon.runsWithAnomalies == 1 && soon.unpricedMonths == 1)
        #expect(soon.files == nil)
        #expect(try ledger.store.operatingState(at: EventScript.instant("1T11:01")).silentRuns == 1)
    }
}

import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// A close as known at an earlier position sees nothing later; the next close picks the rest up (§7).
@Suite struct EarlierCutTests {
    @Test(arguments: TestSeed.values(5))
    func theRestComesWithTheNextClose(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let (october, november, december) = (
            SimulatedHistory.months[0], SimulatedHistory.months[1], SimulatedHistory.months[2]
        )
        let half = history.all.count / 2
        // One ledger that never heard of the second half when it closed, one that had it recorded already.
        let unaware = try SimulatedLedger(history), aware = try SimulatedLedger(history)
        for ledger in [unaware, aware] { try ledger.record(Array(history.all.prefix(half))) }
        let cut = try aware.store.head().size
        try aware.record(Array(history.all.dropFirst(half)))
        try unaware.close(october, logCut: cut, now: SimulatedHistory.end)
        try aware.close(october, logCut: cut, now: SimulatedHistory.end)
        #expect(try aware.store.documents(period: october) == unaware.store.documents(period: october), "seed \(seed)")
        try aware.expectRight("seed \(seed), October")

        try unaware.record(Array(history.all.dropFirst(half)))
        for ledger in [unaware, aware] { try ledger.close(november, now: SimulatedHistory.end) }
        let texts = try [unaware, aware].map { try $0.invoices(november).map(LedgerPicture.text) }
        #expect(texts[0] == texts[1], "seed \(seed)")
        try aware.expectRight("seed \(seed), November")
        try unaware.expectRight("seed \(seed), November")
        for ledger in [unaware, aware] { try ledger.close(december, now: SimulatedHistory.end) }
        try aware.expectRight("seed \(seed), December")
        let sums = try ExpectedMonths(aware, through: december)
        #expect(sums.billed == (try ExpectedMonths(unaware, through: december)).billed, "seed \(seed)")
    }

    @Test func cutsNeverGoBack() throws {
        let history = SimulatedHistory(seed: TestSeed.value)
        let ledger = try SimulatedLedger(history)
        try ledger.record(history.all)
        let head = try ledger.store.head().size
        try ledger.close(SimulatedHistory.months[0], logCut: head - 5, now: SimulatedHistory.end)
        let error = #expect(throws: StoreError.self) {
            try ledger.close(SimulatedHistory.months[1], logCut: head - 6, now: SimulatedHistory.end)
        }
        #expect(error?.code == .refused)
        try ledger.close(SimulatedHistory.months[1], logCut: head - 5, now: SimulatedHistory.end)
    }

    /// A cut beyond the log would let later events into a document that was issued without them.
    @Test func aCutBeyondTheLogIsRefused() throws {
        let history = SimulatedHistory(seed: TestSeed.value)
        let ledger = try SimulatedLedger(history)
        try ledger.record(history.all)
        let head = try ledger.store.head()
        let error = #expect(throws: StoreError.self) {
            try ledger.close(SimulatedHistory.months[0], logCut: head.size + 1, now: SimulatedHistory.end)
        }
        #expect(error?.code == .refused)
        #expect(try ledger.store.head() == head)
        try ledger.close(SimulatedHistory.months[0], logCut: head.size, now: SimulatedHistory.end)
        try ledger.expectRight("after the close at the log's end")
    }
}

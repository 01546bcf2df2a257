import Store
import TestSupport
import Testing
import Units

/// Projections can be thrown away at any time.
@Suite struct RebuildTests {
    /// The third seed has an open run whose price a later correction names too: after a rebuild more months are
    /// looked at.
    @Test(arguments: TestSeed.values(2) + [5_000_002])
    func rebuildChangesNoAnswer(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history), untouched = try SimulatedLedger(history)
        try untouched.live(through: history)
        try ledger.live(through: history) { step in
            let before = try LedgerPicture(ledger.store)
            let head = try ledger.store.head()
            try ledger.store.rebuild()
            let difference = try LedgerPicture(ledger.store).difference(from: before)
            #expect(difference == nil, "seed \(seed), \(step): \(difference ?? "")")
            #expect(try ledger.store.head() == head)
            try ledger.expectRight("seed \(seed), \(step)")
        }
        // Closes after a rebuild issue the same bytes, and leave the same log.
        for period in SimulatedHistory.months {
            #expect(
                try ledger.store.documents(period: period) == untouched.store.documents(period: period), "seed \(seed)")
        }
        #expect(try ledger.store.head().root == untouched.store.head().root, "seed \(seed)")
    }
}

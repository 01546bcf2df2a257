import Billing
import Store
import TestSupport
import Testing
import Units

/// Two ways to every answer: from the projections, and from the log itself as known at a position. They agree (§7, two
/// cuts).
@Suite struct ReplayTests {
    @Test(arguments: TestSeed.values(3))
    func theLogAnswersAsTheProjectionsDo(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        var steps = 0
        try ledger.live(through: history) { step in
            let present = try LedgerPicture(ledger.store)
            let position = try ledger.store.head().size
            // Something that changes no answer, so that the position is no longer the end of the log.
            steps += 1
            let user = SetUpChange.user(try AccountID("acme"), try UserID("user-\(steps)"))
            try ledger.store.record([user], by: ledger.actor(SimulatedLedger.closingTime(SimulatedHistory.months[0])))
            let replayed = try LedgerPicture(ledger.store, logCut: position)
            let difference = replayed.difference(from: present)
            #expect(difference == nil, "seed \(seed), \(step): \(difference ?? "")")
        }
        #expect(steps == 7)
    }

    /// A preview at any instant, also one before its period.
    @Test(arguments: TestSeed.values(3))
    func previewsAgreeAtAnyCut(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        try ledger.record(history.all)
        let position = try ledger.store.head().size
        var generator = SeededGenerator(seed: seed)
        let cuts = (0..<12).map { _ in
            SimulatedHistory.months[0].start.advanced(
                byNanoseconds: Int64(generator.below(92 * 86_400)) * 1_000_000_000)
        }
        func previews(_ logCut: Int64?) throws -> [String] {
            try SimulatedHistory.months.flatMap { period in
                try cuts.flatMap { cut in
                    try ["acme", "beta", "gamma"].map { account in
                        let invoice = try ledger.store.preview(
                            account: AccountID(account), period: period, eventCut: cut, logCut: logCut)
                        return "\(period) \(account) at \(cut): \(invoice.map(LedgerPicture.text) ?? "-")"
                    }
                }
            }
        }
        let present = try previews(nil)
        try ledger.store.record(
            [.user(try AccountID("acme"), try UserID("late"))], by: ledger.actor(SimulatedHistory.end))
        let replayed = try previews(position)
        let differing = zip(present, replayed).first { $0 != $1 }
        #expect(differing == nil, "seed \(seed): \(differing.map { "\($0)\n  and: \($1)" } ?? "")")
    }
}

import TestSupport
import Testing
import UsageLedger

/// A feed in any order, cut into any batches, sent any number of times, makes the same ledger (§4).
@Suite struct FeedOrderTests {
    @Test(arguments: TestSeed.values(4))
    func orderBatchesAndRepeatsChangeNothing(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let plain = try SimulatedLedger(history)
        try plain.record(history.all)
        let expected = try LedgerPicture(plain.store)
        #expect(expected.byTask.count > 10 && expected.anomalies?.isEmpty == false, "seed \(seed) tells nothing")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<3 {
            let other = try SimulatedLedger(history)
            var events = history.all.shuffled(using: &generator)
            for _ in 0..<events.count / 3 { events.insert(generator.pick(events), at: generator.below(events.count)) }
            while !events.isEmpty {
                let count = min(events.count, 1 + generator.below(round == 0 ? 3 : 40))
                try other.record(Array(events.prefix(count)))
                events.removeFirst(count)
            }
            let difference = try LedgerPicture(other.store).difference(from: expected)
            #expect(difference == nil, "seed \(seed), round \(round): \(difference ?? "")")
            try other.expectRight("seed \(seed), round \(round)")
        }
    }

    /// The set-up may come after the events: what was unknown is judged again.
    @Test(arguments: TestSeed.values(3))
    func aLateSetUpHealsWhatItNames(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let plain = try SimulatedLedger(history)
        try plain.record(history.all)
        let late = try SimulatedLedger([])
        try late.record(history.all)
        try late.store.record(history.setUp, by: late.actor(SimulatedHistory.end))
        let (expected, found) = (try LedgerPicture(plain.store), try LedgerPicture(late.store))
        #expect(found.byTask == expected.byTask && found.byDay == expected.byDay, "seed \(seed)")
        #expect(found.anomalies == expected.anomalies, "seed \(seed)")
        try late.expectRight("seed \(seed)")
    }

    /// Σ over days = Σ over tasks = Σ over plans, after every batch, and as known at every earlier position.
    @Test(arguments: TestSeed.values(3))
    func secondsAreConservedInEveryPrefixOfTheLog(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        var generator = SeededGenerator(seed: seed)
        var answers: [(position: Int64, byDay: [String], byTask: [String])] = []
        var events = history.all.shuffled(using: &generator)
        while !events.isEmpty {
            let count = min(events.count, 1 + generator.below(15))
            try ledger.record(Array(events.prefix(count)))
            events.removeFirst(count)
            let comment: Comment = "seed \(seed), \(events.count) events left"
            try ConservedSums.expectEqual(ledger.store, comment)
            let position = try ledger.store.head().size
            answers.append(
                (
                    position, try LedgerPicture.usage(ledger.store, [.account, .day, .plan], SimulatedHistory.end),
                    try LedgerPicture.usage(ledger.store, [.task], SimulatedHistory.end)
                ))
        }
        for (position, byDay, byTask) in answers {
            let comment: Comment = "seed \(seed), as known at \(position)"
            let store = ledger.store, end = SimulatedHistory.end
            #expect(try LedgerPicture.usage(store, [.account, .day, .plan], end, logCut: position) == byDay, comment)
            #expect(try LedgerPicture.usage(store, [.task], end, logCut: position) == byTask, comment)
        }
    }
}

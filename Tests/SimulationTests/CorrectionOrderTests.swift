import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// Returns, voids and reissues in any order among late events and closes: documents add up to what use is worth, once
/// all is settled, and every document follows from the log (decisions 20, 21).
@Suite struct CorrectionOrderTests {
    @Test(arguments: TestSeed.values(8))
    func documentsAddUpWhateverIsCorrected(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        var chance = SeededGenerator(seed: seed ^ 0xC0FFEE)
        var done = Corrections()
        var clock = Instant(nanoseconds: 0)
        for period in SimulatedHistory.months {
            let now = SimulatedLedger.closingTime(period)
            try ledger.record(history.known(after: clock, by: now), at: now)
            clock = now
            for _ in 0..<3 { try correct(ledger, at: now, &chance, &done) }
            try ledger.close(period)
            for _ in 0..<3 { try correct(ledger, at: now, &chance, &done) }
            try ledger.expectRight("seed \(seed), \(period)")
        }
        try ledger.record(history.known(after: clock, by: SimulatedHistory.end))
        for _ in 0..<6 { try correct(ledger, at: SimulatedHistory.end, &chance, &done) }
        try expectBounds(ledger, seed)
        try ledger.expectRight("seed \(seed), late")
        try settle(ledger, &chance, seed)
        #expect(done.returns + done.voids + done.reissues > 0, "seed \(seed): nothing was corrected")
    }

    /// A month of much use for everybody has room for all that is open; then nothing is.
    private func settle(_ ledger: SimulatedLedger, _ chance: inout SeededGenerator, _ seed: UInt64) throws {
        let last = SimulatedHistory.months.last!.next
        let tasks = ["acme", "beta", "gamma"].map { account in
            "submit \(last)-02T09:00 id=\(account)-r1 task=room-\(account) account=\(account) user=u plan=v100\n"
                + "start \(last)-02T10:00 id=\(account)-r2 task=room-\(account)\n"
                + "stop \(last)-28T10:00 id=\(account)-r3 task=room-\(account)"
        }
        try ledger.record(EventScript(tasks.joined(separator: "\n")).decoded, at: SimulatedHistory.end)
        try ledger.close(last, now: SimulatedHistory.end)
        let open = try ExpectedMonths(ledger, through: last).differences
        #expect(open.isEmpty, "seed \(seed): \(open)")
        // Nothing differs, so nothing is returned; and nothing is billed again.
        for document in try ledger.store.documents(DocumentSearch()) where document.state == .issued {
            #expect {
                _ = try ledger.store.returnInvoice(
                    document.number, day: document.issueDay, by: ledger.actor(SimulatedHistory.end))
            } throws: { [.nothingToReturn, .refused].contains(($0 as? StoreError)?.code) }
        }
        // All of a month's documents void, newest first, and the next close bills the same again, once.
        let documents = try ledger.store.documents(DocumentSearch(period: last))
        for document in documents.reversed() {
            try ledger.store.voidDocument(document.number, by: ledger.actor(SimulatedHistory.end))
        }
        try ledger.close(last.next, now: SimulatedHistory.end)
        let again = try ExpectedMonths(ledger, through: last.next).differences
        #expect(again.isEmpty, "seed \(seed): \(again)")
        try ledger.expectRight("seed \(seed), settled")
        try ledger.store.rebuild()
        try ledger.expectRight("seed \(seed), rebuilt")
    }

    struct Corrections {
        var returns = 0
        var voids = 0
        var reissues = 0
    }

    /// One step on some document. It is refused, or done once.
    private func correct(
        _ ledger: SimulatedLedger, at now: Instant, _ chance: inout SeededGenerator, _ done: inout Corrections
    ) throws {
        let documents = try ledger.store.documents(DocumentSearch())
        guard !documents.isEmpty else { return }
        let document = chance.pick(documents), head = try ledger.store.head(), actor = ledger.actor(now)
        do {
            switch chance.below(4) {
            case 0:
                try ledger.store.voidDocument(document.number, by: actor)
                done.voids += 1
            case 1:
                let names = ["甲", "乙", "丙"].map { "株式会社\($0)" }
                try ledger.store.record([.account(Account(id: document.account, name: chance.pick(names)))], by: actor)
                let changed = try ledger.store.head()
                do {
                    _ = try ledger.store.reissueInvoice(document.number, day: CivilDay(now), by: actor)
                    done.reissues += 1
                } catch let error as StoreError where error.code == .refused || error.code == .nothingToCorrect {
                    #expect(try ledger.store.head() == changed)
                }
            default:
                let made = try ledger.store.returnInvoice(document.number, day: CivilDay(now), by: actor)
                done.returns += 1
                #expect(made.receivable <= .zero)
            }
        } catch let error as StoreError where error.code == .refused || error.code == .nothingToReturn {
            #expect(try ledger.store.head() == head)
        }
    }

    /// No return gives back more than its invoice charged, and no credit more than it has.
    private func expectBounds(_ ledger: SimulatedLedger, _ seed: UInt64) throws {
        struct Owner: Hashable {
            let account: AccountID
            let period: BillingPeriod
        }
        var owed: [Owner: Yen] = [:]
        for document in try ledger.store.documents(DocumentSearch()) {
            owed[Owner(account: document.account, period: document.period), default: .zero] += document.receivable
        }
        for (owner, yen) in owed { #expect(yen >= .zero, "seed \(seed): \(owner)") }
        for balance in try ledger.store.credits() {
            #expect(balance.used >= .zero && balance.left >= .zero, "seed \(seed): \(balance)")
        }
    }
}

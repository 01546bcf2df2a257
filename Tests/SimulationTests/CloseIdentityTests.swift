import Billing
import Store
import TestSupport
import Testing
import Units
import UsageLedger

/// Draft, preview and issue are one calculation; closing again, or in parts, changes no yen (§7, §8).
@Suite struct CloseIdentityTests {
    @Test(arguments: TestSeed.values(5))
    func draftAndPreviewSayWhatIsIssued(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        var clock = Instant(nanoseconds: 0), documents = 0
        for period in SimulatedHistory.months {
            let now = SimulatedLedger.closingTime(period)
            try ledger.record(history.known(after: clock, by: now), at: now)
            clock = now
            let draft = try ledger.store.draft(period: period, now: now)
            #expect(draft.coverage.values.reduce(0, +) == draft.usageEvents)
            let previews = try draft.accounts.compactMap {
                try ledger.store.preview(account: $0.account, period: period, eventCut: period.end)
            }
            try ledger.close(period)
            let issued = try ledger.invoices(period)
            documents += issued.count
            #expect(previews.map(LedgerPicture.text) == issued.map(LedgerPicture.text), "seed \(seed), \(period)")
            #expect(previews.allSatisfy { $0.number == nil && $0.issueDay == nil })
            #expect(
                draft.accounts.compactMap(\.totals) == issued.map(\.totals), "seed \(seed), \(period)")
            #expect(draft.payable == issued.reduce(.zero) { $0 + $1.totals.payable }, "seed \(seed), \(period)")
            let numbers = issued.indices.map { DocumentNumber(period: period, index: $0 + 1) }
            #expect(issued.map(\.number) == numbers, "seed \(seed), \(period)")
            #expect(issued.map(\.recipient.id) == issued.map(\.recipient.id).sorted(), "seed \(seed), \(period)")
        }
        #expect(documents > 2, "seed \(seed)")
    }

    @Test(arguments: TestSeed.values(2))
    func closingTwiceIsClosingOnce(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        try ledger.live(through: history)
        let head = try ledger.store.head()
        let documents = try SimulatedHistory.months.map { try ledger.store.documents(period: $0) }
        for period in SimulatedHistory.months {
            guard case .alreadyClosed(let closing) = try ledger.close(period) else {
                Issue.record("\(period) was closed again")
                continue
            }
            #expect(closing.period == period)
        }
        #expect(try ledger.store.head() == head)
        #expect(try SimulatedHistory.months.map { try ledger.store.documents(period: $0) } == documents)
    }

    /// October, then November, is October and November at once, for each charge month and rate.
    @Test(arguments: TestSeed.values(5))
    func closingMonthByMonthIsClosingAtOnce(seed: UInt64) throws {
        var history = SimulatedHistory(seed: seed)
        // A small month that waits for the next one isn't the question here.
        history.setUp.append(
            .rules(BillingRules(version: 1, invoiceMinimumYen: 0, graceHours: 72, runawaySilence: .minutes(60))))
        let monthly = try SimulatedLedger(history), atOnce = try SimulatedLedger(history)
        let (october, november) = (SimulatedHistory.months[0], SimulatedHistory.months[1])
        for ledger in [monthly, atOnce] { try ledger.record(history.all) }
        try monthly.close(october, now: SimulatedHistory.end)
        try monthly.close(november, now: SimulatedHistory.end)
        try atOnce.close(november, now: SimulatedHistory.end)
        let (left, right) = (
            try ExpectedMonths(monthly, through: november), try ExpectedMonths(atOnce, through: november)
        )
        // A line of 0 yen stays with its month, but is no difference that a later document carries.
        let monthlyYen = left.billed.filter { $0.value != .zero }
        let yenAtOnce = right.billed.filter { $0.value != .zero }
        #expect(!monthlyYen.isEmpty && monthlyYen == yenAtOnce, "seed \(seed)")
        #expect(left.differences.isEmpty && right.differences.isEmpty, "seed \(seed): \(left.differences)")
        #expect(try atOnce.invoices(october).isEmpty)
        try atOnce.expectRight("seed \(seed)")
    }

    /// Σ of all documents' lines of a charge month = expected(month). What isn't billed waits for a document that can
    /// bear it.
    @Test(arguments: TestSeed.values(6))
    func documentsAddUpToWhatTheMonthsAreWorth(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        try ledger.live(through: history) { step in
            try ledger.expectRight("seed \(seed), \(step)")
            guard step.hasPrefix("close"),
                let period = SimulatedHistory.months.first(where: { step.hasSuffix("\($0)") })
            else { return }
            let sums = try ExpectedMonths(ledger, through: period)
            let documents = try ledger.invoices(period)
            for (key, difference) in sums.differences {
                let comment: Comment = "seed \(seed), after \(step): \(key) differs by \(difference)"
                // No document, or a negative line that found nothing left to be taken off from.
                if let document = documents.first(where: { $0.recipient.id == key.account }) {
                    #expect(difference < .zero && document.totals.total == .zero, comment)
                }
            }
        }
    }
}

import Billing
import Store
import TestSupport
import Testing
import Units

/// However much comes late: one line for each charge month and rate on the next document, and nothing after it (§8).
@Suite struct SettlementTests {
    @Test(arguments: TestSeed.values(6))
    func oneLineThenRest(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        try ledger.live(through: history)
        let january = SimulatedHistory.months.last!.next
        try ledger.close(january, now: SimulatedHistory.end)
        let open = try ExpectedMonths(ledger, through: january).differences
        try ledger.close(january.next, now: SimulatedHistory.end)
        var late = 0
        for invoice in try ledger.allInvoices() {
            let rated = invoice.lines.filter { $0.rate != nil }
            let keys = rated.map {
                ExpectedMonths.Key(account: invoice.recipient.id, month: $0.chargeMonth, rate: $0.rate!)
            }
            #expect(Set(keys).count == keys.count, "seed \(seed): \(invoice.number?.text ?? "") says one thing twice")
            #expect(
                invoice.totals.total >= .zero && invoice.lines.reduce(.zero) { $0 + $1.amount } == invoice.totals.total)
            for (key, line) in zip(keys, rated) where key.month < invoice.period {
                late += 1
                #expect(line.lineClass != .usage && line.difference != nil, "seed \(seed): \(key)")
                if invoice.period == january.next {
                    #expect(open[key] != nil, "seed \(seed): \(key) was settled already")
                }
            }
        }
        #expect(late > 0, "seed \(seed): nothing came late")
        try ledger.expectRight("seed \(seed)")
    }

    /// No credit pays more than it has, and none pays for a month or plan that it doesn't cover.
    @Test(arguments: TestSeed.values(6))
    func creditsPayWhatTheyMay(seed: UInt64) throws {
        let history = SimulatedHistory(seed: seed)
        let ledger = try SimulatedLedger(history)
        try ledger.live(through: history)
        let balances = try ledger.store.credits()
        #expect(balances.count == 3)
        let granted = Dictionary(uniqueKeysWithValues: balances.map { ($0.granted.credit.position, $0.granted.credit) })
        var paid: [Int64: Yen] = [:]
        for invoice in try ledger.allInvoices() {
            for line in invoice.lines where line.lineClass == .credit {
                let position = try #require(line.credit)
                let credit = try #require(granted[position])
                #expect(credit.account == invoice.recipient.id, "seed \(seed)")
                #expect(credit.mayPay(plan: line.plan, chargeMonth: line.chargeMonth), "seed \(seed)")
                paid[credit.position, default: .zero] -= line.amount
                let sum = paid[credit.position]!
                #expect(sum >= .zero && sum <= credit.yen, "seed \(seed): credit \(credit.position) paid \(sum)")
            }
        }
        for balance in balances {
            #expect(balance.used == paid[balance.granted.credit.position] ?? .zero, "seed \(seed)")
        }
        #expect(!paid.isEmpty, "seed \(seed): no credit was used")
    }
}

import Testing
import Units

@testable import Billing

/// What a return gives back, worked by hand (decision 20).
@Suite struct ReturnDraftTests {
    /// Of 3,600 s of v100 at 0.5 yen on this invoice and 1,800 s on a later one nothing is left; a100 stays.
    @Test func noMoreOfARateThanTheInvoiceBore() {
        let bore = ["usage 2017-10 a100 1 gpu 9000 9000", "usage 2017-10 v100 0.5 gpu 3600 1800"]
        #expect(told(bore, later: ["correction 2017-10 v100 0.5 gpu 1800 900"], "2017-10 a100 1 gpu 9000") == [-1_800])
    }

    @Test func noMoreInAllThanTheInvoiceAskedFor() {
        // A negative line took 1,500 yen off the invoice.
        let bore = ["usage 2017-10 v100 0.5 gpu 3600 1800", "correction 2017-09 v100 0.5 gpu -3000 -1500"]
        #expect(told(bore, later: [], "2017-09 v100 0.5 gpu 3600", earlier: 3_300) == [-300])
    }

    @Test func creditsBeforeMoney() {
        let bore = ["usage 2017-10 v100 0.5 gpu 3600 1800", "credit 2017-10 v100 7 -1000"]
        #expect(told(bore, later: [], "2017-10 v100 0.5 gpu 600") == [-1_500, 1_000])
    }

    /// Amounts of the lines that give back.
    private func told(_ bore: [String], later: [String], _ usage: String, earlier: Int64 = 0) -> [Int64] {
        var issued = (bore + later).map(CloseStory.issued)
        if earlier > 0 { issued.insert(CloseStory.issued("usage 2017-09 v100 0.5 gpu 6600 \(earlier)"), at: 0) }
        let months = Set(issued.map(\.chargeMonth)).sorted()
        let input = AccountUsage(
            account: CloseStory.acme, period: CloseStory.period, usage: [CloseStory.usage(usage)], months: months,
            issued: issued)
        return returnLines(input, bore: bore.map(CloseStory.issued), returned: []).map(\.amount.amount)
    }
}

import Billing
import Store
import TestSupport
import Testing
import Units

/// Payments are found by account, day, month and invoice, in any combination.
@Suite struct PaymentSearchTests {
    private let ledger: SmallLedger
    private let december = EventScript.instant("12-05T12:00")

    /// Two invoices, and three payments of which one is held.
    init() throws {
        ledger = try SmallLedger()
        try ledger.recordJob("october")
        try ledger.issue()
        try ledger.record(
            """
            start 7T10:00 id=n-1 task=november account=acme user=alice plan=v100
            stop 7T12:00 id=n-2 task=november
            """, at: december)
        try ledger.issue(SmallLedger.october.next, now: december)
        for (day, number, yen) in [
            ("2017-11-20", "201710-000001", 1000), ("2017-12-05", "201711-000001", 500), ("2017-11-30", "", 7),
        ] {
            _ = try ledger.store.record(
                PaymentRequest(
                    kind: .received, invoices: number.isEmpty ? [] : [DocumentNumber(text: number)],
                    account: SmallLedger.acme, method: .card, reference: day, day: try CivilDay(text: day),
                    yen: Yen(Int64(yen))), by: ledger.actor(december))
        }
    }

    private func yen(_ search: PaymentSearch, offset: Int64 = 0, limit: Int = 10) throws -> [Int64] {
        try ledger.store.payments(search, offset: offset, limit: limit).payments.map(\.payment.yen.amount)
    }

    @Test func theyAreFoundByAnyCombinationTheLastDayFirst() throws {
        #expect(try yen(PaymentSearch()) == [500, 7, 1000])
        #expect(try yen(PaymentSearch(account: SmallLedger.acme), offset: 1, limit: 1) == [7])
        #expect(try yen(PaymentSearch(account: try AccountID("nobody"))) == [])
        var search = PaymentSearch()
        search.from = try CivilDay(text: "2017-11-20")
        search.to = try CivilDay(text: "2017-11-30")
        #expect(try yen(search) == [7, 1000])
        search.period = SmallLedger.october
        #expect(try yen(search) == [1000])
        search.number = DocumentNumber(text: "201711-000001")
        #expect(try yen(search) == [])
        search.period = nil
        search.to = nil
        #expect(try yen(search) == [500])
        #expect(try ledger.store.payments(PaymentSearch(), offset: 2, limit: 1).count == 3)
    }

    @Test func anInvoiceIsNamedOnceAndNoPaymentIsBeyondReason() throws {
        let october = DocumentNumber(text: "201710-000001")
        for (invoices, yen) in [([october, october], 100), ([october], 1_000_000_000_001), ([october], Int64.max)] {
            let error = #expect(throws: StoreError.self) {
                try ledger.store.record(
                    PaymentRequest(
                        kind: .received, invoices: invoices, method: .card, reference: "new",
                        day: try CivilDay(text: "2017-12-01"), yen: Yen(yen)), by: ledger.actor(december))
            }
            #expect(error?.code == .refused)
        }
        #expect(try yen(PaymentSearch()) == [500, 7, 1000])
    }
}

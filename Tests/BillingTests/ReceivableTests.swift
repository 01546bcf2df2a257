import Testing
import Units
import UsageLedger

@testable import Billing

/// What is owed, and what a payment pays.
@Suite struct ReceivableTests {
    private static let november = try! BillingPeriod(text: "2017-11")

    private static func receivable(_ owed: Int64, _ paid: Int64, isVoid: Bool = false, index: Int = 1) -> Receivable {
        Receivable(
            account: try! AccountID("acme"), period: november, number: DocumentNumber(period: november, index: index),
            isVoid: isVoid, owed: Yen(owed), paid: Yen(paid))
    }

    /// November's invoices are due on 2018-01-04.
    @Test(
        arguments: [
            (100, 0, false, "2017-12-05", .issued), (100, 0, false, "2018-01-04", .issued),
            (100, 0, false, "2018-01-05", .overdue), (100, 40, false, "2018-01-04", .partPaid),
            (100, 99, false, "2018-01-05", .overdue), (100, 100, false, "2018-01-05", .paid),
            (100, 120, false, "2017-12-05", .paid), (0, 0, false, "2018-02-01", .paid),
            (0, 50, true, "2018-02-01", .void),
        ] as [(Int64, Int64, Bool, String, Receivable.Status)])
    func theStateFollows(owed: Int64, paid: Int64, isVoid: Bool, day: String, status: Receivable.Status) throws {
        let receivable = Self.receivable(owed, paid, isVoid: isVoid)
        #expect(receivable.status(on: try CivilDay(text: day)) == status)
    }

    @Test(
        arguments: [
            (0, []), (100, [100]), (250, [250]), (300, [250, 50]), (1000, [250, 400]), (650, [250, 400]),
        ] as [(Int64, [Int64])])
    func moneyGoesOverInvoicesInTheirOrder(money: Int64, parts: [Int64]) {
        let invoices = [Self.receivable(300, 50), Self.receivable(10, 10, index: 2), Self.receivable(400, 0, index: 3)]
        #expect(paymentParts(of: Yen(money), over: invoices).map(\.yen.amount) == parts)
    }

    @Test(
        arguments: [
            (9_999_999, .card, .card), (10_000_000, .card, .bankTransfer), (1, .bankTransfer, .bankTransfer),
        ] as [(Int64, PaymentMethod, PaymentMethod)])
    func greatBillsGoToTransfer(yen: Int64, method: PaymentMethod, collected: PaymentMethod) {
        #expect(Receivable.collectionMethod(Yen(yen), of: method) == collected)
    }

    @Test func aPaymentComesBackFromItsEvent() throws {
        let payment = Payment(
            kind: .received, account: try AccountID("acme"), method: .bankTransfer, reference: "T 1",
            day: try CivilDay(text: "2017-12-28"), yen: Yen(560), fee: Yen(440),
            parts: [
                .init(period: Self.november, number: DocumentNumber(period: Self.november, index: 1), yen: Yen(900))
            ])
        let body = payment.event(who: "w", reason: "r").body(
            key: EventKey(source: "kanjo", id: "1"), time: EventScriptInstant.noon,
            makeSalt: { [UInt8](repeating: 0, count: 16) }
        ).body
        #expect(Payment(body: try JSONValue(parsing: body)) == payment)
        #expect(payment.held == Yen(100))
        #expect(!String(decoding: body, as: UTF8.self).contains(#""r""#), "people's words are kept apart")
    }
}

private enum EventScriptInstant {
    static let noon = try! Instant(rfc3339: "2017-12-28T12:00:00+09:00")
}

import Billing
import TestSupport
import Testing
import Units

@testable import Store

/// Money in and out over a real ledger: October and November of one account, 1,800 and 3,600 yen.
@Suite struct PaymentTests {
    private let ledger: SmallLedger
    private let december = EventScript.instant("30T12:00").advanced(byNanoseconds: 5 * 86_400_000_000_000)
    private let october = DocumentNumber(text: "201710-000001"), november = DocumentNumber(text: "201711-000001")

    init() throws {
        ledger = try SmallLedger()
        try ledger.recordJob("october", seconds: 3_600)
        try ledger.issue()
        try ledger.record(
            """
            start 10T10:00 id=n-1 task=november account=acme user=alice plan=v100
            stop 10T12:00 id=n-2 task=november
            """, at: december)
        try ledger.issue(SmallLedger.october.next, now: december)
    }

    private func pay(
        _ invoices: [DocumentNumber], _ yen: Int64?, _ reference: String, fee: Int64 = 0, account: AccountID? = nil,
        as kind: Payment.Kind = .received
    ) throws -> (payment: RecordedPayment, isNew: Bool) {
        try ledger.store.record(
            PaymentRequest(
                kind: kind, invoices: invoices, account: account, method: .bankTransfer, reference: reference,
                day: try CivilDay(text: "2017-12-01"), yen: yen.map(Yen.init), fee: Yen(fee)),
            by: ledger.actor(december))
    }

    /// `open` of October and November, then what is held.
    private func state() throws -> [Int64] {
        try ledger.store.receivables().map(\.open.amount) + [try ledger.store.heldMoney(of: SmallLedger.acme).amount]
    }

    private func expectSound() throws {
        let before = try state()
        #expect(try ledger.store.verify().isRight)
        try ledger.store.rebuild()
        #expect(try state() == before)
    }

    @Test func partsFeesSeveralInvoicesAndARest() throws {
        #expect(try state() == [1800, 3600, 0])
        _ = try pay([october], 800, "a")
        #expect(try state() == [1000, 3600, 0])
        // The customer's bank kept 440 yen.
        _ = try pay([october], 560, "b", fee: 440)
        #expect(try state() == [0, 3600, 0])
        let parts = try pay([october, november], 4000, "c").payment.payment.parts
        #expect(parts.map(\.yen.amount) == [3600] && parts[0].number == november)
        #expect(try state() == [0, 0, 400])
        try expectSound()
    }

    @Test func theSamePaymentIsRecordedOnce() throws {
        let first = try pay([october], 800, "a")
        let again = try pay([october], 800, "a")
        #expect(first.isNew && !again.isNew && first.payment == again.payment)
        #expect(try state() == [1000, 3600, 0])
        #expect(throws: StoreError.self) { try pay([october], 801, "a") }
        #expect(throws: StoreError.self) { try pay([october], 800, "a", fee: 1) }
        #expect(try state() == [1000, 3600, 0])
    }

    @Test func heldMoneyIsAppliedOrGoesBackAndNeverTwice() throws {
        _ = try pay([], 2500, "a", account: SmallLedger.acme)
        #expect(try state() == [1800, 3600, 2500])
        _ = try pay([october], nil, "b", as: .applied)
        #expect(try state() == [0, 3600, 700])
        _ = try pay([], 500, "c", account: SmallLedger.acme, as: .refunded)
        #expect(try state() == [0, 3600, 200])
        #expect(throws: StoreError.self) { try pay([], 201, "d", account: SmallLedger.acme, as: .refunded) }
        #expect(throws: StoreError.self) { try pay([october], 100, "e", as: .applied) }
        _ = try pay([november], nil, "f", as: .applied)
        #expect(try state() == [0, 3400, 0])
        try expectSound()
    }

    @Test func returnsAndVoidsFreeWhatWasPaid() throws {
        _ = try pay([october, november], 5400, "a")
        try ledger.record(
            """
            waive 12-04T10:00 id=w task=october from=10-10T10:00 to=10-10T10:30 reason=fault who=tester
            """, at: december)
        let actor = ledger.identifiers.actor(reason: "the host was broken", now: december)
        let returned = try ledger.store.returnInvoice(october, day: try CivilDay(text: "2017-12-04"), by: actor)
        #expect(returned.receivable < .zero)
        #expect(try state() == [returned.receivable.amount, 0, -returned.receivable.amount])
        _ = try ledger.store.voidDocument(november, by: actor)
        #expect(try ledger.store.receivables().map { $0.status(on: CivilDay(december)) } == [.paid, .void])
        #expect(try state()[2] == 3600 - returned.receivable.amount)
        #expect(throws: StoreError.self) { try pay([november], 1, "b") }
        try expectSound()
    }

    @Test(arguments: ["", "  "]) func aPaymentNeedsAReference(reference: String) throws {
        #expect(throws: StoreError.self) { try pay([october], 1, reference) }
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: StoreError.self) { try pay([october], 0, "a") }
        #expect(throws: StoreError.self) { try pay([october], 10, "a", fee: 11) }
        #expect(throws: StoreError.self) { try pay([DocumentNumber(text: "201710-000009")], 10, "a") }
        #expect(throws: StoreError.self) { try pay([], 10, "a") }
        #expect(throws: StoreError.self) { try pay([october], 10, "a", account: try AccountID("other")) }
        #expect(try state() == [1800, 3600, 0])
    }
}

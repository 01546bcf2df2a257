import Testing
import Units

@testable import Billing

/// The books of documents and payments.
@Suite struct JournalTests {
    private static let november = try! BillingPeriod(text: "2017-11")
    private static let acme = try! AccountID("acme")

    private static func day(_ text: String) -> CivilDay { try! CivilDay(text: text) }

    private static func document(
        _ position: Int64, _ net: Int64, _ tax: Int64, kind: DocumentKind = .invoice, isReissue: Bool = false,
        end: (position: Int64, day: CivilDay)? = nil
    ) -> BookedDocument {
        BookedDocument(
            position: position, number: DocumentNumber(period: november, index: Int(position)), kind: kind,
            account: acme, period: november, issueDay: day("2017-12-05"), isReissue: isReissue, net: Yen(net),
            tax: Yen(tax), end: end)
    }

    private static func payment(
        _ yen: Int64, as kind: Payment.Kind = .received, fee: Int64 = 0, paid: Int64 = 0
    ) -> Payment {
        Payment(
            kind: kind, account: acme, method: .bankTransfer, reference: "r", day: day("2017-12-28"), yen: Yen(yen),
            fee: Yen(fee),
            parts: paid == 0
                ? [] : [.init(period: november, number: DocumentNumber(period: november, index: 1), yen: Yen(paid))])
    }

    private static func balances(_ journal: Journal) -> [BooksAccount: Int64] {
        var found: [BooksAccount: Int64] = [:]
        for posting in journal.entries.flatMap(\.postings) { found[posting.account, default: 0] += posting.yen.amount }
        return found.filter { $0.value != 0 }
    }

    @Test func anInvoiceIsUseFirstThenAReceivable() {
        let journal = Journal(documents: [Self.document(1, 1000, 100)], payments: [])
        #expect(journal.entries.map(\.day) == [Self.day("2017-11-30"), Self.day("2017-12-05")])
        #expect(Self.balances(journal) == [.receivable: 1100, .sales: -1000, .tax: -100])
        #expect(
            journal.assertions.map { "\($0.day) \($0.account) \($0.yen)" } == [
                "2017-11-30 unbilled 1100", "2017-12-31 unbilled 0", "2017-12-31 receivable 1100",
            ])
    }

    @Test func nothingChargedIsNoEntry() {
        #expect(Journal(documents: [Self.document(1, 0, 0)], payments: []).entries.isEmpty)
    }

    @Test func paymentsShortOfAFeeAndOver() {
        let journal = Journal(
            documents: [Self.document(1, 1000, 100)], payments: [(2, Self.payment(1200, fee: 440, paid: 1100))])
        #expect(Self.balances(journal) == [.sales: -1000, .tax: -100, .bank: 1200, .fee: 440, .held: -540])
    }

    @Test func whatAReturnFreesIsHeldAndCanGoBack() {
        let journal = Journal(
            documents: [Self.document(1, 1000, 100), Self.document(3, 500, 50, kind: .returned)],
            payments: [(2, Self.payment(1100, paid: 1100)), (4, Self.payment(550, as: .refunded))])
        #expect(
            Self.balances(journal) == [.sales: -1000, .returns: 500, .tax: -50, .bank: 550])
        // In between the money was held, not owed.
        #expect(journal.entries.contains { $0.position == 3 && $0.postings.contains(Posting(.held, Yen(-550))) })
    }

    @Test func aReissueMovesNothingThatIsPaid() {
        let day = Self.day("2017-12-10")
        let journal = Journal(
            documents: [
                Self.document(1, 1000, 100, end: (position: 3, day: day)), Self.document(3, 1000, 100, isReissue: true),
            ],
            payments: [(2, Self.payment(1100, paid: 1100))])
        #expect(Self.balances(journal) == [.sales: -1000, .tax: -100, .bank: 1100])
        #expect(!journal.entries.flatMap(\.postings).contains { $0.account == .held })
    }

    @Test func aVoidOfAPaidInvoiceLeavesTheMoneyHeld() {
        let journal = Journal(
            documents: [Self.document(1, 1000, 100, end: (position: 3, day: Self.day("2017-12-29")))],
            payments: [(2, Self.payment(1100, paid: 1100))])
        #expect(Self.balances(journal) == [.bank: 1100, .held: -1100])
    }
}

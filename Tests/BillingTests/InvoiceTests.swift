import Foundation
import Testing
import Units
import UsageLedger

@testable import Billing

/// An issued document is its bytes: they say everything, and everything comes back from them.
@Suite struct InvoiceTests {
    static let setUp: SetUp = {
        let acme = Account(
            id: CloseStory.acme, version: 4, name: "株式会社アクメ", postalCode: "100-0001", address: "東京都千代田区1-1",
            department: "経理部",
            registrationNumber: "T6011001106696", email: "keiri@example.com", payment: .bankTransfer)
        let plans = [SetUpFixtures.plan("v100"), SetUpFixtures.plan("duo", gpus: "2")]
        return SetUp(accounts: [acme.id: acme], plans: Dictionary(uniqueKeysWithValues: plans.map { ($0.id, $0) }))
    }()

    static let issuer = Issuer(
        version: 3, name: "株式会社勘定 \"GPU\"", registrationNumber: "T7000012050002", postalCode: "150-0001",
        address: "東京都渋谷区1-2-3",
        phone: "03-0000-0000", bankAccount: "みずほ銀行 渋谷支店 普通 1234567")

    /// Every class of line: usage with a shortfall, carried, a correction with its causes, what it gave back, what was
    /// paid.
    static func invoice(number: DocumentNumber? = DocumentNumber(period: CloseStory.period, index: 12)) -> Invoice {
        let usage = [
            "2017-11 v100 0.016 gpu 225647713 gpus=1 row=5", "2017-11 duo 1.25 plan 3661 gpus=2 short=30 row=6",
            "2017-10 duo 0.333333333 plan 999 row=7", "2017-10 v100 0.016 gpu 66000000 row=5",
        ].map(CloseStory.usage)
        let issued = ["usage 2017-10 v100 0.016 gpu 66943015 1071088", "credit 2017-10 v100 2 -3000"].map(
            CloseStory.issued)
        let credits = ["acme 3000 2017-10-01 2017-10-31 v100 trial", "acme 500 2017-10-01 2017-12-31 - voucher"]
        var closed = closeAccount(
            AccountUsage(
                account: CloseStory.acme, period: CloseStory.period, usage: usage, months: [CloseStory.period.previous],
                issued: issued, credits: zip([2, 9], credits).map { SetUpFixtures.credit($1, position: $0).credit }),
            rules: .standard)
        for index in closed.lines.indices where closed.lines[index].lineClass == .correction {
            closed.lines[index].difference?.causes = [101, 1_024]
        }
        let isPreview = number == nil
        return Invoice(
            closed,
            cuts: CloseCuts(
                logCut: 5_000, eventCut: CloseStory.period.end,
                issueDay: isPreview ? nil : SetUpFixtures.day("2017-12-05")),
            number: number, rules: .standard, setUp: setUp, issuer: issuer)
    }

    @Test func everyClassIsThere() {
        let invoice = Self.invoice()
        #expect(Set(invoice.lines.map(\.lineClass)) == Set(LineClass.allCases))
        #expect(invoice.lines.contains { $0.lineClass == .credit && $0.amount > .zero })
        #expect(invoice.lines.contains { $0.usage.shortfallSeconds > 0 })
        #expect(invoice.totals.total == invoice.lines.reduce(.zero) { $0 + $1.amount })
        #expect(invoice.totals.net + invoice.totals.tax == invoice.totals.payable)
    }

    @Test func bytesComeBackAsTheyWere() throws {
        for invoice in [Self.invoice(), Self.invoice(number: nil)] {
            let read = try #require(Invoice(bytes: invoice.bytes))
            #expect(read.bytes == invoice.bytes)
            #expect(read.lines == invoice.lines)
            #expect(read.totals == invoice.totals)
            #expect(read.planNames == invoice.planNames)
            #expect(read == invoice)
        }
    }

    @Test func bytesAreCanonical() throws {
        let bytes = Self.invoice().bytes
        #expect(try JSONValue(parsing: bytes).canonicalBytes == bytes)
    }

    /// `KANJO_RECORD=1` writes it anew: the bytes of issued documents are rebuilt from the log for ever.
    @Test func goldenInvoice() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/invoice.json")
        let text = Self.invoice().jsonValue.canonicalText + "\n"
        if ProcessInfo.processInfo.environment["KANJO_RECORD"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test func otherBytesAreNoInvoice() {
        let bytes = Self.invoice().bytes
        #expect(Invoice(bytes: []) == nil)
        #expect(Invoice(bytes: Array(bytes.dropLast())) == nil)
        #expect(Invoice(bytes: Array("{}".utf8)) == nil)
        #expect(Invoice(bytes: Array("[1]".utf8)) == nil)
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in [
            ("\"period\":\"2017-11\"", "\"period\":\"2017-13\""), ("\"class\":\"usage\"", "\"class\":\"gift\""),
            ("\"tax_basis\":\"inclusive\"", "\"tax_basis\":\"free\""), ("\"account\":\"acme\"", "\"account\":\"a b\""),
            ("\"kind\":\"invoice\"", "\"kind\":\"letter\""),
        ] {
            #expect(text.contains(old) && Invoice(bytes: Array(text.replacing(old, with: new).utf8)) == nil, "\(new)")
        }
    }

    @Test(arguments: [(1, "201711-000001"), (999_999, "201711-999999"), (1_000_000, "201711-1000000")])
    func numbers(index: Int, text: String) {
        #expect(DocumentNumber(period: CloseStory.period, index: index).text == text)
    }

    /// C11, on the sums of the sample months among others.
    @Test(
        arguments: [
            (TaxBasis.inclusive, 1_071_088, 97_372, 973_716, 1_071_088),
            (.inclusive, 3_610_363, 328_215, 3_282_148, 3_610_363),
            (.inclusive, 0, 0, 0, 0), (.inclusive, 5, 0, 5, 5), (.inclusive, 6, 1, 5, 6),
            (.exclusive, 1_005, 100, 1_005, 1_105),
            (.exclusive, 9, 0, 9, 9), (.exclusive, 0, 0, 0, 0),
        ] as [(TaxBasis, Int64, Int64, Int64, Int64)])
    func totals(basis: TaxBasis, total: Int64, tax: Int64, net: Int64, payable: Int64) {
        let totals = InvoiceTotals(basis: basis, total: Yen(total))
        #expect([totals.tax, totals.net, totals.payable] == [Yen(tax), Yen(net), Yen(payable)])
    }

    /// C20: outside Japan what the lines add up to is what is paid, and the document keeps it that way.
    @Test(arguments: [TaxBasis.inclusive, .exclusive]) func customersOutsideJapanPayNoTax(basis: TaxBasis) throws {
        let totals = InvoiceTotals(basis: basis, total: Yen(1_005), category: .outsideScope)
        #expect([totals.tax, totals.net, totals.payable] == [.zero, Yen(1_005), Yen(1_005)])
        #expect(totals.ratePercent == nil)
        let account = Account(id: try AccountID("acme"), name: "Acme, Inc.", country: "US")
        #expect(account.taxCategory == .outsideScope)
        var invoice = Self.invoice()
        invoice.recipient = account
        invoice.totals = InvoiceTotals(basis: basis, total: invoice.totals.total, category: account.taxCategory)
        let read = try #require(Invoice(bytes: invoice.bytes))
        #expect(read.totals == invoice.totals && read.bytes == invoice.bytes && read.recipient == account)
        #expect(String(decoding: invoice.bytes, as: UTF8.self).contains(#""tax_rate_percent":null,"tax_yen":0"#))
    }
}

@testable import Billing
import TestSupport
import Testing
import UsageLedger
import Units

@testable import Documents

/// Invoices as text, held by golden files.
@Suite struct InvoiceTextTests {
    private static let plan = try! PlanID("v100")
    private static let october = try! BillingPeriod(text: "2017-10")
    private static let rate = RateKey(plan: plan, price: try! UnitPrice(decimal: "0.016"), basis: .gpu)

    private static func usage(_ seconds: Int64, shortfall: Int64 = 0) -> Usage {
        Usage(seconds: seconds, shortfallSeconds: shortfall, gpuSecondThousandths: seconds * 1000)
    }

    private static func line(
        _ lineClass: LineClass, _ yen: Int64, _ month: BillingPeriod, seconds: Int64 = 0, shortfall: Int64 = 0,
        credit: Int64? = nil,
        difference: Difference? = nil, tax: TaxBasis = .inclusive
    ) -> Line {
        Line(
            lineClass: lineClass, chargeMonth: month, plan: plan, rate: credit == nil ? rate : nil,
            usage: usage(seconds, shortfall: shortfall), amount: Yen(yen), difference: difference, credit: credit,
            tax: tax)
    }

    private func invoice(_ lines: [Line], basis: TaxBasis = .inclusive, isPreview: Bool = false) throws -> Invoice {
        let november = Self.october.next
        let account = Account(
            id: try AccountID("acme"), version: 3, name: "株式会社アクメ", postalCode: "150-0001", address: "東京都渋谷区神宮前1-2-3",
            department: "研究開発部", registrationNumber: "T6011001106696", payment: .bankTransfer)
        let plan = Plan(
            id: Self.plan, name: "V100 (32GB)", gpuModel: "V100", gpuCount: GPUQuantity(thousandths: 1000)!,
            minimumExecutionSeconds: 1)
        let setUp = SetUp(accounts: [account.id: account], plans: [plan.id: plan])
        let total = lines.reduce(into: Yen.zero) { $0 += $1.amount }
        let closed = ClosedAccount(
            account: account.id, period: november, lines: lines, totals: InvoiceTotals(basis: basis, total: total),
            mixedMonths: [],
            unsettledMonths: [])
        let issuer = Issuer(
            version: 1, name: "株式会社勘定クラウド", registrationNumber: "T7000012050002", postalCode: "100-0001",
            address: "東京都千代田区千代田1-1", phone: "03-1234-5678", bankAccount: "みずほ銀行 本店 普通 1234567 カ)カンジヨウクラウド")
        return Invoice(
            closed,
            cuts: CloseCuts(
                logCut: 12_817, eventCut: isPreview ? try Instant(rfc3339: "2017-11-15T12:00:00+09:00") : november.end,
                issueDay: isPreview ? nil : try CivilDay(text: "2017-12-05")),
            number: isPreview ? nil : DocumentNumber(period: november, index: 1), rules: .standard, setUp: setUp,
            issuer: issuer)
    }

    @Test func everyClassOfLineIsPrinted() throws {
        let october = Self.october, november = october.next
        let correction = Difference(
            oldUsage: Self.usage(480_728), newUsage: Self.usage(437_000), oldYen: Yen(7691), newYen: Yen(6992),
            causes: [13_001, 13_002])
        let lines = [
            Self.line(.usage, 585_135, november, seconds: 36_570_955, shortfall: 25),
            Self.line(.carried, 12, october, seconds: 800),
            Self.line(.correction, -699, october, seconds: -43_728, difference: correction),
            Self.line(.credit, 699, october, credit: 6), Self.line(.credit, -3000, november, credit: 7),
        ]
        let text = InvoiceText.text(try invoice(lines), sha256: Digest.sha256([]))
        #expect(Golden.difference(text, "invoice-classes.txt", besides: #filePath) == nil)
    }

    @Test func exclusiveTaxIsAddedAndSaysHowItIsRounded() throws {
        let lines = [Self.line(.usage, 1009, Self.october.next, seconds: 63_063, tax: .exclusive)]
        let text = InvoiceText.text(try invoice(lines, basis: .exclusive), sha256: Digest.sha256([]))
        #expect(Golden.difference(text, "invoice-exclusive.txt", besides: #filePath) == nil)
        #expect(text.contains("¥1,109"))
    }

    @Test func aPreviewSaysThatItIsNoInvoice() throws {
        let text = InvoiceText.text(
            try invoice([Self.line(.usage, 100, Self.october.next, seconds: 6250)], isPreview: true))
        #expect(Golden.difference(text, "invoice-preview.txt", besides: #filePath) == nil)
        #expect(!text.contains("請求書番号"))
    }
}

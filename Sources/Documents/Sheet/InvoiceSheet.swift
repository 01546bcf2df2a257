import Billing
import Units

/// What stands on the printed page, text by text, made from the frozen document alone. PDF and HTML are laid out from
/// the same sheet, so they can't say different things.
public struct InvoiceSheet: Hashable, Sendable {
    /// A name and what belongs to it.
    public struct Field: Hashable, Sendable {
        public let label: String
        public let text: String

        public init(label: String, text: String) {
            self.label = label
            self.text = text
        }
    }

    /// A line of the document.
    public struct Row: Hashable, Sendable {
        public let item: String
        public let period: String
        public let quantity: String
        public let price: String
        public let amount: String
        /// What needs words, below the item.
        public let notes: [String]
    }

    /// Sums and tax of one rate.
    public struct TaxRow: Hashable, Sendable {
        public let rate: String
        public let base: String
        public let tax: String
    }

    public static let columns = ["品目", "期間", "数量", "単価 (円)", "金額 (円)"]

    public let title: String
    public let subtitle: String
    public let numberLabel: String
    /// Empty in a preview.
    public let number: String
    public let recipientName: String
    public let recipient: [String]
    public let issuerName: String
    public let issuer: [String]
    public let facts: [Field]
    public let amountLabel: String
    public let amount: String
    public let usagePeriod: String
    public let rows: [Row]
    public let totalLabel: String
    public let total: String
    public let taxColumns: [String]
    public let taxRows: [TaxRow]
    public let taxNote: String
    public let payment: [Field]
    public let record: [Field]

    /// - Parameter sha256: of the stored bytes; `nil` for a preview, which isn't stored.
    public init(_ invoice: Invoice, sha256: [UInt8]? = nil) {
        let isIssued = invoice.number != nil, isTaxed = invoice.totals.category == .standard
        let isInclusive = invoice.totals.basis == .inclusive
        title = isIssued ? DocumentWords.title(invoice) : "請求書プレビュー"
        subtitle = isIssued ? DocumentWords.kind(invoice) : "未発行・適格請求書ではありません"
        numberLabel = DocumentWords.number(invoice)
        number = invoice.number?.text ?? ""
        recipientName = invoice.recipient.name.printable + " 御中"
        recipient = Self.recipient(invoice.recipient)
        issuerName = invoice.issuer.name.printable
        issuer = Self.issuer(invoice.issuer)
        facts = Self.facts(invoice)
        amountLabel = DocumentWords.amount(invoice)
        amount = "¥\(Digits.grouped(invoice.totals.payable))"
        usagePeriod = Self.usagePeriod(invoice)
        rows = invoice.lines.enumerated().map { Self.row($1, number: $0 + 1, invoice) }
        totalLabel = isTaxed ? (isInclusive ? "合計（税込）" : "合計（税抜）") : "合計"
        total = Digits.grouped(invoice.totals.total)
        taxColumns =
            isTaxed
            ? ["税率", isInclusive ? "対象金額（税込）" : "対象金額（税抜）", isInclusive ? "うち消費税額" : "消費税額"]
            : ["区分", "対象金額", "消費税額"]
        taxRows = [
            TaxRow(
                rate: invoice.totals.ratePercent.map { "\($0)%" } ?? "対象外", base: Digits.grouped(invoice.totals.total),
                tax: Digits.grouped(invoice.totals.tax))
        ]
        taxNote = InvoiceText.taxNote(invoice.totals)
        payment = Self.payment(invoice)
        record = Self.record(invoice, sha256)
    }

    private static func recipient(_ account: Account) -> [String] {
        [
            address(account.postalCode, account.address), account.department.printable,
            labelled("登録番号", account.registrationNumber), "アカウント \(account.id.text)",
        ].filter { !$0.isEmpty }
    }

    private static func issuer(_ issuer: Issuer) -> [String] {
        [
            labelled("登録番号", issuer.registrationNumber), address(issuer.postalCode, issuer.address),
            labelled("電話", issuer.phone),
        ].filter { !$0.isEmpty }
    }

    private static func labelled(_ label: String, _ text: String) -> String {
        text.isEmpty ? "" : "\(label) \(text.printable)"
    }

    private static func address(_ postalCode: String, _ address: String) -> String {
        [postalCode.isEmpty ? "" : "〒" + postalCode.printable, address.printable].filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}

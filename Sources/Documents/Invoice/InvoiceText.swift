import Billing
import Units

/// An invoice as plain text for a terminal: 適格請求書, made from the frozen document alone.
public enum InvoiceText {
    static let columns = 88

    /// - Parameter sha256: of the stored bytes; `nil` for a preview, which isn't stored.
    public static func text(_ invoice: Invoice, sha256: [UInt8]? = nil) -> String {
        let rule = String(repeating: "─", count: columns) + "\n"
        return heading(invoice) + recipient(invoice.recipient) + issuer(invoice.issuer)
            + "\n\(DocumentWords.amount(invoice))  ¥\(Digits.grouped(invoice.totals.payable))\n" + rule
            + InvoiceLinesText.table(invoice) + rule + tax(invoice.totals) + rule + footer(invoice, sha256)
    }

    private static func heading(_ invoice: Invoice) -> String {
        let title = invoice.number == nil ? "請求書プレビュー（未発行・適格請求書ではありません）" : DocumentWords.kind(invoice)
        var heading = title.padded(to: columns, .center).trimmed + "\n\n"
        if let number = invoice.number { heading += field(DocumentWords.number(invoice), number.text) }
        if let day = invoice.issueDay { heading += field(DocumentWords.day(invoice), Digits.japanese(day)) }
        if let original = DocumentWords.original(invoice) { heading += field(original.label, original.text) }
        let last = CivilDay(invoice.eventCut.advanced(byNanoseconds: -1))
        let until = invoice.eventCut == invoice.period.end ? "\(last)" : invoice.eventCut.tableText
        return heading + field("対象期間", "\(Digits.japanese(invoice.period))分（\(invoice.period.firstDay) 〜 \(until)）")
            + "\n"
    }

    private static func recipient(_ account: Account) -> String {
        var text = account.name.printable + " 御中\n"
        if !account.department.isEmpty { text += account.department.printable + "\n" }
        text += address(account.postalCode, account.address)
        if !account.registrationNumber.isEmpty { text += field("登録番号", account.registrationNumber) }
        return text + field("アカウント", account.id.text) + "\n"
    }

    private static func issuer(_ issuer: Issuer) -> String {
        var text = field("発行者", issuer.name.printable) + field("登録番号", issuer.registrationNumber)
        text += address(issuer.postalCode, issuer.address)
        if !issuer.phone.isEmpty { text += field("電話", issuer.phone.printable) }
        return text
    }

    private static func address(_ postalCode: String, _ address: String) -> String {
        let parts = [postalCode.isEmpty ? "" : "〒" + postalCode, address].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : field("住所", parts.joined(separator: " ").printable)
    }

    private static func tax(_ totals: InvoiceTotals) -> String {
        guard let rate = totals.ratePercent else { return taxNote(totals) + "\n" }
        let isInclusive = totals.basis == .inclusive
        let table = TextTable(
            [
                .init("税率"), .init(isInclusive ? "対象金額（税込）" : "対象金額（税抜）", .right), .init("うち消費税額", .right),
                .init("税抜金額", .right), .init("税込合計", .right),
            ],
            rows: [
                [
                    "\(rate)%", Digits.grouped(totals.total), Digits.grouped(totals.tax),
                    Digits.grouped(totals.net), Digits.grouped(totals.payable),
                ]
            ])
        return table.text + taxNote(totals) + "\n"
    }

    /// How tax was rounded.
    static func taxNote(_ totals: InvoiceTotals) -> String {
        guard totals.category == .standard else { return "国外のお客様への請求のため、消費税の対象外です" }
        return totals.basis == .inclusive
            ? "消費税額は請求書・税率ごとに1回だけ計算: 税込合計 × 10 ÷ 110、1円未満四捨五入"
            : "消費税額は請求書・税率ごとに1回だけ計算: 税抜合計 × 10 ÷ 100、1円未満切捨て"
    }

    private static func footer(_ invoice: Invoice, _ sha256: [UInt8]?) -> String {
        var text = ""
        if invoice.kind == .returned {
            text += field("ご返金方法", DocumentWords.refund)
        } else if invoice.recipient.payment == .bankTransfer {
            if !invoice.issuer.bankAccount.isEmpty { text += field("お振込先", invoice.issuer.bankAccount.printable) }
        } else {
            text += field("お支払方法", "クレジットカード")
        }
        text += field("記録の位置", "\(Digits.grouped(invoice.logCut)) まで（計算規則 第\(invoice.rules.version)版）")
        if let sha256 { text += field("SHA-256", Digits.hexadecimal(sha256)) }
        return text
    }

    private static func field(_ name: String, _ value: String) -> String { name.padded(to: 12) + value + "\n" }
}

extension String {
    /// Without spaces at the end.
    var trimmed: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}

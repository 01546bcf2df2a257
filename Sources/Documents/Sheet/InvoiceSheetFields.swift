import Billing
import Units

extension InvoiceSheet {
    static func facts(_ invoice: Invoice) -> [Field] {
        var facts: [Field] = []
        if let number = invoice.number { facts.append(Field(label: DocumentWords.number(invoice), text: number.text)) }
        if let day = invoice.issueDay {
            facts.append(Field(label: DocumentWords.day(invoice), text: Digits.japanese(day)))
        }
        if let original = DocumentWords.original(invoice) {
            facts.append(Field(label: original.label, text: original.text))
        }
        if invoice.number != nil, invoice.kind == .invoice, invoice.recipient.payment == .bankTransfer {
            facts.append(Field(label: "お支払期限", text: Digits.japanese(DueDay.of(invoice.period))))
        }
        return facts
    }

    static func usagePeriod(_ invoice: Invoice) -> String {
        let last = CivilDay(invoice.eventCut.advanced(byNanoseconds: -1))
        let until = invoice.eventCut == invoice.period.end ? Digits.japanese(last) : invoice.eventCut.tableText
        return "\(Digits.japanese(invoice.period))分（\(Digits.japanese(invoice.period.firstDay))〜\(until)）"
    }

    static func row(_ line: Line, number: Int, _ invoice: Invoice) -> Row {
        let plan = (invoice.planNames[line.plan] ?? line.plan.text).printable
        let isUsage = line.lineClass == .usage
        return Row(
            item: isUsage ? plan : "\(InvoiceLinesText.name(line.lineClass)) \(plan)",
            period: Digits.japanese(line.chargeMonth) + (isUsage ? "" : "分"),
            quantity: InvoiceLinesText.quantity(line),
            price: line.rate?.price.description ?? "", amount: Digits.grouped(line.amount),
            notes: InvoiceLinesText.notes(line))
    }

    static func payment(_ invoice: Invoice) -> [Field] {
        guard invoice.kind == .invoice else { return [Field(label: "ご返金方法", text: DocumentWords.refund)] }
        guard invoice.recipient.payment == .bankTransfer else {
            return [Field(label: "お支払方法", text: "ご登録のクレジットカードへ請求します。お振込みは不要です。")]
        }
        guard !invoice.issuer.bankAccount.isEmpty else { return [Field(label: "お支払方法", text: "銀行振込")] }
        return [Field(label: "お振込先", text: invoice.issuer.bankAccount.printable)]
    }

    static func record(_ invoice: Invoice, _ sha256: [UInt8]?) -> [Field] {
        let position = "\(Digits.grouped(invoice.logCut)) まで（計算規則 第\(invoice.rules.version)版）"
        let place = Field(label: "記録の位置", text: position)
        return [place] + (sha256.map { [Field(label: "原本のSHA-256", text: Digits.hexadecimal($0))] } ?? [])
    }
}

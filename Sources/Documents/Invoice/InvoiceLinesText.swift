import Billing
import Units

/// The lines of an invoice as a table, with notes under lines that need words.
enum InvoiceLinesText {
    static func table(_ invoice: Invoice) -> String {
        var table = TextTable(
            [
                .init("No.", .right), .init("区分"), .init("品目"), .init("期間"), .init("数量", .right),
                .init("単価（円）", .right),
                .init("金額（円）", .right),
            ], rows: [])
        var notes = ""
        for (index, line) in invoice.lines.enumerated() {
            table.rows.append([
                String(index + 1), name(line.lineClass), (invoice.planNames[line.plan] ?? line.plan.text).printable,
                Digits.japanese(line.chargeMonth), quantity(line), line.rate?.price.description ?? "",
                Digits.grouped(line.amount),
            ])
            for note in self.notes(line) { notes += "  No.\(index + 1) \(note)\n" }
        }
        let basis = invoice.totals.basis == .inclusive ? "税込" : "税抜"
        table.total = ["", "合計", "（\(basis)）", "", "", "", Digits.grouped(invoice.totals.total)]
        return table.text + notes
    }

    static func name(_ lineClass: LineClass) -> String {
        switch lineClass {
        case .usage: "使用料"
        case .carried: "繰越"
        case .correction: "訂正"
        case .credit: "クレジット"
        }
    }

    static func quantity(_ line: Line) -> String {
        line.rate.map { "\(Digits.grouped(line.unitsText)) \(unit($0.basis))" } ?? ""
    }

    private static func unit(_ basis: PriceBasis) -> String { basis == .gpu ? "GPU秒" : "秒" }

    static func notes(_ line: Line) -> [String] {
        var notes: [String] = []
        if line.usage.shortfallSeconds > 0 {
            notes.append("うち最低利用時間に満たない分 \(Digits.grouped(line.usage.shortfallSeconds)) 秒")
        }
        if let difference = line.difference {
            let old = quantity(difference.oldUsage, line), new = quantity(difference.newUsage, line)
            notes.append(
                "\(old) \(Digits.grouped(difference.oldYen)) 円 → \(new) \(Digits.grouped(difference.newYen)) 円"
                    + (difference.causes.isEmpty ? "" : "（原因の記録: \(positions(difference.causes))）"))
        }
        if line.lineClass == .credit, let credit = line.credit {
            notes.append(line.amount < .zero ? "クレジット（記録 \(credit)）の充当" : "クレジット（記録 \(credit)）の戻し")
        }
        return notes
    }

    private static func quantity(_ usage: Usage, _ line: Line) -> String {
        guard let rate = line.rate else { return "" }
        return "\(Digits.grouped(thousandthsText(usage.unitThousandths(rate.basis)))) \(unit(rate.basis))"
    }

    private static func positions(_ causes: [Int64]) -> String {
        causes.prefix(10).map(String.init).joined(separator: ", ")
            + (causes.count > 10 ? " ほか \(causes.count - 10) 件" : "")
    }
}

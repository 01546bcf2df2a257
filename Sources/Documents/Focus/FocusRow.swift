import Billing
import UsageLedger
import Units

/// One row of the dataset: a charge that stands on a document.
struct FocusRow {
    /// Values of ChargeCategory that occur.
    enum Category: String {
        case usage = "Usage"
        case tax = "Tax"
        case credit = "Credit"
        case adjustment = "Adjustment"
    }

    let category: Category
    /// Settles a month that was invoiced before.
    var isCorrection = false
    let description: String
    /// Days of Japan, the last one included.
    let from: CivilDay
    let to: CivilDay
    let billed: ExactYen
    /// At list prices.
    let list: ExactYen
    /// Of rows about one line of the document.
    var line: FocusDocument.ExplainedLine?
    /// Of usage.
    var part: FocusDocument.Part?
}

extension FocusDocument {
    /// The document's charges: they add up to its payable amount, exactly.
    var rows: [FocusRow] {
        let charges = lines.flatMap(Self.rows)
        return charges + taxRows(listTotal: charges.reduce(.zero) { $0 + $1.list })
    }

    private static func rows(_ explained: ExplainedLine) -> [FocusRow] {
        let line = explained.line, amount = ExactYen(line.amount)
        guard let rate = line.rate else {
            return [whole(explained, .credit, "Credit \(line.credit.map(String.init) ?? "")", amount)]
        }
        guard line.difference == nil, line.amount >= .zero else {
            var row = whole(
                explained, .adjustment, "\(line.plan) in \(line.chargeMonth): difference to what was billed", amount)
            row.isCorrection = true
            return [row]
        }
        var rows = explained.parts.map { usageRow(explained, rate, $0) }
        let rounding = amount - rows.reduce(.zero) { $0 + $1.billed }
        if rounding != .zero {
            rows.append(
                whole(explained, .adjustment, "Rounding of line \(explained.index) to whole yen", rounding))
        }
        return rows
    }

    private static func usageRow(_ explained: ExplainedLine, _ rate: RateKey, _ part: Part) -> FocusRow {
        let usage = part.slice.usage(gpus: part.gpus)
        return FocusRow(
            category: .usage, description: "\(explained.line.plan), task \(part.task), attempt \(part.attempt)",
            from: part.slice.day, to: part.slice.day, billed: usage.amount(at: rate.price, basis: rate.basis),
            list: usage.amount(at: part.listPrice ?? rate.price, basis: rate.basis), line: explained, part: part)
    }

    private static func whole(
        _ explained: ExplainedLine, _ category: FocusRow.Category, _ description: String, _ amount: ExactYen
    ) -> FocusRow {
        FocusRow(
            category: category, description: description, from: explained.line.chargeMonth.firstDay,
            to: explained.line.chargeMonth.lastDay, billed: amount, list: amount, line: explained)
    }

    /// The tax as the document has it, and where the prices contain it, the same taken off again: the sum stays.
    private func taxRows(listTotal: ExactYen) -> [FocusRow] {
        let totals = invoice.totals
        guard totals.tax != .zero else { return [] }
        let listTax = listTotal == ExactYen(totals.total) ? totals.tax : tax(ofList: listTotal)
        let rate = "Consumption tax \(totals.ratePercent ?? 0) %"
        func row(_ category: FocusRow.Category, _ text: String, _ tax: Yen, _ list: Yen) -> FocusRow {
            FocusRow(
                category: category, description: text, from: invoice.period.firstDay, to: invoice.period.lastDay,
                billed: ExactYen(tax), list: ExactYen(list))
        }
        var rows = [row(.tax, rate, totals.tax, listTax)]
        if totals.basis == .inclusive {
            rows.append(row(.adjustment, rate + ", contained in the prices above", -totals.tax, -listTax))
        }
        return rows
    }

    private func tax(ofList total: ExactYen) -> Yen {
        guard total > .zero, let yen = Rounding.lineAmount(total) else { return invoice.totals.tax }
        return InvoiceTotals(basis: invoice.totals.basis, total: yen, category: invoice.totals.category).tax
    }
}

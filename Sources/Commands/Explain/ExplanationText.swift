import Billing
import Documents
import Service
import Store
import UsageLedger
import Units

/// Why a document says what it says, in words and numbers.
struct ExplanationText {
    private let explanation: Explanation
    private let rows: [Int64: PriceRow]
    private let slicesMax: Int

    init(_ explanation: Explanation, prices: PriceBook, slicesMax: Int) {
        self.explanation = explanation
        rows = Dictionary(prices.rows.map { ($0.position, $0) }, uniquingKeysWith: { first, _ in first })
        self.slicesMax = slicesMax
    }

    var text: String {
        let invoice = explanation.invoice
        var text = "Invoice \(invoice.number?.text ?? "") of \(invoice.recipient.id), \(invoice.period)"
        text += ", as known at position \(Digits.grouped(invoice.logCut))\n"
        for line in explanation.lines { text += "\n" + self.text(line) }
        return explanation.lines.count == invoice.lines.count ? text + "\n" + sum(invoice) : text
    }

    private func text(_ explained: Explanation.ExplainedLine) -> String {
        let line = explained.line
        var text = "Line \(explained.index): \(line.lineClass.rawValue) of \(line.chargeMonth), plan \(line.plan): "
        text += "\(Digits.grouped(line.amount)) yen\n"
        guard let rate = line.rate else { return text + credit(explained) }
        let unit = rate.basis == .gpu ? "GPU second" : "second"
        let units = Digits.grouped(thousandthsText(explained.usage.unitThousandths(rate.basis)))
        text +=
            "  \(units) \(unit)s × \(rate.price) yen per \(unit) = \(Digits.grouped(explained.exact.description)) yen\n"
        text += "  rounded down, once for the line: \(Digits.grouped(explained.rounded)) yen\n"
        if line.lineClass != .usage { text += difference(explained) }
        if explained.usage.shortfallSeconds > 0 {
            text += "  of it, to fill up the plan's minimum: \(Digits.grouped(explained.usage.shortfallSeconds)) s\n"
        }
        for position in Set(explained.parts.map(\.priceRow)).sorted() { text += "  \(priceRow(position))\n" }
        return text + slices(explained)
    }

    private func credit(_ explained: Explanation.ExplainedLine) -> String {
        guard let granted = explained.credit else { return "" }
        let credit = granted.credit
        let plans = credit.plans.isEmpty ? "any plan" : credit.plans.map(\.text).joined(separator: ", ")
        let what = explained.line.amount < .zero ? "paid by" : "given back to"
        return "  \(what) the credit at position \(credit.position): \(Digits.grouped(credit.yen)) yen for \(plans), "
            + "\(credit.from) to \(credit.to)\(granted.reason.isEmpty ? "" : " (\(granted.reason.printable))")\n"
    }

    /// What was billed before, and what is left to bill or give back.
    private func difference(_ explained: Explanation.ExplainedLine) -> String {
        var text = ""
        var open = explained.rounded
        for earlier in explained.earlier {
            text += "  less \(earlier.lineClass.rawValue) on \(earlier.number): \(Digits.grouped(earlier.amount)) yen\n"
            open -= earlier.amount
        }
        text += "  difference: \(Digits.grouped(open)) yen"
        if open != explained.line.amount {
            text +=
                "; the line bears \(Digits.grouped(explained.line.amount)) of it, because an invoice never falls "
                + "below zero; the rest comes on the next one"
        }
        text += "\n"
        guard let causes = explained.line.difference?.causes, !causes.isEmpty else { return text }
        return text + "  caused by the events at positions \(causes.map(String.init).joined(separator: ", "))\n"
    }

    private func priceRow(_ position: Int64) -> String {
        guard let row = rows[position] else { return "price row at position \(position)" }
        let whose = row.account.map { "own price of \($0)" } ?? "list price"
        return "price row at position \(position): \(whose) of \(row.plan), \(row.price) yen per "
            + "\(row.basis == .gpu ? "GPU second" : "second"), tax \(row.tax.rawValue), from \(row.from)"
            + (row.to.map { " to \($0)" } ?? "")
    }

    private func slices(_ explained: Explanation.ExplainedLine) -> String {
        guard !explained.parts.isEmpty else { return "" }
        var listing = ExplanationListing.slices(explained, events: 6)
        let hidden = max(0, listing.rows.count - slicesMax)
        listing.rows = Array(listing.rows.prefix(slicesMax))
        let table = listing.table.split(separator: "\n").map { "  \($0)\n" }.joined()
        return table
            + (hidden > 0 ? "  and \(Digits.grouped(Int64(hidden))) more, in the total; --output csv shows all\n" : "")
    }

    private func sum(_ invoice: Invoice) -> String {
        let totals = invoice.totals
        let sum = invoice.lines.map { Digits.grouped($0.amount) }.joined(separator: " + ").replacing("+ -", with: "− ")
        let tax =
            totals.basis == .inclusive
            ? "tax inside: \(Digits.grouped(totals.total)) × 10 ÷ 110, rounded half up"
            : "tax on top: \(Digits.grouped(totals.total)) × 10 ÷ 100, rounded down"
        return "Sum of the lines: \(sum) = \(Digits.grouped(totals.total)) yen\n"
            + "\(tax), once for the invoice: \(Digits.grouped(totals.tax)) yen\n"
            + "Payable: \(Digits.grouped(totals.payable)) yen\n"
    }
}

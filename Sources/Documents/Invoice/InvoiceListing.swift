import Billing
import Units

/// The lines of a document as a list, for programs and spreadsheets.
public enum InvoiceListing {
    public static let columns: [Listing.Column] = [
        .text("number"), .text("account"), .text("period"), .number("line"), .text("class"),
        .text("charge_month"), .text("plan"), .text("plan_name"), .number("seconds"),
        .number("shortfall_seconds"), .number("units"), .text("basis"), .number("unit_price"),
        .number("amount_yen"), .number("credit"),
    ]

    /// The document's number, account and month stand on every line, so that lists of several documents can be joined.
    public static func lines(_ invoice: Invoice) -> Listing {
        let head: [Listing.Value] = [
            (invoice.number?.text).cell, .text(invoice.recipient.id.text), .text(invoice.period.description),
        ]
        return Listing(
            columns,
            rows: invoice.lines.enumerated().map { head + cells($1, number: $0 + 1, invoice) },
            total: nil)
    }

    private static func cells(_ line: Line, number: Int, _ invoice: Invoice) -> [Listing.Value] {
        [
            .integer(Int64(number)), .text(line.lineClass.rawValue), .text(line.chargeMonth.description),
            .text(line.plan.text), .text(invoice.planNames[line.plan] ?? line.plan.text),
            .integer(line.usage.seconds), .integer(line.usage.shortfallSeconds),
            line.rate == nil ? .none : .decimal(line.unitsText), (line.rate?.basis.rawValue).cell,
            line.rate.map { .decimal($0.price.description) } ?? .none, .integer(line.amount.amount),
            line.credit.map(Listing.Value.integer) ?? .none,
        ]
    }
}

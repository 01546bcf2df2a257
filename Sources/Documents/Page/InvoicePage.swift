import Mustache

/// The printed page as HTML: one file without scripts, nothing from elsewhere, for screens and paper, light and dark.
public enum InvoicePage {
    /// Every text of the sheet is escaped.
    public static func html(_ sheet: InvoiceSheet) -> String {
        guard let template = try? MustacheTemplate(string: InvoicePageTemplate.page) else {
            preconditionFailure("the template of the invoice's page is broken")
        }
        return template.render(model(sheet))
    }

    private static func model(_ sheet: InvoiceSheet) -> [String: Any] {
        [
            "style": InvoicePageTemplate.style, "title": sheet.title, "subtitle": sheet.subtitle,
            "number": sheet.number, "recipientName": sheet.recipientName, "recipient": sheet.recipient,
            "issuerName": sheet.issuerName, "issuer": sheet.issuer, "facts": fields(sheet.facts),
            "amountLabel": sheet.amountLabel, "amount": sheet.amount, "usagePeriod": sheet.usagePeriod,
            "columns": InvoiceSheet.columns, "rows": sheet.rows.map(row), "totalLabel": sheet.totalLabel,
            "total": sheet.total, "taxColumns": sheet.taxColumns,
            "taxRows": sheet.taxRows.map { ["rate": $0.rate, "base": $0.base, "tax": $0.tax] },
            "taxNote": sheet.taxNote, "payment": fields(sheet.payment), "record": fields(sheet.record),
        ]
    }

    private static func fields(_ fields: [InvoiceSheet.Field]) -> [[String: String]] {
        fields.map { ["label": $0.label, "text": $0.text] }
    }

    private static func row(_ row: InvoiceSheet.Row) -> [String: Any] {
        [
            "item": row.item, "period": row.period, "quantity": row.quantity, "price": row.price, "amount": row.amount,
            "notes": row.notes,
        ]
    }
}

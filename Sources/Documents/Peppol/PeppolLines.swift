import Billing
import Units

extension PeppolInvoice {
    static func lines(_ invoice: Invoice) -> [XMLNode] {
        let net = NetAmounts.of(invoice.lines.map(\.amount), invoice.totals)
        return zip(invoice.lines, net).enumerated().map { line($1.0, net: $1.1, number: $0 + 1, invoice) }
    }

    private static func line(_ line: Line, net: Yen, number: Int, _ invoice: Invoice) -> XMLNode {
        let (quantity, price) = quantityAndPrice(line, net: net, invoice.totals)
        let isOfPeriod = line.chargeMonth == invoice.period
        var notes = isOfPeriod ? [] : ["\(Digits.japanese(line.chargeMonth))分"]
        notes += InvoiceLinesText.notes(line)
        if quantity.attributes.contains(where: { $0.value == "C62" }), line.rate != nil {
            notes.append("数量 \(InvoiceLinesText.quantity(line))")
        }
        let plan = invoice.planNames[line.plan] ?? line.plan.text
        return XMLNode(
            "cac:InvoiceLine",
            [
                XMLNode("cbc:ID", String(number)), XMLNode("cbc:Note", notes.joined(separator: " / ")), quantity,
                yen("cbc:LineExtensionAmount", net), isOfPeriod ? period(line.chargeMonth) : nil,
                XMLNode(
                    "cac:Item",
                    [
                        XMLNode("cbc:Name", "\(InvoiceLinesText.name(line.lineClass)) \(plan)"),
                        XMLNode("cac:SellersItemIdentification", [XMLNode("cbc:ID", line.plan.text)]),
                        category("cac:ClassifiedTaxCategory", invoice.totals),
                    ]),
                XMLNode(
                    "cac:Price",
                    [
                        XMLNode("cbc:PriceAmount", NetAmounts.text(price), [("currencyID", "JPY")]),
                        XMLNode("cbc:BaseQuantity", "1", quantity.attributes),
                    ]),
            ])
    }

    /// Seconds at the net unit price, when that gives the line's yen within rounding; else one piece, or less one, at
    /// the line's yen: credits, and lines of which only a part found room.
    private static func quantityAndPrice(
        _ line: Line, net: Yen, _ totals: InvoiceTotals
    ) -> (quantity: XMLNode, price: Int128) {
        let yen: Int128 = 10_000_000_000_000
        if let rate = line.rate {
            let units = line.usage.unitThousandths(rate.basis), price = NetAmounts.price(rate.price, totals)
            let difference = Int128(units) * price - Int128(net.amount) * yen
            if units != 0, difference.magnitude < 2 * yen.magnitude {
                return (XMLNode("cbc:InvoicedQuantity", line.unitsText, [("unitCode", "SEC")]), price)
            }
        }
        return (
            XMLNode("cbc:InvoicedQuantity", net < .zero ? "-1" : "1", [("unitCode", "C62")]),
            Int128(net.amount.magnitude) * 10_000_000_000
        )
    }
}

import Billing
import Units

/// Amounts without tax, line by line, for forms that know no others.
enum NetAmounts {
    /// Splits the document's net over its lines by largest remainder, so that they add up to it exactly. A line without
    /// tax inside keeps its amount.
    static func of(_ lines: [Yen], _ totals: InvoiceTotals) -> [Yen] {
        guard totals.hasTaxInside else { return lines }
        // Each line's share is its amount × 10 ÷ 11: cut down first, then one yen more where most was cut.
        var net = lines.map { flooredShare($0.amount) }
        let missing = Int(totals.net.amount - net.reduce(0, +))
        let order = lines.indices.sorted { left, right in
            let a = lines[left].amount * 10 - net[left] * 11, b = lines[right].amount * 10 - net[right] * 11
            return a == b ? left < right : a > b
        }
        precondition((0...lines.count).contains(missing), "the shares add up to the net but for what was cut")
        for index in order.prefix(missing) { net[index] += 1 }
        return net.map(Yen.init)
    }

    private static func flooredShare(_ gross: Int64) -> Int64 {
        let quotient = gross * 10 / 11
        return gross * 10 < quotient * 11 ? quotient - 1 : quotient
    }

    /// A unit price without tax in 10⁻¹⁰ yen, half-up.
    static func price(_ price: UnitPrice, _ totals: InvoiceTotals) -> Int128 {
        let exact = Int128(price.billionths) * 10
        return totals.hasTaxInside ? (exact * 20 + 11) / 22 : exact
    }

    /// 10⁻¹⁰ yen as a plain decimal.
    static func text(_ price: Int128) -> String {
        let scale: Int128 = 10_000_000_000
        var fraction = String(price % scale)
        fraction = String(repeating: "0", count: 10 - fraction.utf8.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return fraction.isEmpty ? String(price / scale) : "\(price / scale).\(fraction)"
    }
}

extension InvoiceTotals {
    /// Whether amounts have to be divided to be without tax.
    fileprivate var hasTaxInside: Bool { basis == .inclusive && category == .standard }
}

import UsageLedger
import Units

/// Closes one account's period: a pure function of its priced use, earlier lines and credits (§7–§9). Usage lines, then
/// the differences of closed months, then what credits give back and pay, then tax. O(n log n) in the lines.
/// - Parameter taxCategory: that of the recipient as the document names it.
public func closeAccount(
    _ input: AccountUsage, rules: BillingRules, taxCategory: TaxCategory = .standard
) -> ClosedAccount {
    var mixed: Set<BillingPeriod> = []
    let usageLines = lines(of: input.period, input, &mixed)
    var differences: [Line] = []
    for month in input.months { differences += settle(month, input, &mixed) }
    // C4: one tax basis per document; lines ≥ 0 come first.
    let leading = differences.filter { $0.amount >= .zero }.min(by: Line.precedes) ?? differences.min(by: Line.precedes)
    let basis = usageLines.first?.tax ?? leading?.tax
    let waiting = differences.filter { $0.tax != basis }
    mixed.formUnion(waiting.map(\.chargeMonth))
    differences.removeAll { $0.tax != basis }

    var draft = LineDraft(usageLines + differences, standing: CreditUse.standing(after: input.issued))
    var closed = ClosedAccount(
        account: input.account, period: input.period, lines: [], totals: nil, mixedMonths: mixed.sorted(),
        unsettledMonths: [])
    guard let basis, let sum = draft.sumBeforeCredits, sum.amount >= rules.invoiceMinimumYen else {
        // C9: everything waits as a difference.
        closed.unsettledMonths = Set((usageLines + differences + waiting).map(\.chargeMonth)).union(mixed).sorted()
        return closed
    }
    draft.pay(with: input.credits)
    closed.lines = draft.lines
    closed.totals = InvoiceTotals(basis: basis, total: draft.total, category: taxCategory)
    closed.unsettledMonths = Set(waiting.map(\.chargeMonth)).union(draft.cutMonths).union(mixed).sorted()
    return closed
}

/// The tax basis of an account's month (C3), `nil` when it mixes and nothing of it is issued.
private func taxBasis(of month: BillingPeriod, _ input: AccountUsage) -> TaxBasis? {
    if let issued = input.issued.first(where: { $0.chargeMonth == month && $0.lineClass != .credit }) {
        return issued.tax
    }
    let bases = Set(input.usage.lazy.filter { $0.month == month }.map(\.row.tax))
    return bases.count == 1 ? bases.first : nil
}

/// Use of a month by rate, as far as the month's tax basis lets it be billed.
private func expected(
    _ month: BillingPeriod, _ input: AccountUsage, _ basis: TaxBasis?, _ mixed: inout Set<BillingPeriod>
) -> [RateKey: (usage: Usage, rows: [Int64])] {
    var sums: [RateKey: (usage: Usage, rows: [Int64])] = [:]
    for part in input.usage where part.month == month {
        guard part.row.tax == basis else {
            mixed.insert(month)
            continue
        }
        sums[part.rate, default: (.zero, [])].usage += part.usage
        sums[part.rate]?.rows.append(part.row.position)
    }
    return sums
}

private func lines(of period: BillingPeriod, _ input: AccountUsage, _ mixed: inout Set<BillingPeriod>) -> [Line] {
    guard let basis = taxBasis(of: period, input) else {
        if input.usage.contains(where: { $0.month == period }) { mixed.insert(period) }
        return []
    }
    return expected(period, input, basis, &mixed).map { rate, sum in
        Line(
            lineClass: .usage, chargeMonth: period, plan: rate.plan, rate: rate, usage: sum.usage,
            amount: roundedAmount(sum.usage, rate), priceRows: sum.rows.sorted(), tax: basis)
    }
}

/// ⌊Σ units × price⌋; the units of a month are bounded where they are read, so that the amount always fits.
private func roundedAmount(_ usage: Usage, _ rate: RateKey) -> Yen {
    guard let yen = Rounding.lineAmount(usage.amount(at: rate.price, basis: rate.basis)) else {
        preconditionFailure("a line of \(rate.plan) is above 2⁶³ yen")
    }
    return yen
}

/// The differences of one closed month (§8): D per rate, full and with its units.
func settle(_ month: BillingPeriod, _ input: AccountUsage, _ mixed: inout Set<BillingPeriod>) -> [Line] {
    let basis = taxBasis(of: month, input)
    let now = expected(month, input, basis, &mixed)
    var billed: [RateKey: (usage: Usage, yen: Yen)] = [:]
    for line in input.issued where line.chargeMonth == month {
        guard let rate = line.rate else { continue }
        billed[rate, default: (.zero, .zero)].usage += line.usage
        billed[rate]?.yen += line.amount
    }
    guard let basis else { return [] }
    return Set(now.keys).union(billed.keys).compactMap { rate in
        let newUsage = now[rate]?.usage ?? .zero
        let newYen = roundedAmount(newUsage, rate)
        let old = billed[rate] ?? (.zero, .zero)
        guard newYen != old.yen else { return nil }
        return Line(
            lineClass: billed[rate] == nil ? .carried : .correction, chargeMonth: month, plan: rate.plan, rate: rate,
            usage: newUsage - old.usage, amount: newYen - old.yen, priceRows: (now[rate]?.rows ?? []).sorted(),
            difference: Difference(
                oldUsage: old.usage, newUsage: newUsage, oldYen: old.yen, newYen: newYen, causes: []),
            tax: basis)
    }
}

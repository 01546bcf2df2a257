import UsageLedger
import Units

/// What a return gives back of one invoice (decision 20): the negative differences of the charge months that it bears,
/// credits first, no more than it bore for each rate and in all, less what was returned of it before. A pure function;
/// O(n log n) in the lines.
/// - Parameters:
///   - input: the account as the next close would see it, with those months of the invoice that may differ.
///   - bore: the invoice's lines.
///   - returned: lines of the returns made of it before that aren't void.
///
/// Without lines there is nothing to give back.
public func returnLines(_ input: AccountUsage, bore: [Line], returned: [Line]) -> [Line] {
    guard let basis = bore.first?.tax else { return [] }
    var mixed: Set<BillingPeriod> = []
    let differences = input.months.flatMap { settle($0, input, &mixed) }
        .filter { $0.amount < .zero && $0.tax == basis }
    var room: [BillingPeriod: [RateKey: Yen]] = [:]
    var sum = Yen.zero
    for line in bore + returned {
        sum += line.amount
        if let rate = line.rate { room[line.chargeMonth, default: [:]][rate, default: .zero] += line.amount }
    }
    return LineDraft(
        giving: differences, upTo: max(sum, .zero),
        room: { line in max(line.rate.flatMap { room[line.chargeMonth]?[$0] } ?? .zero, .zero) },
        standing: CreditUse.standing(after: input.issued)
    ).lines
}

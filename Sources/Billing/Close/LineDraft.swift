import UsageLedger
import Units

/// The lines of a document while it is made: order, cutting, give-backs and credits (C7–C10).
struct LineDraft {
    private var positive: [Line]
    private var negative: [Line] = []
    private var credits: [Line] = []
    /// What may still be taken off before the document would fall below zero.
    private var left: Yen
    private var standing: [CreditUse]
    /// Months with a line that was cut or dropped.
    private(set) var cutMonths: Set<BillingPeriod> = []

    init(_ lines: [Line], standing: [CreditUse]) {
        positive = lines.filter { $0.amount >= .zero }.sorted(by: Line.precedes)
        left = positive.reduce(into: Yen.zero) { $0 += $1.amount }
        self.standing = standing
        for line in lines.filter({ $0.amount < .zero }).sorted(by: Line.precedes) { takeOff(line) }
    }

    /// Lines of a return, all negative: they take off no more than `sum`, and of each rate no more than its room.
    init(giving lines: [Line], upTo sum: Yen, room: (Line) -> Yen, standing: [CreditUse]) {
        positive = []
        left = sum
        self.standing = standing
        for line in lines.sorted(by: Line.precedes) { takeOff(line, atMost: room(line)) }
    }

    var lines: [Line] { positive + negative + credits }
    var total: Yen { lines.reduce(into: Yen.zero) { $0 += $1.amount } }

    /// What is left before credits pay; a negative line and what it gives back count as a pair. `nil` without any line
    /// (C9).
    var sumBeforeCredits: Yen? { positive.isEmpty && negative.isEmpty ? nil : left }

    /// A negative line gives back what credits paid first, then takes what is left of the sum (C7, C8).
    private mutating func takeOff(_ line: Line, atMost room: Yen? = nil) {
        let difference = -line.amount, wanted = min(difference, room ?? difference)
        let given = giveBack(wanted, line)
        let reduced = min(wanted - given, left)
        left -= reduced
        let taken = given + reduced
        if taken < difference { cutMonths.insert(line.chargeMonth) }
        guard taken > .zero else { return }
        negative.append(
            Line(
                lineClass: line.lineClass, chargeMonth: line.chargeMonth, plan: line.plan, rate: line.rate,
                usage: taken == difference ? line.usage : .zero, amount: -taken, priceRows: line.priceRows,
                difference: line.difference, tax: line.tax))
    }

    /// Newest use first; each consumed use is a positive credit line of its own.
    private mutating func giveBack(_ wanted: Yen, _ line: Line) -> Yen {
        var given = Yen.zero
        for index in standing.indices.reversed() {
            let use = standing[index]
            guard use.plan == line.plan, use.chargeMonth == line.chargeMonth, use.yen > .zero, given < wanted else {
                continue
            }
            let part = min(use.yen, wanted - given)
            standing[index].yen -= part
            given += part
            credits.append(
                Line(
                    lineClass: .credit, chargeMonth: use.chargeMonth, plan: use.plan, rate: nil, usage: .zero,
                    amount: part,
                    credit: use.credit, tax: line.tax))
        }
        return given
    }

    /// C10: soonest-ending credit first, over the lines in order, up to what is left of the document.
    mutating func pay(with available: [Credit]) {
        var unpaid = positive.map(\.amount)
        for credit in available.sorted(by: Credit.isUsedBefore) {
            var balance = credit.yen
            // What was given back a moment ago is no longer standing, so it is in the balance again.
            for use in standing where use.credit == credit.position { balance -= use.yen }
            var uses: [CreditUse] = []
            for (index, line) in positive.enumerated()
            where credit.mayPay(plan: line.plan, chargeMonth: line.chargeMonth) {
                let part = min(balance, unpaid[index], left)
                guard part > .zero else { continue }
                balance -= part
                unpaid[index] -= part
                left -= part
                if let same = uses.firstIndex(where: { $0.plan == line.plan && $0.chargeMonth == line.chargeMonth }) {
                    uses[same].yen += part
                } else {
                    uses.append(
                        CreditUse(credit: credit.position, plan: line.plan, chargeMonth: line.chargeMonth, yen: part))
                }
            }
            credits += uses.map {
                Line(
                    lineClass: .credit, chargeMonth: $0.chargeMonth, plan: $0.plan, rate: nil, usage: .zero,
                    amount: -$0.yen,
                    credit: $0.credit, tax: positive[0].tax)
            }
        }
    }
}

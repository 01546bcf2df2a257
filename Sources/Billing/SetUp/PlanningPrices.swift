import Units

// Price rows (§6): append-only, identified by (plan, account, from). A used row can only get an end.
extension SetUpPlanning {
    mutating func planPrices() {
        guard !declaration.prices.isEmpty else { return }
        var recorded: [RowKey: PriceRow] = [:]
        for row in current.prices.rows { recorded[RowKey(row)] = row }
        var firstLines: [RowKey: Int] = [:]
        var placed: [PlacedRow] = []
        var endings: [SetUpChange] = []
        var additions: [SetUpChange] = []
        for entry in declaration.prices {
            let row = entry.value
            let line = entry.line
            checkPlan(row.plan, row.name, line: line)
            if let account = row.account { checkAccount(account, row.name, line: line) }
            if let to = row.to, to < row.from {
                refuse(.invalidValue, line: line, field: "to", "\(row.name): from \(row.from) is after to \(to)")
            } else if let first = firstLines[RowKey(row)] {
                refuse(
                    .pricesShareADay, line: line, field: "from",
                    "\(row.name) is declared twice, first on line \(first)")
            } else {
                let known = recorded[RowKey(row)]
                let isAccepted = planPrice(row, known, line: line, &endings, &additions)
                var kept = row
                // One mistake, one message: a refused row counts with the earlier of its two ends.
                if !isAccepted, let known { kept.to = [row.to, known.to].compactMap(\.self).min() }
                placed.append(PlacedRow(row: kept, line: line, isDeclared: true))
            }
            firstLines[RowKey(row)] = firstLines[RowKey(row)] ?? line
        }
        placed += current.prices.rows.filter { firstLines[RowKey($0)] == nil }.map {
            PlacedRow(row: $0, line: 0, isDeclared: false)
        }
        refuseSharedDays(placed)
        changes += endings + additions
    }

    /// What one declared row changes: nothing, an end, a replacement or a new row. `false` when it is used and the
    /// change is refused.
    private mutating func planPrice(
        _ row: PriceRow, _ recorded: PriceRow?, line: Int, _ endings: inout [SetUpChange],
        _ additions: inout [SetUpChange]
    ) -> Bool {
        guard let recorded else {
            refuseInvoicedDays(row, line: line)
            additions.append(.price(row))
            return true
        }
        let sameTerms = recorded.price == row.price && recorded.basis == row.basis && recorded.tax == row.tax
        if sameTerms && recorded.to == row.to { return true }
        if let lastDay = use.lastDayOfRow[recorded.position] {
            if let fault = faultOfUsedRow(recorded, declared: row, lastDay: lastDay, sameTerms: sameTerms) {
                refuse(.priceIsUsed, line: line, field: sameTerms ? "to" : "yen_per_second", fault)
                return false
            }
        } else {
            refuseInvoicedDays(row, line: line)
        }
        if sameTerms {
            endings.append(.priceEnd(row: recorded.position, recorded.plan, to: row.to))
        } else {
            endings.append(.priceWithdrawal(row: recorded.position, recorded.plan))
            additions.append(.price(row))
        }
        return true
    }

    /// A used row can only get an end, and not before the last day it was used.
    private func faultOfUsedRow(
        _ recorded: PriceRow, declared: PriceRow, lastDay: CivilDay, sameTerms: Bool
    ) -> String? {
        let used = "\(recorded.name) is used by issued invoices up to \(lastDay)"
        guard sameTerms else {
            return
                "\(used): it can't become \(declared.termsText); set an end on it and add a new row from the day after"
        }
        if let end = recorded.to {
            let change = declared.to.map { "move to \($0)" } ?? "be taken away"
            return "\(used): its end \(end) can't \(change); add a new row instead"
        }
        guard let to = declared.to, to < lastDay else { return nil }
        return "\(used): it can't end on \(to); \(lastDay) is the earliest end"
    }

    /// A new row may cover days of a closed month only where no issued slice was priced.
    private mutating func refuseInvoicedDays(_ row: PriceRow, line: Int) {
        guard let closed = use.closedThrough, row.from <= closed.lastDay else { return }
        let days = use.pricedDays(row.plan, row.account).filter(row.covers)
        guard let first = days.min(), let last = days.max() else { return }
        let reach = first == last ? "\(first)" : "\(first) … \(last)"
        refuse(
            .daysAreInvoiced, line: line, field: "from",
            "\(row.name) covers days whose use is invoiced already (\(reach)); a price can't be changed after the "
                + "invoice: "
                + "start the row on \(last.next) or later, or grant a credit")
    }
}

/// The identity of a price row in a set-up file.
private struct RowKey: Hashable {
    let plan: PlanID
    let account: AccountID?
    let from: CivilDay

    init(_ row: PriceRow) {
        plan = row.plan
        account = row.account
        from = row.from
    }
}

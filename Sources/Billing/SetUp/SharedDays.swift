import Units

/// A row of the rate card as it would be after a change.
struct PlacedRow {
    let row: PriceRow
    /// Of the file that declares it; 0 where there is none.
    let line: Int
    /// Otherwise it is recorded and the change doesn't name it.
    let isDeclared: Bool

    var place: String { isDeclared ? line > 0 ? "line \(line)" : "new" : "recorded" }
}

extension SetUpPlanning {
    /// Two rows for the same plan and account can't share a day, all withdrawals and ends of the file considered. Each
    /// row is compared with the one before it that reaches furthest. O(n log n).
    mutating func refuseSharedDays(_ placed: [PlacedRow]) {
        var furthest: PlacedRow?
        for next in placed.sorted(by: precedes) {
            guard let earlier = furthest, earlier.row.plan == next.row.plan, earlier.row.account == next.row.account
            else {
                furthest = next
                continue
            }
            if earlier.row.sharesDay(with: next.row), earlier.isDeclared || next.isDeclared {
                refuseSharedDays(earlier, next)
            }
            if (earlier.row.to ?? .last) < (next.row.to ?? .last) { furthest = next }
        }
    }

    private mutating func refuseSharedDays(_ earlier: PlacedRow, _ next: PlacedRow) {
        let names = "\(next.row.name) (\(next.place)) shares days with \(earlier.row.name) (\(earlier.place))"
        let line = max(earlier.line, next.line)
        if earlier.row.to == nil, next.row.from > earlier.row.from {
            let end = next.row.from.previous
            let advice =
                line > 0 ? "set to: \(end) on the row from \(earlier.row.from)" : "let that row end on \(end) first"
            refuse(.pricesShareADay, line: line, field: "from", "\(names), which has no end; \(advice)")
        } else {
            let last = min(earlier.row.to ?? .last, next.row.to ?? .last)
            let days = last == next.row.from ? "\(last)" : "\(next.row.from) … \(last)"
            refuse(.pricesShareADay, line: line, field: "from", "\(names): \(days); give every day one price")
        }
    }

    /// By plan, account (list prices first) and first day.
    private func precedes(_ left: PlacedRow, _ right: PlacedRow) -> Bool {
        if left.row.plan != right.row.plan { return left.row.plan < right.row.plan }
        let accounts = (left.row.account?.text ?? "", right.row.account?.text ?? "")
        if left.row.account != right.row.account { return accounts.0.utf8.lexicographicallyPrecedes(accounts.1.utf8) }
        return (left.row.from, left.line) < (right.row.from, right.line)
    }
}

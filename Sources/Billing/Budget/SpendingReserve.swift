import UsageLedger
import Units

/// What a task may cost at most, and how a later price is kept off it (§10).
public enum SpendingReserve {
    /// The dearest price known for any day on which a task may run: a waiting task may run on any later day. `nil` when
    /// no day has a price.
    public static func dearestPrice(
        _ prices: PriceBook, account: AccountID, plan: Plan, from day: CivilDay
    ) -> ReservedPrice? {
        spans(prices, account, plan.id, from: day).compactMap { span -> ReservedPrice? in
            guard case .row(let row) = span.lookup else { return nil }
            return ReservedPrice(row)
        }.max { $0.perSecond(plan) < $1.perSecond(plan) }
    }

    /// Why a price change can't stand beside a reservation.
    public struct Conflict: Error, Hashable, Sendable {
        /// The account's own row that is dearer than what was reserved.
        public let row: PriceRow
    }

    /// Rows of the account's own that keep every day from `day` to `lastDay` at the reserved price or below, to be
    /// recorded with the price change that made them necessary: a dearer row added later doesn't apply to a reserved
    /// run. Empty when nothing is dearer. Error: `Conflict` for a dearer row that is the account's own.
    public static func protection(
        _ prices: PriceBook, account: AccountID, plan: Plan, reserved: ReservedPrice, from day: CivilDay,
        to lastDay: CivilDay? = nil
    ) throws(Conflict) -> [PriceRow] {
        var rows: [PriceRow] = []
        for span in spans(prices, account, plan.id, from: day) {
            guard case .row(let row) = span.lookup, ReservedPrice(row).perSecond(plan) > reserved.perSecond(plan) else {
                continue
            }
            if let lastDay, span.from > lastDay { break }
            if row.account != nil { throw Conflict(row: row) }
            let to = [span.to, lastDay].compactMap(\.self).min()
            if let last = rows.last, let end = last.to, end.next == span.from {
                rows[rows.count - 1].to = to
            } else {
                rows.append(
                    PriceRow(
                        position: 0, plan: plan.id, account: account, price: reserved.price, basis: reserved.basis,
                        tax: reserved.tax, from: span.from, to: to))
            }
        }
        return rows
    }

    /// Days with one and the same answer of the price book.
    private struct Span {
        let from: CivilDay
        /// `nil` without end.
        let to: CivilDay?
        let lookup: PriceLookup
    }

    private static func spans(
        _ prices: PriceBook, _ account: AccountID, _ plan: PlanID, from day: CivilDay
    ) -> [Span] {
        var begins: Set<CivilDay> = [day]
        for row in prices.rows where row.plan == plan && (row.account ?? account) == account {
            if row.from > day { begins.insert(row.from) }
            if let to = row.to, to >= day, to < .last { begins.insert(to.next) }
        }
        let sorted = begins.sorted()
        return sorted.indices.map { index in
            let next = index + 1 < sorted.count ? sorted[index + 1] : nil
            return Span(
                from: sorted[index], to: next.map { CivilDay(number: $0.number - 1) },
                lookup: prices.lookup(account: account, plan: plan, day: sorted[index]))
        }
    }
}

extension ReservedPrice {
    func perSecond(_ plan: Plan) -> Int128 { hundredTrillionths(seconds: 1, gpus: plan.gpuCount) }

    /// Whether it costs less than another for a plan.
    public func isCheaper(than other: ReservedPrice, for plan: Plan) -> Bool { perSecond(plan) < other.perSecond(plan) }
}

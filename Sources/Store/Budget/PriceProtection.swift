import Billing
import UsageLedger
import Units

extension WriterSession {
    /// Own price rows for accounts with open reservations of these plans, so that no reserved run is billed at a dearer
    /// price than it was reserved at. Called when the price book has changed, inside the same transaction.
    /// Error: `refused` when the dearer row is an account's own.
    func protections(of plans: Set<PlanID>) throws -> [SetUpChange] {
        var changes: [SetUpChange] = []
        for plan in plans.sorted() {
            guard let number = try keys.plans.number(of: plan), let terms = setUp.plans[plan] else { continue }
            for (account, reserved, from) in try cheapestReservations(number, terms) {
                do throws(SpendingReserve.Conflict) {
                    changes += try SpendingReserve.protection(
                        setUp.prices, account: account, plan: terms, reserved: reserved, from: from
                    ).map(SetUpChange.price)
                } catch {
                    throw StoreError(
                        .refused,
                        "tasks of account \(account) are reserved at \(reserved.price) yen a second of plan \(plan); "
                            + "its own price of \(error.row.price) yen from \(error.row.from) is dearer: start it "
                            + "when they have ended")
                }
            }
        }
        return changes
    }

    /// Per account the cheapest price at which an open task is reserved, and the first day on which one may run.
    private func cheapestReservations(
        _ number: Int64, _ plan: Plan
    ) throws -> [(AccountID, ReservedPrice, CivilDay)] {
        let rows = try RawStatementScan(
            statements,
            """
            SELECT account, yen_billionths, basis, tax, min(from_day) FROM reservation WHERE plan = ?1 AND is_open = 1
            GROUP BY account, yen_billionths, basis, tax ORDER BY account
            """, bind: number)
        var found: [Int64: (ReservedPrice, CivilDay)] = [:]
        while let row = try rows.next() {
            let reserved = ReservedPrice(
                price: UnitPrice(billionths: row.integer(1)), basis: PriceBasis(rawValue: row.text(2)) ?? .plan,
                tax: TaxBasis(rawValue: row.text(3)) ?? .inclusive)
            let from = CivilDay(number: Int32(row.integer(4)))
            guard let known = found[row.integer(0)] else {
                found[row.integer(0)] = (reserved, from)
                continue
            }
            found[row.integer(0)] = (
                reserved.isCheaper(than: known.0, for: plan) ? reserved : known.0, min(known.1, from)
            )
        }
        return try found.sorted { $0.key < $1.key }.map { (try keys.accounts.name(of: $0.key), $0.value.0, $0.value.1) }
    }
}

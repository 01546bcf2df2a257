import Billing
import UsageLedger
import Units

extension WriterSession {
    /// Own price rows for accounts with reservations of these plans, so that no reserved run of a month that isn't
    /// closed is billed at a dearer price than it was reserved at, whether it waits, runs or has ended. Called when the
    /// price book has changed, inside the same transaction. Error: `refused` when the dearer row is an account's own.
    func protections(of plans: Set<PlanID>) throws -> [SetUpChange] {
        var rows: [PriceRow] = []
        for plan in plans.sorted() {
            guard let number = try keys.plans.number(of: plan), let terms = setUp.plans[plan] else { continue }
            // The cheapest first: what it protects, the others needn't.
            let reserved = try reservedPrices(number).sorted { $0.price.isCheaper(than: $1.price, for: terms) }
            for group in reserved {
                do throws(SpendingReserve.Conflict) {
                    rows += try SpendingReserve.protection(
                        PriceBook(setUp.prices.rows + rows), account: group.account, plan: terms,
                        reserved: group.price, from: group.from, to: group.to)
                } catch {
                    throw StoreError(
                        .refused,
                        "tasks of account \(group.account) are reserved at \(group.price.price) yen a second of plan "
                            + "\(plan); its own price of \(error.row.price) yen from \(error.row.from) is dearer: "
                            + "start it after the days of those tasks")
                }
            }
        }
        return rows.map(SetUpChange.price)
    }

    /// Tasks of one account that were reserved at one price: open ones without a last day, ended ones up to it.
    private struct ReservedGroup {
        let account: AccountID
        let price: ReservedPrice
        let from: CivilDay
        let to: CivilDay?
    }

    /// Closed months keep their prices by a rule of their own. O(reservations).
    private func reservedPrices(_ plan: Int64) throws -> [ReservedGroup] {
        let firstOpenDay = closedThrough?.next.firstDay ?? .first
        let rows = try RawStatementScan(
            statements,
            """
            SELECT account, yen_billionths, basis, tax, min(from_day), CASE WHEN is_open THEN NULL ELSE max(to_day) END
            FROM reservation WHERE plan = ?1 AND (is_open = 1 OR to_day >= \(firstOpenDay.number))
            GROUP BY account, yen_billionths, basis, tax, is_open ORDER BY account
            """, bind: plan)
        var found: [ReservedGroup] = []
        while let row = try rows.next() {
            found.append(
                ReservedGroup(
                    account: try keys.accounts.name(of: row.integer(0)),
                    price: ReservedPrice(
                        price: UnitPrice(billionths: row.integer(1)), basis: PriceBasis(rawValue: row.text(2)) ?? .plan,
                        tax: TaxBasis(rawValue: row.text(3)) ?? .inclusive),
                    from: max(firstOpenDay, CivilDay(number: Int32(row.integer(4)))),
                    to: row.optionalInteger(5).map { CivilDay(number: Int32($0)) }))
        }
        return found
    }
}

import Billing
import UsageLedger
import Units

/// Looks at single runs of an account to name the events behind a price anomaly.
struct PricedRuns {
    private let statements: StatementCache
    private let keys: Keys
    private let scope: CloseScope
    private let lookups: PriceLookups

    init(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, _ lookups: PriceLookups) {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        self.lookups = lookups
    }

    /// The days of a month on which the account used the plan without exactly one price. O(runs of the account).
    func unpricedDays(_ account: (id: AccountID, number: Int64), _ plan: Int64, _ month: BillingPeriod) throws
        -> [GateItem]
    {
        var events: [CivilDay: Set<Int64>] = [:]
        try forEachSlice(account.id, month) { slicePlan, day, row, positions in
            if slicePlan == plan, row == 0 { events[day, default: []].formUnion(positions) }
        }
        let planID = try keys.plans.name(of: plan)
        return events.map { day, positions in
            let lookup = scope.setUp.prices.lookup(account: account.id, plan: planID, day: day)
            return GateItem.price(
                lookup == .ambiguous ? .priceAmbiguous : .priceMissing, account.id, planID, day,
                events: positions.sorted())
        }
    }

    /// Positions of all events of the tasks with priced slices of the account in a month.
    func eventsOfPricedSlices(_ account: AccountID, _ month: BillingPeriod) throws -> [Int64] {
        var events: Set<Int64> = []
        try forEachSlice(account, month) { _, _, row, positions in
            if row != 0 { events.formUnion(positions) }
        }
        return events.sorted()
    }

    private func forEachSlice(
        _ account: AccountID, _ month: BillingPeriod,
        _ body: (_ plan: Int64, CivilDay, _ priceRow: Int64, _ positions: [Int64]) throws -> Void
    ) throws {
        guard let number = try keys.accounts.number(of: account) else { return }
        try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: number) { recorded in
            for run in recorded.history.runs where run.account == account {
                guard let plan = try run.plan.flatMap(keys.plans.number) else { continue }
                var days: [CivilDay] = []
                run.forEachSlice(in: scope, through: month) {
                    if $0.day.period == month, $0.seconds + $0.shortfallSeconds > 0 { days.append($0.day) }
                }
                for day in days {
                    try body(plan, day, try lookups.row(account: number, plan: plan, day: day), recorded.positions)
                }
            }
        }
    }
}

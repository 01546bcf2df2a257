import Billing
import Units

extension LedgerStore {
    /// Plans changes of the set-up against what is recorded and used, and records them: one transaction, so that
    /// nothing comes between. Returns what was planned, and the set-up before. With `dryRun` nothing is written. Throws
    /// what `plan` throws, and then nothing is written either.
    public func apply(
        by actor: Actor, dryRun: Bool = false, plan: (SetUp, SetUpUse) throws -> PlannedSetUp
    ) throws -> (planned: PlannedSetUp, before: SetUp) {
        if dryRun {
            return try read { statements, keys in
                let current = try SetUpReader(statements, keys).setUp()
                return (try plan(current, try SetUpUseReader(statements, keys, current).use()), current)
            }
        }
        return try write { session in
            let current = session.setUp
            let planned = try plan(current, try SetUpUseReader(session.statements, session.keys, current).use())
            try session.record(planned.changes, by: actor)
            return (planned, current)
        }
    }
}

/// Reads what issued documents have used of the set-up.
struct SetUpUseReader {
    private let statements: StatementCache
    private let keys: Keys
    private let setUp: SetUp

    init(_ statements: StatementCache, _ keys: Keys, _ setUp: SetUp) {
        self.statements = statements
        self.keys = keys
        self.setUp = setUp
    }

    func use() throws -> SetUpUse {
        var lastDays: [Int64: CivilDay] = [:]
        let rows = try statements("SELECT price_row, last_day FROM price_row_use")
        while try rows.step() { lastDays[rows.integer(0)] = CivilDay(number: Int32(rows.integer(1))) }
        var plans: Set<PlanID> = []
        let used = try statements(
            "SELECT DISTINCT plan FROM price_row r JOIN price_row_use u ON u.price_row = r.position")
        while try used.step() { plans.insert(try keys.plans.name(of: used.integer(0))) }
        let closed = try ClosingRows(statements).last?.period
        return SetUpUse(lastDayOfRow: lastDays, plans: plans, closedThrough: closed) { plan, account in
            // A question that can't be answered must not let a change pass: every day counts as priced then.
            guard let closed else { return [] }
            return (try? pricedDays(plan, account, closed)) ?? [closed.lastDay]
        }
    }

    /// Days of closed months with priced use of the plan: the account's own, or those priced by list.
    private func pricedDays(_ plan: PlanID, _ account: AccountID?, _ closed: BillingPeriod) throws -> [CivilDay] {
        guard let number = try keys.plans.number(of: plan) else { return [] }
        let lookups = PriceLookups(setUp.prices, keys)
        let issued = try issuedParts(plan: number)
        var days: Set<CivilDay> = []
        for (owner, day) in try daysWithUse(plan, number, account, closed) {
            let priced = lookups.rows[try lookups.row(account: owner, plan: number, day: day)]
            guard let priced, account != nil || priced.account == nil else { continue }
            let part = IssuedPart(
                account: owner, month: day.period, billionths: priced.price.billionths, basis: priced.basis.rawValue)
            if issued.contains(part) { days.insert(day) }
        }
        return days.sorted()
    }

    /// Accounts and days with use of the plan: of stopped runs from the sums by day, of open runs, which are in no sum,
    /// from their slices as the closes counted them.
    private func daysWithUse(
        _ plan: PlanID, _ number: Int64, _ account: AccountID?, _ closed: BillingPeriod
    ) throws -> [(account: Int64, day: CivilDay)] {
        let owner = try account.map { try keys.accounts.number(of: $0) ?? -1 }
        var found: [(account: Int64, day: CivilDay)] = []
        let rows = try statements(owner == nil ? DayScans.ofAll : DayScans.ofOneAccount)
        if let owner { rows.bind(1, owner) }
        rows.bind(2, Int64(CivilDay.first.number))
        rows.bind(3, Int64(closed.lastDay.number))
        while try rows.step() {
            guard rows.integer(2) == number else { continue }
            found.append((rows.integer(0), CivilDay(number: Int32(rows.integer(1)))))
        }
        let scope = CloseScope(
            period: closed, logCut: .max, eventCut: closed.end, closings: try ClosingRows(statements).all(),
            setUp: setUp,
            isPresent: true)
        let open = try RawStatementScan(statements, RunRows.openRows(ofOneAccount: owner != nil), bind: owner)
        while let row = try open.next() {
            let stored = try RunRows.read(row, keys)
            guard let owner = stored.account, stored.run.plan == plan else { continue }
            stored.run.forEachSlice(in: scope, through: closed) { found.append((owner, $0.day)) }
        }
        return found
    }

    /// What documents name of a plan.
    private struct IssuedPart: Hashable {
        let account: Int64
        let month: BillingPeriod
        let billionths: Int64
        let basis: String
    }

    private func issuedParts(plan: Int64) throws -> Set<IssuedPart> {
        let rows = try statements(
            "SELECT DISTINCT account, charge_month, yen_billionths, basis FROM document_line WHERE plan = ?1 "
                + "AND basis IS NOT NULL"
        )
        rows.bind(1, plan)
        var parts: Set<IssuedPart> = []
        while try rows.step() {
            parts.insert(
                IssuedPart(
                    account: rows.integer(0), month: BillingPeriod(monthNumber: Int32(rows.integer(1))),
                    billionths: rows.integer(2),
                    basis: rows.text(3)))
        }
        return parts
    }
}

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
        let rows = try RawStatementScan(
            statements,
            "SELECT account, day FROM usage_day WHERE plan = ?1 AND day <= \(closed.lastDay.number)"
                + (try account.map { " AND account = \(try keys.accounts.number(of: $0) ?? -1)" } ?? ""), bind: number)
        var days: Set<CivilDay> = []
        while let row = try rows.next() {
            let day = CivilDay(number: Int32(row.integer(1)))
            let priced = lookups.rows[try lookups.row(account: row.integer(0), plan: number, day: day)]
            guard let priced, account != nil || priced.account == nil else { continue }
            let part = IssuedPart(
                account: row.integer(0), month: day.period, billionths: priced.price.billionths,
                basis: priced.basis.rawValue)
            if issued.contains(part) { days.insert(day) }
        }
        return days.sorted()
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

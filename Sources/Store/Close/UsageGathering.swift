import Billing
import UsageLedger
import Units

/// Gathers what a close needs to know of use: from projections where the log cut is the present, else from the events
/// themselves.
struct UsageGathering {
    let statements: StatementCache
    let keys: Keys
    let scope: CloseScope
    let lookups: PriceLookups

    init(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, _ shared: PriceLookups? = nil) {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        lookups = shared ?? PriceLookups(scope.setUp.prices, keys)
    }

    struct Gathered {
        let usage: MonthUsage
        /// Account → earlier months that may have to be settled.
        let months: [Int64: Set<BillingPeriod>]
        /// Runs without a stop, read once for all who ask about a close; empty as of an earlier log cut.
        let openRuns: [StoredRun]
    }

    /// Use of the period and of earlier months that may have to be settled, of one account or of all.
    func usage(of account: Int64?) throws -> Gathered {
        scope.isPresent ? try projected(account) : try replayed(account)
    }

    // MARK: From projections

    /// O(sums of the period and of earlier months to settle), plus open runs and runs that stop after the event cut.
    private func projected(_ account: Int64?) throws -> Gathered {
        var settle = try unsettledMonths(account)
        var usage = try sumsOfPeriod(account)
        try addEarlierMonths(account, &usage, &settle)
        let open = try openRuns(account)
        try addOpenRuns(open, &usage, &settle)
        if scope.eventCut < scope.period.end { try cutRuns(account, &usage) }
        return Gathered(usage: usage, months: settle, openRuns: open)
    }

    private func sumsOfPeriod(_ account: Int64?) throws -> MonthUsage {
        var usage = MonthUsage()
        let rows = try statements(
            "SELECT * FROM usage_month WHERE month = ?2" + (account == nil ? " ORDER BY account" : " AND account = ?1"))
        if let account { rows.bind(1, account) }
        rows.bind(2, Int64(scope.period.monthNumber))
        // Rows come in the order of accounts.
        var present: Int64?
        var parts: [(key: MonthUsage.Key, usage: Usage)] = []
        while try rows.step() {
            let owner = rows.integer(0)
            if owner != present {
                if let present { usage.set(account: present, parts) }
                parts.removeAll(keepingCapacity: false)
                present = owner
            }
            parts.append(Self.sum(rows))
        }
        if let present { usage.set(account: present, parts) }
        return usage
    }

    /// Months closed with the period, and closed ones that are marked as unsettled.
    private func addEarlierMonths(
        _ account: Int64?, _ usage: inout MonthUsage, _ settle: inout [Int64: Set<BillingPeriod>]
    ) throws {
        let owned = account == nil ? "" : " AND s.account = ?1"
        for (sql, isUnsettled) in [
            ("SELECT s.* FROM usage_month s WHERE s.month > ?2 AND s.month < ?3" + owned, false),
            (
                "SELECT s.* FROM unsettled_month u CROSS JOIN usage_month s USING (account, month) "
                    + "WHERE s.month <= ?2 AND s.month < ?3" + owned, true
            ),
        ] {
            let rows = try statements(sql)
            if let account { rows.bind(1, account) }
            rows.bind(2, Int64(scope.closedThrough?.monthNumber ?? -1))
            rows.bind(3, Int64(scope.period.monthNumber))
            while try rows.step() {
                let (key, sum) = Self.sum(rows)
                if !isUnsettled { settle[rows.integer(0), default: []].insert(key.month) }
                usage.add(account: rows.integer(0), key, sum)
            }
        }
    }

    /// The row of `usage_month` under a statement that selects all of it.
    private static func sum(_ row: RawStatement) -> (key: MonthUsage.Key, usage: Usage) {
        (
            .init(
                month: BillingPeriod(monthNumber: Int32(row.integer(1))), plan: row.integer(2),
                priceRow: row.integer(3)),
            Usage(
                seconds: row.integer(4), shortfallSeconds: row.integer(5), gpuSecondThousandths: row.integer(6))
        )
    }

    private func unsettledMonths(_ account: Int64?) throws -> [Int64: Set<BillingPeriod>] {
        var found: [Int64: Set<BillingPeriod>] = [:]
        let rows = try statements("SELECT account, month FROM unsettled_month WHERE ?1 IS NULL OR account = ?1")
        rows.bind(1, account)
        while try rows.step() {
            let month = BillingPeriod(monthNumber: Int32(rows.integer(1)))
            if month < scope.period { found[rows.integer(0), default: []].insert(month) }
        }
        return found
    }

    private func openRuns(_ account: Int64?) throws -> [StoredRun] {
        let rows = try statements(RunRows.openRows(ofOneAccount: account != nil))
        if let account { rows.bind(1, account) }
        var found: [StoredRun] = []
        while try rows.step() { found.append(try RunRows.read(rows, keys)) }
        return found
    }

    /// Runs without a known stop aren't in the sums, because what they bill depends on the cut.
    private func addOpenRuns(
        _ open: [StoredRun], _ usage: inout MonthUsage, _ settle: inout [Int64: Set<BillingPeriod>]
    ) throws {
        for stored in open {
            guard let owner = stored.account else { continue }
            try add(stored.run, owner, stored.plan, &usage) { month in
                if month == scope.period { return true }
                if scope.isClosedWithPeriod(month) { settle[owner, default: []].insert(month) }
                return settle[owner]?.contains(month) == true
            }
        }
    }

    /// Runs that stop at or after the event cut are in the sums with all their time: that is replaced by the part
    /// before the cut.
    private func cutRuns(_ account: Int64?, _ usage: inout MonthUsage) throws {
        let rows = try statements(RunRows.stoppedRows(ofOneAccount: account != nil))
        if let account { rows.bind(1, account) }
        rows.bind(2, scope.eventCut.nanoseconds)
        while try rows.step() {
            let stored = try RunRows.read(rows, keys)
            guard stored.run.canBill, let owner = stored.account, let plan = stored.plan, let gpus = stored.run.gpus
            else { continue }
            var parts: [(CivilDay, Usage)] = []
            stored.run.forEachSlice(eventCut: .endOfTime, silence: .none) {
                parts.append(($0.day, .zero - $0.usage(gpus: gpus)))
            }
            stored.run.forEachSlice(eventCut: scope.eventCut, silence: .none) {
                parts.append(($0.day, $0.usage(gpus: gpus)))
            }
            // A cut before the period also cuts the months that are closed with it.
            for (day, part) in parts where scope.isClosedWithPeriod(day.period) {
                let row = try lookups.row(account: owner, plan: plan, day: day)
                usage.add(account: owner, .init(month: day.period, plan: plan, priceRow: row), part)
            }
        }
    }

    // MARK: From events

    /// O(events up to the log cut of the tasks in question).
    private func replayed(_ account: Int64?) throws -> Gathered {
        var usage = MonthUsage()
        var settle: [Int64: Set<BillingPeriod>] = [:]
        try HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut).forEach(account: account) { recorded in
            for run in recorded.history.runs {
                guard let id = run.account, let owner = try keys.accounts.number(of: id),
                    account == nil || account == owner
                else { continue }
                try add(run, owner, try run.plan.flatMap(keys.plans.number), &usage) { month in
                    if month < scope.period { settle[owner, default: []].insert(month) }
                    return true
                }
            }
        }
        // What was billed but no longer is in use has to be settled too.
        let issued = try statements(
            "SELECT DISTINCT account, charge_month FROM document_line WHERE ?1 IS NULL OR account = ?1")
        issued.bind(1, account)
        while try issued.step() {
            let month = BillingPeriod(monthNumber: Int32(issued.integer(1)))
            if month < scope.period { settle[issued.integer(0), default: []].insert(month) }
        }
        return Gathered(usage: usage, months: settle, openRuns: [])
    }

    private func add(
        _ run: Run, _ account: Int64, _ plan: Int64?, _ usage: inout MonthUsage, counts: (BillingPeriod) -> Bool
    ) throws {
        guard let plan, let gpus = run.gpus else { return }
        var slices: [Slice] = []
        run.forEachSlice(in: scope, through: scope.period) { slices.append($0) }
        for slice in slices where counts(slice.day.period) {
            let row = try lookups.row(account: account, plan: plan, day: slice.day)
            if !scope.isOfOneAccount { lookups.noteUse(account: account, row, slice.day) }
            usage.add(
                account: account, .init(month: slice.day.period, plan: plan, priceRow: row), slice.usage(gpus: gpus))
        }
    }
}

import Billing
import UsageLedger
import Units

/// Counts every recorded usage event in exactly one class, for a period's cuts (coverage identity, §4).
struct CoverageCount {
    private let statements: StatementCache
    private let keys: Keys
    private let scope: CloseScope
    private let inputs: AccountInputs

    init(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope, _ inputs: AccountInputs) {
        self.statements = statements
        self.keys = keys
        self.scope = scope
        self.inputs = inputs
    }

    /// The classes and the number of usage events, counted apart from each other.
    func counts() throws -> (byClass: [CoverageClass: Int64], total: Int64) {
        var counts: [CoverageClass: Int64] = [:]
        let accepted = try GateAcceptances(statements).fingerprints()
        let replay = HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut)
        guard scope.isPresent else {
            var total: Int64 = 0
            try replay.forEach(account: nil) { recorded in
                total += Int64(recorded.events.count)
                add(try coverage(recorded, accepted), to: &counts, sign: 1)
            }
            return (counts, total)
        }
        // The stored counts hold for every task but those that a cut, a price or a person decides.
        let rows = try statements("SELECT class, events FROM coverage")
        while try rows.step() {
            guard let found = CoverageClass(rawValue: rows.text(0)) else { continue }
            counts[found] = rows.integer(1)
        }
        for task in try dependentTasks() {
            let recorded = try replay.task(task)
            add(recorded.history.storedCoverage, to: &counts, sign: -1)
            add(try coverage(recorded, accepted), to: &counts, sign: 1)
        }
        return (counts.filter { $0.value != 0 }, try usageEvents())
    }

    /// Usage events in the log: all events but our own, which name no task.
    private func usageEvents() throws -> Int64 {
        let row = try statements(
            "SELECT (SELECT size FROM log_head) - (SELECT count(*) FROM event WHERE task IS NULL)")
        guard try row.step() else { return 0 }
        defer { row.reset() }
        return row.integer(0)
    }

    private func coverage(_ recorded: RecordedTask, _ accepted: [String: [UInt8]]) throws -> [CoverageClass: Int64] {
        var classes: [Int64: CoverageClass] = [:]
        for run in recorded.history.runs { classes[run.attempt] = try coverageClass(run, recorded, accepted) }
        return recorded.history.coverage { classes[$0.attempt] ?? .billable }
    }

    private func coverageClass(_ run: Run, _ recorded: RecordedTask, _ accepted: [String: [UInt8]]) throws
        -> CoverageClass
    {
        let end = scope.period.end, silence = scope.setUp.rules.runawaySilence
        if run.isWaivedWhole(eventCut: end, silence: silence) { return .waived }
        let items = run.anomalyKinds(eventCut: end, silence: silence).map {
            (
                kind: $0,
                item: GateItem.run(
                    $0, task: recorded.history.task, attempt: run.attempt, detail: "", events: recorded.positions)
            )
        }
        if items.contains(where: { accepted[$0.item.name] != $0.item.fingerprint }) { return .anomaly }
        if try hasUnpricedSlice(run) { return .anomaly }
        return items.contains { !$0.kind.statesAmount } ? .accepted : .billable
    }

    private func hasUnpricedSlice(_ run: Run) throws -> Bool {
        guard let account = try run.account.flatMap(keys.accounts.number),
            let plan = try run.plan.flatMap(keys.plans.number)
        else { return false }
        var days: [CivilDay] = []
        run.forEachSlice(in: scope, through: scope.period) { days.append($0.day) }
        return try days.contains { try inputs.lookups.row(account: account, plan: plan, day: $0) == 0 }
    }

    /// Tasks with an anomaly, an open run that may not be simply billed, or use without a price.
    private func dependentTasks() throws -> Set<Int64> {
        var tasks: Set<Int64> = []
        let anomalous = try statements(RunRows.tasksWithAnomaly)
        while try anomalous.step() { tasks.insert(anomalous.integer(0)) }
        let unpriced = try RawStatementScan(
            statements, "SELECT DISTINCT account, plan FROM usage_month WHERE price_row = 0")
        let runs = try statements(RunRows.tasksOfAccountAndPlan)
        while let pair = try unpriced.next() {
            runs.bind(1, pair.integer(0))
            runs.bind(2, pair.integer(1))
            while try runs.step() { tasks.insert(runs.integer(0)) }
        }
        for stored in inputs.openRuns where try !isPlainlyBilled(stored.run) { tasks.insert(stored.task) }
        return tasks
    }

    /// An open run as it is stored: no waiver, no anomaly at the cut, every day priced.
    private func isPlainlyBilled(_ run: Run) throws -> Bool {
        let end = scope.period.end, silence = scope.setUp.rules.runawaySilence
        return try run.waived.spans.isEmpty && run.anomalyKinds(eventCut: end, silence: silence).isEmpty
            && !hasUnpricedSlice(run)
    }

    private func add(_ part: [CoverageClass: Int64], to counts: inout [CoverageClass: Int64], sign: Int64) {
        for (found, events) in part { counts[found, default: 0] += sign * events }
    }
}

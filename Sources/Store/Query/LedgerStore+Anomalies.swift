import Billing
import UsageLedger
import Units

/// A run that can't be billed as it stands, or is billed for an amount that a person should look at.
public struct RunAnomaly: Hashable, Sendable {
    public let task: TaskID
    public let run: Run
    public let kind: AnomalyKind

    /// What the gate calls it (C14).
    public var itemName: String { "\(kind.rawValue):\(task):\(run.attempt)" }
}

/// What waits for a person.
public struct OpenAnomalies: Sendable {
    /// By task as recorded, then attempt.
    public var runs: [RunAnomaly] = []
    /// Days on which use has no single price, as gate items; by name.
    public var prices: [GateItem] = []

    /// Runs that differ from what a scheduler's list says, as gate items; by name.
    public var schedulerDifferences: [GateItem] = []

    /// Names of those that a person has accepted in a close, and whose events are still the same (C14).
    public var accepted: Set<String> = []

    public var isEmpty: Bool { runs.isEmpty && prices.isEmpty && schedulerDifferences.isEmpty }
}

extension LedgerStore {
    /// Everything that waits for a person now, whatever its month; what a person has accepted in a close is marked.
    /// O(runs with an anomaly + open runs + runs of accounts with unpriced use).
    public func anomalies(at now: Instant) throws -> OpenAnomalies {
        try read { statements, keys in
            let scope = try CloseScope.read(statements, keys, period: CivilDay(now).period, logCut: nil, eventCut: now)
            var found = OpenAnomalies()
            let events = try TaskEvents(statements)
            let rows = try RawStatementScan(statements, RunRows.rowsToJudge)
            while let row = try rows.next() {
                let stored = try RunRows.read(row, keys)
                for kind in stored.run.anomalyKinds(eventCut: now, silence: scope.setUp.rules.runawaySilence) {
                    found.runs.append(RunAnomaly(task: try events.taskName(stored.task), run: stored.run, kind: kind))
                }
            }
            found.prices = try unpriced(statements, keys, scope)
            found.schedulerDifferences = try SchedulerClaims(statements).gateItems(
                HistoryReplay(statements, keys, scope.setUp, logCut: .max), before: .endOfTime,
                silence: scope.setUp.rules.runawaySilence
            ).sorted { $0.name < $1.name }
            try mark(&found, statements)
            return found
        }
    }

    private func mark(_ found: inout OpenAnomalies, _ statements: StatementCache) throws {
        let accepted = try GateAcceptances(statements).fingerprints()
        guard !accepted.isEmpty else { return }
        for item in found.prices + found.schedulerDifferences where accepted[item.name] == item.fingerprint {
            found.accepted.insert(item.name)
        }
        let events = try TaskEvents(statements)
        for anomaly in found.runs {
            guard let fingerprint = accepted[anomaly.itemName],
                let task = try statements.taskNumber(anomaly.task)
            else { continue }
            let item = GateItem(
                name: anomaly.itemName, message: "", events: try events.recorded(of: task).map(\.position))
            if item.fingerprint == fingerprint { found.accepted.insert(item.name) }
        }
    }

    private func unpriced(_ statements: StatementCache, _ keys: Keys, _ scope: CloseScope) throws -> [GateItem] {
        struct Place: Hashable {
            let account: Int64
            let month: BillingPeriod
            let plan: Int64
        }
        var places: Set<Place> = []
        let rows = try statements("SELECT account, month, plan FROM usage_month WHERE price_row = 0 AND seconds > 0")
        while try rows.step() {
            places.insert(
                Place(
                    account: rows.integer(0), month: BillingPeriod(monthNumber: Int32(rows.integer(1))),
                    plan: rows.integer(2)))
        }
        let lookups = PriceLookups(scope.setUp.prices, keys)
        let open = try RawStatementScan(statements, RunRows.openRows(ofOneAccount: false))
        while let row = try open.next() {
            let stored = try RunRows.read(row, keys)
            guard let account = stored.account, let plan = stored.plan else { continue }
            var days: [CivilDay] = []
            stored.run.forEachSlice(in: scope, through: scope.period) { days.append($0.day) }
            for day in days where try lookups.row(account: account, plan: plan, day: day) == 0 {
                places.insert(Place(account: account, month: day.period, plan: plan))
            }
        }
        let runs = PricedRuns(statements, keys, scope, lookups)
        return try places.flatMap { place in
            try runs.unpricedDays((try keys.accounts.name(of: place.account), place.account), place.plan, place.month)
        }.sorted { $0.name < $1.name }
    }

    /// The run of an attempt as all recorded events tell it. Error: `not_found`.
    public func run(task: TaskID, attempt: Int64) throws -> Run {
        try read { statements, keys in
            guard let number = try statements.taskNumber(task) else {
                throw StoreError(.notFound, "no event is recorded of a task '\(task)'")
            }
            let replay = HistoryReplay(statements, keys, try SetUpReader(statements, keys).setUp(), logCut: .max)
            let runs = try replay.task(number).history.runs
            guard let run = runs.first(where: { $0.attempt == attempt }) else {
                let others = runs.map { String($0.attempt) }.joined(separator: ", ")
                throw StoreError(
                    .notFound,
                    "task '\(task)' has no run of attempt \(attempt); "
                        + (runs.isEmpty ? "it has no run" : "it has attempt \(others)")
                )
            }
            return run
        }
    }
}

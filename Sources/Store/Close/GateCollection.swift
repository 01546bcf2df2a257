import Billing
import UsageLedger
import Units

/// Collects what stops an issue (C13–C15), as known at the log cut of the scope.
struct GateCollection {
    let statements: StatementCache
    let keys: Keys
    let scope: CloseScope
    let inputs: AccountInputs

    /// All open items, accepted ones left out, by name.
    /// - Parameters:
    ///   - now: our clock, for grace and the period's end.
    ///   - mixedMonths: what `closeAccount` found, by account.
    func items(now: Instant, mixedMonths: [(account: AccountID, month: BillingPeriod)]) throws -> [GateItem] {
        var items: [GateItem] = []
        if now < scope.period.end {
            items.append(.periodNotOver(scope.period))
        } else {
            let graceHours = scope.setUp.rules.graceHours
            let graceEnd = scope.period.end.advanced(byNanoseconds: graceHours * 3_600_000_000_000)
            if now < graceEnd { items.append(.graceLeft(until: graceEnd, hours: graceHours)) }
        }
        if scope.closedThrough != nil { items += inputs.openMonthsWithUse.map(GateItem.earlierMonthOpen) }
        items += try runItems()
        items += try SchedulerClaims(statements).gateItems(
            HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut), before: scope.period.end,
            silence: scope.setUp.rules.runawaySilence)
        let runs = PricedRuns(statements, keys, scope, inputs.lookups)
        items += try dayItems(runs)
        for (account, month) in mixedMonths {
            items.append(.mixedTaxBasis(account, month, events: try runs.eventsOfPricedSlices(account, month)))
        }
        let accepted = try GateAcceptances(statements).fingerprints()
        return items.filter { !$0.canBeAccepted || accepted[$0.name] != $0.fingerprint }.sorted { $0.name < $1.name }
    }

    /// Items of runs that touch the months closed now, or have changed a month closed before.
    private func runItems() throws -> [GateItem] {
        var items: [GateItem] = []
        let replay = HistoryReplay(statements, keys, scope.setUp, logCut: scope.logCut)
        let end = scope.period.end, silence = scope.setUp.rules.runawaySilence
        let earlier = try earlierState()
        try forEachSuspect(replay) { recorded in
            for run in recorded.history.runs {
                let kinds = run.anomalyKinds(eventCut: end, silence: silence)
                guard !kinds.isEmpty, try touches(run, recorded, silence) || changesClosedMonth(run, recorded, earlier)
                else { continue }
                for kind in kinds {
                    items.append(
                        .run(
                            kind, task: recorded.history.task, attempt: run.attempt, detail: Self.detail(kind, run),
                            events: recorded.positions))
                }
            }
        }
        return items
    }

    /// Tasks with a run that bears an anomaly or is a runaway. At the end of the log the stored rows tell which.
    private func forEachSuspect(_ replay: HistoryReplay, _ body: (RecordedTask) throws -> Void) throws {
        guard scope.isPresent else { return try replay.forEach(account: nil, body) }
        let end = scope.period.end, silence = scope.setUp.rules.runawaySilence
        var tasks: Set<Int64> = []
        let anomalous = try statements(RunRows.tasksWithAnomaly)
        while try anomalous.step() { tasks.insert(anomalous.integer(0)) }
        for stored in inputs.openRuns where !stored.run.anomalyKinds(eventCut: end, silence: silence).isEmpty {
            tasks.insert(stored.task)
        }
        for task in tasks.sorted() { try body(try replay.task(task)) }
    }

    private func touches(_ run: Run, _ recorded: RecordedTask, _ silence: RunawaySilence) -> Bool {
        let from = scope.closedThrough?.end ?? Instant(nanoseconds: .min), to = scope.period.end
        let holdsEvent = recorded.events.contains {
            $0.fact.attempt == run.attempt && $0.fact.time >= from && $0.fact.time < to
        }
        if holdsEvent { return true }
        guard let start = run.startedAt else { return false }
        let end = run.stoppedAt ?? run.billedEnd(eventCut: to, silence: silence)
        return start < end && start < to && end > from
    }

    /// Whether the run's billed units of a closed month differ between the log cut of the last issue and now.
    private func changesClosedMonth(_ run: Run, _ recorded: RecordedTask, _ earlier: EarlierState?) throws -> Bool {
        guard let earlier else { return false }
        let before = try earlier.replay.task(recorded.task).history.runs.first { $0.attempt == run.attempt }
        return try units(before, earlier.lookups) != units(run, inputs.lookups)
    }

    /// The log and the prices as they were at the last issue.
    private struct EarlierState {
        let replay: HistoryReplay
        let lookups: PriceLookups
    }

    private func earlierState() throws -> EarlierState? {
        guard let last = scope.closings.last else { return nil }
        let setUp = try SetUpReader(statements, keys).setUp(logCut: last.logCut)
        return EarlierState(
            replay: HistoryReplay(statements, keys, setUp, logCut: last.logCut),
            lookups: PriceLookups(setUp.prices, keys))
    }

    private struct UnitKey: Hashable {
        let month: BillingPeriod
        let account: Int64
        let rate: RateKey
    }

    private func units(_ run: Run?, _ lookups: PriceLookups) throws -> [UnitKey: Int128] {
        guard let run, run.canBill, let closed = scope.closedThrough, let gpus = run.gpus,
            let account = try run.account.flatMap(keys.accounts.number),
            let plan = try run.plan.flatMap(keys.plans.number)
        else { return [:] }
        var slices: [Slice] = []
        run.forEachSlice(in: scope, through: closed) { if $0.day.period <= closed { slices.append($0) } }
        var sums: [UnitKey: Int128] = [:]
        for slice in slices {
            guard let row = lookups.rows[try lookups.row(account: account, plan: plan, day: slice.day)] else {
                continue
            }
            let rate = RateKey(plan: row.plan, price: row.price, basis: row.basis)
            sums[UnitKey(month: slice.day.period, account: account, rate: rate), default: 0] +=
                slice.usage(gpus: gpus).unitThousandths(row.basis)
        }
        return sums
    }

    private func dayItems(_ runs: PricedRuns) throws -> [GateItem] {
        var items: [GateItem] = []
        for account in inputs.accounts {
            for (month, plan) in inputs.unpriced(account.number) where scope.isClosedWithPeriod(month) {
                items += try runs.unpricedDays(account, plan, month)
            }
        }
        return items
    }

    static func detail(_ kind: AnomalyKind, _ run: Run) -> String {
        let start = run.startedAt.map(\.description) ?? "no start", stop = run.stoppedAt.map(\.description) ?? "no stop"
        let owner = run.account.map { "account \($0)" } ?? "no single account"
        return "\(kind.rawValue.replacing("_", with: " ")) (\(owner), \(start) to \(stop))"
    }
}

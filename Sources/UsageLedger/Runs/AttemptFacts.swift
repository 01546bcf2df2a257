import Units

/// The events of one attempt, sorted by what they say.
struct AttemptFacts {
    let attempt: Int64
    var starts = Few<(time: Instant, gpus: GPUQuantity?)>()
    var stops = Few<Instant>()
    var alives: [Instant] = []
    var waivers: [TimeSpan] = []
    var restated = Restatement()
    /// Every restated instant, also those that a later statement has replaced (R13).
    var restatedInstants: [Instant] = []
    var eventCount = 0

    /// R3: waivers alone make no run.
    var makesRun: Bool {
        !starts.isEmpty || !stops.isEmpty || !alives.isEmpty || restated.startedAt != nil || restated.stoppedAt != nil
    }

    /// One for each attempt that any event names, by attempt.
    static func byAttempt(_ facts: [UsageFact]) -> [AttemptFacts] {
        var attempts: [AttemptFacts] = []
        var restatements: [UsageFact] = []
        for fact in facts {
            guard let number = fact.attempt else { continue }
            // A task has one or a few attempts; the last one is the likely one.
            let index = attempts.lastIndex { $0.attempt == number } ?? attempts.endIndex
            if index == attempts.endIndex { attempts.append(AttemptFacts(attempt: number)) }
            attempts[index].add(fact)
            if case .restated = fact.detail { restatements.append(fact) }
        }
        for fact in restatements.sorted(by: UsageFact.isEarlier) {
            guard case .restated(let number, let restatement) = fact.detail,
                let index = attempts.firstIndex(where: { $0.attempt == number })
            else { continue }
            attempts[index].apply(restatement)
        }
        return attempts.count > 1 ? attempts.sorted { $0.attempt < $1.attempt } : attempts
    }

    private mutating func add(_ fact: UsageFact) {
        eventCount += 1
        switch fact.detail {
        case .started(_, _, let gpus): starts.append((fact.time, gpus))
        case .stopped: stops.append(fact.time)
        case .alive: alives.append(fact.time)
        case .waived(_, let from, let to): waivers.append(TimeSpan(from: from, to: to))
        case .restated, .submitted, .canceled: break
        }
    }

    /// Later statements win field by field (R15); called in order of (time, source, id).
    private mutating func apply(_ later: Restatement) {
        restatedInstants += [later.startedAt, later.stoppedAt].compactMap { $0 }
        restated.startedAt = later.startedAt ?? restated.startedAt
        restated.stoppedAt = later.stoppedAt ?? restated.stoppedAt
        restated.gpus = later.gpus ?? restated.gpus
        restated.identity.account = later.identity.account ?? restated.identity.account
        restated.identity.user = later.identity.user ?? restated.identity.user
        restated.identity.plan = later.identity.plan ?? restated.identity.plan
    }

    /// The run that these events tell, but for overlaps with other attempts.
    func run(_ task: TaskFacts, planTerms: (PlanID) -> PlanTerms?, isRegistered: (AccountID) -> Bool) -> Run {
        var anomalies: AnomalySet = []
        let account = chosen(restated.identity.account, task.accounts, &anomalies)
        let user = chosen(restated.identity.user, task.users, &anomalies) ?? .unnamed
        let plan = chosen(restated.identity.plan, task.plans, &anomalies)
        let terms = plan.flatMap(planTerms)
        // A name in conflict is already an anomaly of its own (R4).
        if !task.accounts.isConflict || restated.identity.account != nil {
            if !(account.map(isRegistered) ?? false) { anomalies.insert(.unknownAccount) }
        }
        if !task.plans.isConflict || restated.identity.plan != nil {
            if terms == nil { anomalies.insert(.unknownPlan) }
        }
        let start = restated.startedAt ?? starts.lazy.map(\.time).min()
        let stop = restated.stoppedAt ?? stops.min()
        let (firstInstant, lastInstant) = instantRange
        var run = Run(
            attempt: attempt, account: account, user: user, plan: plan,
            gpus: restated.gpus ?? starts.compactMap { $0.gpus ?? terms?.gpus }.min() ?? terms?.gpus,
            minimumSeconds: terms?.minimumSeconds ?? 0, startedAt: start, stoppedAt: stop,
            lastProofAt: start.map { max($0, alives.max() ?? $0) },
            limitEndsAt: limitEnd(start, task.limitSeconds), waived: waivers.isEmpty ? .none : WaivedTime(waivers),
            paysMinimum: waivers.isEmpty,
            firstInstant: firstInstant, lastInstant: lastInstant, anomalies: anomalies, eventCount: eventCount)
        run.anomalies.formUnion(timeAnomalies(start, stop, task, terms))
        let dependsOnCut = stop == nil && start != nil
        if !dependsOnCut, run.isWaivedWhole(eventCut: Instant(nanoseconds: .max), silence: .none) { run.anomalies = [] }
        return run
    }

    /// Earliest and latest of all that R13 names. There is one, or there would be no run.
    private var instantRange: (first: Instant, last: Instant) {
        var first = Instant.endOfTime, last = Instant(nanoseconds: .min)
        func take(_ instant: Instant) {
            first = min(first, instant)
            last = max(last, instant)
        }
        for start in starts { take(start.time) }
        for stop in stops { take(stop) }
        for alive in alives { take(alive) }
        for instant in restatedInstants { take(instant) }
        return (first, last)
    }

    private func chosen<Value>(_ restated: Value?, _ named: Named<Value>, _ anomalies: inout AnomalySet) -> Value? {
        if let restated { return restated }
        switch named {
        case .none: return nil
        case .one(let value): return value
        case .conflict:
            anomalies.insert(.identityConflict)
            return nil
        }
    }

    private func timeAnomalies(_ start: Instant?, _ stop: Instant?, _ task: TaskFacts, _ terms: PlanTerms?)
        -> AnomalySet
    {
        guard let start else { return stop == nil ? .aliveWithoutStart : .stopWithoutStart.union(stopAnomalies(stop)) }
        var found = stopAnomalies(stop)
        if restated.startedAt == nil, starts.contains(where: { $0.time != starts[0].time }) {
            found.insert(.startConflict)
        }
        if restated.gpus == nil, starts.contains(where: { ($0.gpus ?? terms?.gpus) != (starts[0].gpus ?? terms?.gpus) })
        {
            found.insert(.startConflict)
        }
        if let stop, stop < start { found.insert(.negativeRun) }
        if task.isCanceled, restated.startedAt == nil { found.insert(.cancelConflict) }
        return found
    }

    /// R7: a restated stop ends both.
    private func stopAnomalies(_ stop: Instant?) -> AnomalySet {
        guard restated.stoppedAt == nil, let stop else { return [] }
        var found: AnomalySet = []
        if stops.contains(where: { $0 != stop }) { found.insert(.stopConflict) }
        if alives.contains(where: { $0 > stop }) { found.insert(.aliveAfterStop) }
        return found
    }

    private func limitEnd(_ start: Instant?, _ limitSeconds: Int64?) -> Instant? {
        guard let start, let limitSeconds else { return nil }
        let (length, tooLong) = limitSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (end, tooLate) = start.nanoseconds.addingReportingOverflow(length)
        return tooLong || tooLate ? nil : Instant(nanoseconds: end)
    }
}

extension Named {
    var isConflict: Bool {
        if case .conflict = self { true } else { false }
    }
}

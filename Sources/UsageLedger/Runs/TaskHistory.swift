import Units

/// The runs of one task, as the *set* of its recorded events tells them: never their order, never a repeat (§4).
public struct TaskHistory: Hashable, Sendable {
    public var task: TaskID
    /// By attempt.
    public var runs: [Run]
    /// Submitted and canceled events, and those of attempts that have no run.
    public var taskEventCount: Int
    public var looseEventCount: Int

    /// Assembles the runs from all recorded events of the task.
    /// - Parameters:
    ///   - planTerms: `nil` for a plan that isn't registered.
    ///   - isRegistered: whether an account is.
    public init(
        task: TaskID, facts: [UsageFact], planTerms: (PlanID) -> PlanTerms?, isRegistered: (AccountID) -> Bool
    ) {
        self.task = task
        let common = TaskFacts(facts)
        taskEventCount = common.eventCount
        looseEventCount = 0
        runs = []
        for attempt in AttemptFacts.byAttempt(facts) {
            if attempt.makesRun {
                runs.append(attempt.run(common, planTerms: planTerms, isRegistered: isRegistered))
            } else {
                looseEventCount += attempt.eventCount
            }
        }
        if runs.count > 1 { markOverlaps() }
    }

    /// R11, by a sweep over the runs in order of start: O(n log n). Of an overlapping pair the later one meets the run
    /// that ends last so far; if that isn't its partner, the partner met that run before.
    private mutating func markOverlaps() {
        let end = Instant(nanoseconds: .max)
        let clear = runs.indices.filter { index in
            let run = runs[index]
            return run.startedAt != nil && run.anomalies.isDisjoint(with: [.startConflict, .negativeRun])
                && !(run.stoppedAt != nil && run.isWaivedWhole(eventCut: end, silence: .none))
        }
        let ordered = clear.sorted { left, right in
            let (a, b) = (runs[left], runs[right])
            return a.startedAt! == b.startedAt!
                ? (a.stoppedAt ?? end) < (b.stoppedAt ?? end) : a.startedAt! < b.startedAt!
        }
        var latestEnd: (end: Instant, index: Int)?
        for index in ordered {
            let start = runs[index].startedAt!, ownEnd = runs[index].stoppedAt ?? end
            if let latest = latestEnd, start < latest.end {
                runs[index].anomalies.insert(.attemptOverlap)
                runs[latest.index].anomalies.insert(.attemptOverlap)
            }
            if latestEnd == nil || ownEnd > latestEnd!.end { latestEnd = (ownEnd, index) }
        }
    }
}

/// What the events of a task say about all its runs together.
struct TaskFacts {
    var accounts: Named<AccountID> = .none
    var users: Named<UserID> = .none
    var plans: Named<PlanID> = .none
    var limitSeconds: Int64?
    var isCanceled = false
    var eventCount = 0

    init(_ facts: [UsageFact]) {
        var firstSubmission: UsageFact?
        for fact in facts {
            switch fact.detail {
            case .submitted(let identity, let limit):
                eventCount += 1
                add(identity)
                if firstSubmission.map({ UsageFact.isEarlier(fact, $0) }) ?? true {
                    firstSubmission = fact
                    limitSeconds = limit
                }
            case .started(_, let identity, _): add(identity)
            case .canceled:
                eventCount += 1
                isCanceled = true
            case .alive, .stopped, .waived, .restated: break
            }
        }
    }

    private mutating func add(_ identity: NamedIdentity) {
        accounts.add(identity.account)
        users.add(identity.user)
        plans.add(identity.plan)
    }
}

/// What a set of events calls one thing.
enum Named<Value: Equatable> {
    case none
    case one(Value)
    case conflict

    mutating func add(_ value: Value?) {
        guard let value else { return }
        switch self {
        case .none: self = .one(value)
        case .one(let known) where known != value: self = .conflict
        case .one, .conflict: break
        }
    }
}

import Units
import UsageLedger

/// How far a task has come: a function of the *set* of its recorded events, never of their order (§4).
public struct TaskProgress: Hashable, Sendable {
    /// Who asked: the submitted event's account and user. A restated run is billed elsewhere; the task stays theirs.
    public let account: AccountID
    public let user: UserID
    /// What was asked for.
    public let plan: PlanID?
    public let status: TaskStatus
    public let createdAt: Instant
    /// The last event that changed anything; signs of life don't count.
    public let updatedAt: Instant
    public let canceledAt: Instant?
    /// The attempt whose run the task shows: the greatest one that has a run.
    public let attempt: Int64?
    /// Indices into the events: the submission that counts, and the stop that ended the shown run.
    public let submission: Int
    public let stop: Int?

    /// `nil` for a task that nobody submitted for an account: it is billed, but the task API doesn't know it.
    public init?(_ facts: [UsageFact]) {
        guard let submission = Self.first(of: facts, where: { $0.submitter?.account != nil }),
            let identity = facts[submission].submitter, let account = identity.account
        else { return nil }
        self.submission = submission
        self.account = account
        user = identity.user ?? .unnamed
        plan = identity.plan
        createdAt = facts[submission].time
        updatedAt = max(facts.lazy.filter(\.changesTheTask).map(\.time).max() ?? createdAt, createdAt)
        canceledAt = facts.lazy.filter { $0.detail == .canceled }.map(\.time).min()
        let attempt = facts.lazy.compactMap(\.attemptOfRun).max()
        self.attempt = attempt
        guard let attempt else {
            stop = nil
            status = canceledAt == nil ? .waiting : .canceled
            return
        }
        stop = Self.first(of: facts) { fact in
            if case .stopped(attempt, _) = fact.detail { true } else { false }
        }
        let hasRestatedStop = facts.contains { fact in
            if case .restated(attempt, let restatement) = fact.detail { restatement.stoppedAt != nil } else { false }
        }
        if let stop, case .stopped(_, let outcome) = facts[stop].detail {
            status = Self.status(after: outcome)
        } else {
            // Nobody saw it end; a person says that it has.
            status = hasRestatedStop ? .aborted : .running
        }
    }

    private static func status(after outcome: Outcome?) -> TaskStatus {
        switch outcome {
        case .done, nil: .done
        case .error: .error
        case .aborted: .aborted
        case .canceled: .canceled
        }
    }

    /// The least by (time, source, id).
    private static func first(of facts: [UsageFact], where isRight: (UsageFact) -> Bool) -> Int? {
        var found: Int?
        for index in facts.indices where isRight(facts[index]) {
            if found.map({ UsageFact.isEarlier(facts[index], facts[$0]) }) ?? true { found = index }
        }
        return found
    }
}

extension UsageFact {
    /// Whom a submitted event names.
    public var submitter: NamedIdentity? {
        if case .submitted(let identity, _) = detail { identity } else { nil }
    }

    fileprivate var changesTheTask: Bool {
        switch detail {
        case .submitted, .started, .stopped, .canceled, .restated: true
        case .alive, .waived: false
        }
    }

    /// The attempt of which this event shows that there is a run (R3).
    fileprivate var attemptOfRun: Int64? {
        switch detail {
        case .started(let attempt, _, _), .alive(let attempt), .stopped(let attempt, _): attempt
        case .restated(let attempt, let restatement):
            restatement.startedAt != nil || restatement.stoppedAt != nil ? attempt : nil
        case .submitted, .canceled, .waived: nil
        }
    }
}

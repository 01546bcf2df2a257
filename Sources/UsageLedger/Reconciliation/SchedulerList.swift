import Units

/// A scheduler's own list, read as events: what it claims of each run, by the same rules as the log's runs.
public struct SchedulerList: Sendable {
    /// A run of which the list itself says two things.
    public struct Contradiction: Hashable, Sendable {
        public let run: RunKey
        public let kinds: [AnomalyKind]
    }

    /// What a list says as of one set-up.
    public struct Claims: Sendable {
        /// By task and attempt.
        public internal(set) var claims: [SchedulerClaim] = []
        public internal(set) var contradictions: [Contradiction] = []
    }

    private var tasks: [TaskID: [UsageFact]] = [:]
    /// Whose events it holds.
    public private(set) var sources: Set<String> = []
    /// The latest instant that it names: up to it, it knows. `nil` while it is empty.
    public private(set) var latestInstant: Instant?

    public init() {}

    /// Takes an event in any order; the same one again changes nothing.
    public mutating func add(_ task: TaskID, _ fact: UsageFact) {
        if tasks[task]?.contains(fact) == true { return }
        tasks[task, default: []].append(fact)
        sources.insert(fact.key.source)
        latestInstant = max(latestInstant ?? fact.time, fact.time)
    }

    /// What the list says of each run that it has. Tasks that never ran claim nothing.
    /// - Parameters:
    ///   - planTerms: `nil` for a plan that isn't registered.
    ///   - end: the list is asked up to here, if it names a later instant.
    public func claims(until end: Instant?, planTerms: (PlanID) -> PlanTerms?) -> Claims {
        var found = Claims()
        guard let latestInstant else { return found }
        let knownUntil = min(end ?? latestInstant, latestInstant)
        for (task, facts) in tasks.sorted(by: { $0.key < $1.key }) {
            let history = TaskHistory(task: task, facts: facts, planTerms: planTerms, isRegistered: { _ in true })
            let source = facts.map(\.key.source).min() ?? ""
            for run in history.runs {
                let key = RunKey(task, run.attempt)
                let unclear = run.anomalies.subtracting(Self.notTheLists)
                guard let start = run.startedAt, unclear.isEmpty else {
                    found.contradictions.append(Contradiction(run: key, kinds: unclear.kinds))
                    continue
                }
                found.claims.append(
                    SchedulerClaim(
                        run: key, source: source,
                        course: run.stoppedAt.map { .stopped(start: start, stop: $0) }
                            ?? .running(start: start, at: max(start, knownUntil)),
                        identity: NamedIdentity(
                            account: run.account, user: run.user == .unnamed ? nil : run.user, plan: run.plan),
                        gpus: run.gpus))
            }
        }
        return found
    }

    /// What a list may leave open, or lets stand as the log does.
    private static let notTheLists: AnomalySet = [.unknownAccount, .unknownPlan, .attemptOverlap]
}

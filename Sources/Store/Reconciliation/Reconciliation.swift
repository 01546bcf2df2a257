import UsageLedger
import Units

/// How a scheduler's list is compared with the log.
public struct ReconciliationRequest: Sendable {
    public let list: SchedulerList
    /// Runs that start from here on; `nil`: from the first start in the list.
    public let from: Instant?
    /// Runs that start before this; `nil`: up to the last start in the list, included.
    public let to: Instant?
    /// Whose runs the list must have: sources of the log's events; `nil`: those of the list's own.
    public let sources: Set<String>?
    /// The list has only some of the runs, so that what it lacks says nothing.
    public let isPartial: Bool
    /// Claims beside those of the list.
    public let claims: [SchedulerClaim]
    /// Runs of this source that are open in the log must be among the claims, unless their container is looked after.
    public let openRunsOf: String?

    /// What engines say of their containers.
    public init(containers claims: [SchedulerClaim], openRunsOf source: String?) {
        list = SchedulerList()
        (from, to, sources, isPartial) = (nil, nil, nil, true)
        self.claims = claims
        openRunsOf = source
    }

    public init(
        list: SchedulerList, from: Instant? = nil, to: Instant? = nil, sources: Set<String>? = nil,
        isPartial: Bool = false
    ) {
        self.list = list
        self.from = from
        self.to = to
        self.sources = sources
        self.isPartial = isPartial
        claims = []
        openRunsOf = nil
    }
}

/// What a comparison found.
public struct Reconciliation: Sendable {
    /// A run that differs.
    public struct Finding: Hashable, Sendable {
        public let claim: SchedulerClaim
        public let differences: [RunDifference]
        /// A person has accepted it in a close, and nothing has changed since.
        public let isAccepted: Bool
    }

    /// By task and attempt.
    public internal(set) var findings: [Finding] = []
    /// Runs of which the list says two things; nothing is compared or recorded of them.
    public internal(set) var contradictions: [SchedulerList.Contradiction] = []
    /// Runs compared: those of the list, and those of the log that it lacks.
    public internal(set) var comparedRuns = 0
    /// Claims recorded now: those that differ, or take an earlier claim's place, and weren't the last word before.
    public internal(set) var recordedClaims = 0
}

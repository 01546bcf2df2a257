import Units

/// What metering needs to know of a plan.
public struct PlanTerms: Hashable, Sendable {
    public let gpus: GPUQuantity
    public let minimumSeconds: Int64

    public init(gpus: GPUQuantity, minimumSeconds: Int64) {
        self.gpus = gpus
        self.minimumSeconds = minimumSeconds
    }
}

/// How long a run without a stop counts as alive after its last proof of life (§5.5).
public enum RunawaySilence: Hashable, Sendable {
    case minutes(Int64)
    /// An open run counts as alive up to the event cut.
    case none
}

/// One execution of a task's container, as the whole set of its events tells it. What is billed.
public struct Run: Hashable, Sendable {
    public let attempt: Int64
    /// `nil` when no event names one, or two do.
    public var account: AccountID?
    public var user: UserID
    public var plan: PlanID?
    /// `nil` when neither the start, a restatement nor a known plan says it.
    public var gpus: GPUQuantity?
    /// 0 when the plan is unknown.
    public var minimumSeconds: Int64
    public var startedAt: Instant?
    public var stoppedAt: Instant?
    /// The latest of start and alive events: until when an open run is known to have lived.
    public var lastProofAt: Instant?
    /// start + `execution_time_limit_sec`: nothing later is billed (reason `over_limit`).
    public var limitEndsAt: Instant?
    public var waived: WaivedTime
    /// Any `usage.waived` event, even one outside the run, removes the minimum (M1).
    public var paysMinimum: Bool
    /// Earliest and latest instant of its started, alive and stopped events and restated instants.
    public var firstInstant: Instant
    public var lastInstant: Instant
    /// Those that don't depend on a cut or a price. Empty for a stopped run that is waived whole.
    public var anomalies: AnomalySet
    /// Started, alive, stopped, waived and restated events.
    public var eventCount: Int

    public init(
        attempt: Int64, account: AccountID?, user: UserID, plan: PlanID?, gpus: GPUQuantity?, minimumSeconds: Int64,
        startedAt: Instant?, stoppedAt: Instant?, lastProofAt: Instant?, limitEndsAt: Instant?, waived: WaivedTime,
        paysMinimum: Bool,
        firstInstant: Instant, lastInstant: Instant, anomalies: AnomalySet, eventCount: Int
    ) {
        self.attempt = attempt
        self.account = account
        self.user = user
        self.plan = plan
        self.gpus = gpus
        self.minimumSeconds = minimumSeconds
        self.startedAt = startedAt
        self.stoppedAt = stoppedAt
        self.lastProofAt = lastProofAt
        self.limitEndsAt = limitEndsAt
        self.waived = waived
        self.paysMinimum = paysMinimum
        self.firstInstant = firstInstant
        self.lastInstant = lastInstant
        self.anomalies = anomalies
        self.eventCount = eventCount
    }

    /// Whether it has a start and no anomaly that keeps it from being billed, at any cut (R14).
    public var canBill: Bool { startedAt != nil && anomalies.subtracting(.statingAmount).isEmpty }

    /// Whether no stop is known.
    public var isOpen: Bool { stoppedAt == nil }

    /// Until when an open run counts as alive; `nil` without end.
    public func aliveUntil(_ silence: RunawaySilence) -> Instant? {
        guard case .minutes(let minutes) = silence, let lastProofAt else { return nil }
        return lastProofAt.advanced(byNanoseconds: minutes * 60_000_000_000)
    }

    /// The end of the billed interval at an event cut (M2). Not before the start.
    public func billedEnd(eventCut: Instant, silence: RunawaySilence) -> Instant {
        var end = eventCut
        if let stoppedAt {
            end = min(end, stoppedAt)
        } else if let aliveUntil = aliveUntil(silence) {
            end = min(end, aliveUntil)
        }
        if let limitEndsAt { end = min(end, limitEndsAt) }
        return max(end, startedAt ?? end)
    }

    /// No stop is known and the last proof of life is too old at the event cut (R12).
    public func isRunaway(eventCut: Instant, silence: RunawaySilence) -> Bool {
        guard isOpen, startedAt != nil, let aliveUntil = aliveUntil(silence) else { return false }
        return aliveUntil < eventCut
    }

    /// Whether waivers cover all of it (R13). A stopped run doesn't depend on the cut.
    public func isWaivedWhole(eventCut: Instant, silence: RunawaySilence) -> Bool {
        guard !waived.spans.isEmpty else { return false }
        var last = lastInstant
        if isOpen, startedAt != nil {
            last = max(last, min(eventCut, aliveUntil(silence) ?? eventCut))
        }
        return waived.covers(first: firstInstant, last: last)
    }

    /// All anomalies of the run at an event cut that don't come from prices.
    public func anomalyKinds(eventCut: Instant, silence: RunawaySilence) -> [AnomalyKind] {
        if isWaivedWhole(eventCut: eventCut, silence: silence) { return [] }
        return anomalies.kinds + (isRunaway(eventCut: eventCut, silence: silence) ? [.runawayRun] : [])
    }
}

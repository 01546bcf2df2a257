import Scheduling
import UsageLedger
import Units

/// A container that the scheduler has to do with: about to be made, running, or ended and not yet cleared away.
public struct KeptContainer: Hashable, Sendable {
    /// How far it is known to have come; what the engine says may be further.
    public enum Phase: String, Sendable, CaseIterable {
        /// Nothing was started yet.
        case placed
        /// It may have been started.
        case starting
        /// Its start is in the log.
        case running
        /// Its end is in the log; the engine may still hold it.
        case ended
    }

    public let task: TaskID
    public let account: AccountID
    public let user: UserID
    public let plan: PlanID
    public let attempt: Int64
    /// As configured.
    public let host: String
    /// The container's name on its host.
    public let name: String
    /// Seconds after the start at which it is ended by force; `nil`: never.
    public let limitSeconds: Int64?
    public let placedAt: Instant
    /// Numbers of the host's GPUs that are its alone until it is known to have ended; empty where they aren't counted.
    public var gpus: [Int]
    public var phase = Phase.placed
    /// By the engine's clock.
    public var startedAt: Instant?
    /// When the engine has last shown it alive.
    public var lastProofAt: Instant?
    /// Who has ended it, other than itself; written before the engine is asked to.
    public var endedBy: ContainerEnding.Ender?
    /// Its owner wants it to end.
    public var isUnwanted = false

    public init(
        _ placement: Placement, attempt: Int64, name: String, limitSeconds: Int64?, placedAt: Instant
    ) {
        self.init(
            task: placement.task.id, account: placement.task.account, user: placement.task.user,
            plan: placement.task.plan, attempt: attempt, host: placement.host, name: name, limitSeconds: limitSeconds,
            placedAt: placedAt, gpus: placement.gpus)
    }

    init(
        task: TaskID, account: AccountID, user: UserID, plan: PlanID, attempt: Int64, host: String, name: String,
        limitSeconds: Int64?, placedAt: Instant, gpus: [Int]
    ) {
        self.task = task
        self.account = account
        self.user = user
        self.plan = plan
        self.attempt = attempt
        self.host = host
        self.name = name
        self.limitSeconds = limitSeconds
        self.placedAt = placedAt
        self.gpus = gpus
    }

    /// Whether it takes a place in the queue.
    public var takesRoom: Bool { phase != .ended }

    /// As the queue sees it. One that nobody wants any more is only to be cleared away, and goes nowhere else. One that
    /// was placed when nobody counted GPUs has the first ones: that is what an engine gives.
    /// - Parameter wanted: GPUs that its plan gives.
    public func placement(wanted: Int) -> Placement {
        Placement(
            task: QueuedTask(id: task, account: account, user: user, plan: plan, gpus: wanted), host: host,
            gpus: gpus.isEmpty ? Array(0..<wanted) : gpus,
            isUnstarted: phase == .placed && !isUnwanted)
    }
}

/// What a scheduler has to do.
public struct ScheduledWork: Sendable {
    /// In the order of submission; of each user as many as may matter.
    public internal(set) var waiting: [QueuedTask] = []
    /// By task.
    public internal(set) var containers: [KeptContainer] = []
}

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
            placedAt: placedAt)
    }

    init(
        task: TaskID, account: AccountID, user: UserID, plan: PlanID, attempt: Int64, host: String, name: String,
        limitSeconds: Int64?, placedAt: Instant
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
    }

    /// Whether it takes a place in the queue.
    public var takesRoom: Bool { phase != .ended }

    public var placement: Placement {
        Placement(task: QueuedTask(id: task, account: account, user: user, plan: plan), host: host)
    }
}

/// What a scheduler has to do.
public struct ScheduledWork: Sendable {
    /// In the order of submission; of each user as many as may matter.
    public internal(set) var waiting: [QueuedTask] = []
    /// By task.
    public internal(set) var containers: [KeptContainer] = []
}

import Billing
import ContainerEngine
import Scheduling
import Units

/// What the operator says about running tasks in containers.
public struct SchedulerSettings: Sendable {
    public var queue = QueueSettings()
    /// Machines that take tasks, and how many of each plan at once.
    public var capacity: [HostCapacity] = []
    /// No task runs longer; `nil` lifts the cap.
    public var capSeconds: Int64? = TaskSubmission.standardLimitSeconds
    /// Between TERM and KILL.
    public var graceSeconds = 10
    /// Between two signs of life in the log. They have to come more often than `runaway_silence_minutes`.
    public var aliveSeconds: Int64 = 1800
    /// Between two looks at a running container. The engine tells of its end by itself: this is for what it can't tell.
    public var checkSeconds: Int64 = 60
    /// Before an engine that didn't answer is asked again.
    public var retrySeconds: Int64 = 5
    /// How long an engine may be silent before its containers count as lost.
    public var lostSeconds: Int64 = 600
    public var containers = ContainerSettings()
    public var output = OutputLimits()

    public init() {}
}

/// How containers are made.
public struct ContainerSettings: Sendable {
    /// The value of the label by which all our containers are found.
    public var label = "kanjo"
    public var networkMode = "bridge"
    public var memoryBytes: Int64?
    public var ulimits: [Ulimit] = []
    /// What gives a container its GPUs; `nil`: nothing does, as on a machine without any.
    public var deviceDriver: String? = "nvidia"
    /// Plans with another driver than that.
    public var deviceDriverByPlan: [PlanID: String?] = [:]

    /// Where a host publishes the HTTP ports of its containers; of others they are reached on the containers' network.
    public var httpAddressByHost: [String: String] = [:]

    public init() {}

    func driver(_ plan: PlanID) -> String? { deviceDriverByPlan[plan] ?? deviceDriver }

    /// Whole GPUs that a container of a plan gets, 1 or more: a part of one can't be given.
    static func gpuCount(_ plan: Plan?) -> Int { max(1, Int((plan?.gpuCount.thousandths ?? 1000) / 1000)) }
}

/// Words by which our containers are known on their host.
enum ContainerLabels {
    static let ledger = "jp.kanjo.ledger"
    static let task = "jp.kanjo.task"
    static let attempt = "jp.kanjo.attempt"
    /// Which GPUs were asked for, so that it is known whether the engine gives them.
    static let gpus = "jp.kanjo.gpus"
}

/// Where a task finds and leaves its things.
enum TaskFolders {
    /// What a task writes here can be downloaded after its end.
    static let artifact = ["", "opt", "artifact"].joined(separator: "/")
}

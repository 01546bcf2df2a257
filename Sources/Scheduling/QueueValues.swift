import Units

/// A task that waits for a machine or has one, as far as the queue asks.
public struct QueuedTask: Hashable, Sendable {
    public let id: TaskID
    public let account: AccountID
    public let user: UserID
    public let plan: PlanID
    /// GPUs that it wants for itself alone; 0 where it wants none.
    public let gpus: Int

    public init(id: TaskID, account: AccountID, user: UserID, plan: PlanID, gpus: Int = 0) {
        self.id = id
        self.account = account
        self.user = user
        self.plan = plan
        self.gpus = gpus
    }
}

/// A task with the machine that it has, or gets.
public struct Placement: Hashable, Sendable {
    public let task: QueuedTask
    /// Name of a host.
    public let host: String
    /// Numbers of the host's GPUs that are the task's alone; empty where the host's aren't counted.
    public let gpus: [Int]
    /// Nothing of it was started: it may go to another host.
    public let isUnstarted: Bool

    public init(task: QueuedTask, host: String, gpus: [Int] = [], isUnstarted: Bool = false) {
        self.task = task
        self.host = host
        self.gpus = gpus
        self.isUnstarted = isUnstarted
    }
}

/// A machine and how many tasks of each plan it takes at once.
public struct HostCapacity: Hashable, Sendable {
    public let name: String
    public let tasksByPlan: [PlanID: Int]
    /// Numbers of the GPUs that may be given away; `nil`: they aren't counted.
    public var gpus: Set<Int>?

    public init(name: String, tasksByPlan: [PlanID: Int], gpus: Set<Int>? = nil) {
        self.name = name
        self.tasksByPlan = tasksByPlan
        self.gpus = gpus
    }
}

/// What the operator says about the queue.
public struct QueueSettings: Hashable, Sendable {
    /// Whose tasks are counted together.
    public enum Owner: String, Sendable, CaseIterable {
        case user
        case account
    }

    public var owner = Owner.user
    /// Tasks of one owner that run at once, 1 or more.
    public var runningTasks = 1

    public init() {}
}

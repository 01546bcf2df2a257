import UsageLedger
import Units

/// A task that waits for a machine or has one, as far as the queue asks.
public struct QueuedTask: Hashable, Sendable {
    public let id: TaskID
    public let account: AccountID
    public let user: UserID
    public let plan: PlanID

    public init(id: TaskID, account: AccountID, user: UserID, plan: PlanID) {
        self.id = id
        self.account = account
        self.user = user
        self.plan = plan
    }
}

/// A task with the machine that it has, or gets.
public struct Placement: Hashable, Sendable {
    public let task: QueuedTask
    /// Name of a host.
    public let host: String

    public init(task: QueuedTask, host: String) {
        self.task = task
        self.host = host
    }
}

/// A machine and how many tasks of each plan it takes at once.
public struct HostCapacity: Hashable, Sendable {
    public let name: String
    public let tasksByPlan: [PlanID: Int]

    public init(name: String, tasksByPlan: [PlanID: Int]) {
        self.name = name
        self.tasksByPlan = tasksByPlan
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

/// Decides who starts next. An owner's tasks start in the order of submission: the first of them that can't start holds
/// back the later ones, and nobody else's.
public enum StartQueue {
    private struct OwnerKey: Hashable {
        let account: AccountID
        /// `nil` where the account counts as a whole.
        let user: UserID?
    }

    /// The tasks that start now, each with its machine, in the order of submission. O(waiting × hosts).
    /// - Parameters:
    ///   - waiting: in the order of submission.
    ///   - running: all that have a machine, also one that isn't in `hosts` any more.
    ///   - hosts: those that take tasks. Of several with room the one with the most is taken, else the first.
    public static func starts(
        waiting: [QueuedTask], running: [Placement], hosts: [HostCapacity], settings: QueueSettings
    ) -> [Placement] {
        precondition(settings.runningTasks >= 1, "an owner may run a task at least")
        var room = hosts.map(\.tasksByPlan)
        let indices = Dictionary(hosts.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var counts: [OwnerKey: Int] = [:]
        for placement in running {
            counts[owner(placement.task, settings), default: 0] += 1
            if let index = indices[placement.host] { room[index][placement.task.plan, default: 0] -= 1 }
        }
        var heldBack: Set<OwnerKey> = []
        var starts: [Placement] = []
        for task in waiting {
            let owner = owner(task, settings)
            guard !heldBack.contains(owner) else { continue }
            guard counts[owner, default: 0] < settings.runningTasks, let index = roomiest(room, task.plan) else {
                heldBack.insert(owner)
                continue
            }
            counts[owner, default: 0] += 1
            room[index][task.plan, default: 0] -= 1
            starts.append(Placement(task: task, host: hosts[index].name))
        }
        return starts
    }

    private static func owner(_ task: QueuedTask, _ settings: QueueSettings) -> OwnerKey {
        OwnerKey(account: task.account, user: settings.owner == .user ? task.user : nil)
    }

    private static func roomiest(_ room: [[PlanID: Int]], _ plan: PlanID) -> Int? {
        var found: Int?
        for index in room.indices where room[index][plan, default: 0] > 0 {
            if room[index][plan, default: 0] > (found.map { room[$0][plan, default: 0] } ?? 0) { found = index }
        }
        return found
    }
}

import Units

/// What hosts have left while a decision is made.
struct HostRoom {
    private struct Host {
        let name: String
        var tasks: [PlanID: Int]
        /// `nil`: not counted.
        var freeGPUs: Set<Int>?
        let allGPUs: Int
    }

    private var hosts: [Host]
    private let indices: [String: Int]
    /// Whose free GPUs are kept for a task that needs more of them than there are yet.
    private var reserved: Int?

    init(_ capacities: [HostCapacity]) {
        hosts = capacities.map {
            Host(name: $0.name, tasks: $0.tasksByPlan, freeGPUs: $0.gpus, allGPUs: $0.gpus?.count ?? 0)
        }
        indices = Dictionary(capacities.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Takes what a task has already. One on a host that isn't here takes nothing.
    mutating func take(_ placement: Placement) {
        guard let index = indices[placement.host] else { return }
        hosts[index].tasks[placement.task.plan, default: 0] -= 1
        hosts[index].freeGPUs?.subtract(placement.gpus)
    }

    /// Finds the host with the most room for a task, else the first, and takes from it what the task needs; `nil` when
    /// there is none now. The first task that lacks only GPUs keeps a host's free ones from those that come after it,
    /// so that small tasks never starve a large one.
    mutating func place(_ task: QueuedTask) -> Placement? {
        let open = hosts.indices.filter { hosts[$0].tasks[task.plan, default: 0] > 0 }
        let fitting = open.filter { gives($0, task.gpus) }
        guard let index = first(of: fitting, withMost: { $0.tasks[task.plan, default: 0] }) else {
            let large = open.filter { hosts[$0].freeGPUs != nil && hosts[$0].allGPUs >= task.gpus }
            if task.gpus > 0, reserved == nil { reserved = first(of: large) { $0.freeGPUs?.count ?? 0 } }
            return nil
        }
        let gpus = Array((hosts[index].freeGPUs ?? []).sorted().prefix(task.gpus))
        let placement = Placement(task: task, host: hosts[index].name, gpus: gpus)
        take(placement)
        return placement
    }

    private func gives(_ index: Int, _ gpus: Int) -> Bool {
        guard gpus > 0, let free = hosts[index].freeGPUs else { return true }
        return index != reserved && free.count >= gpus
    }

    private func first(of candidates: [Int], withMost amount: (Host) -> Int) -> Int? {
        var found: Int?
        for index in candidates where found.map({ amount(hosts[index]) > amount(hosts[$0]) }) ?? true { found = index }
        return found
    }
}

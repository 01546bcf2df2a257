import Scheduling
import TestSupport
import Units

/// A service that is all queue: what it is told to start runs for some steps, and its hosts come and go.
struct QueuedService {
    struct Running {
        var placement: Placement
        var stepsLeft: Int
    }

    private(set) var waiting: [QueuedTask] = []
    private(set) var running: [Running] = []
    private(set) var submitted = 0
    private(set) var started = 0
    private(set) var faults: [String] = []
    private var generator: SeededGenerator
    private var settings = QueueSettings()
    private let hosts: [HostCapacity]
    private var silent: Set<String> = []
    private let plans = ["small", "middle", "large"].map { try! PlanID($0) }
    private let gpusByPlan: [PlanID: Int]
    /// Number of the last started task of each owner.
    private var lastStarted: [String: Int] = [:]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        settings.owner = generator.chance(oneIn: 2) ? .user : .account
        settings.runningTasks = 1 + generator.below(3)
        let plans = plans, countsGPUs = generator.chance(oneIn: 2)
        gpusByPlan = countsGPUs ? Dictionary(uniqueKeysWithValues: zip(plans, [0, 1, 4])) : [:]
        hosts = (0..<1 + generator.below(3)).map { host in
            // The first has room for all plans, so that each can be served.
            HostCapacity(
                name: "host-\(host)",
                tasksByPlan: Dictionary(
                    uniqueKeysWithValues: plans.map { ($0, generator.below(3) + (host == 0 ? 1 : 0)) }),
                gpus: countsGPUs ? Set(0..<(host == 0 ? 4 : generator.below(6))) : nil)
        }
        self.generator = generator
    }

    mutating func step(isTakingTasks: Bool) {
        for host in hosts where generator.chance(oneIn: 12) {
            silent.formSymmetricDifference([host.name])
        }
        for index in running.indices { run(index) }
        running.removeAll { $0.stepsLeft <= 0 }
        if isTakingTasks {
            for _ in 0..<generator.below(4) { submit() }
        }
        let starts = StartQueue.starts(
            waiting: waiting, running: running.map(\.placement), hosts: hosts, silent: silent, settings: settings)
        let moved = Set(running.map(\.placement.task.id)).intersection(starts.map(\.task.id))
        judge(moves: moved)
        running.removeAll { moved.contains($0.placement.task.id) }
        judge(starts, moved)
        let ids = Set(starts.map(\.task.id))
        waiting.removeAll { ids.contains($0.id) }
        running += starts.map { start in
            let placement = Placement(task: start.task, host: start.host, gpus: start.gpus, isUnstarted: true)
            return Running(placement: placement, stepsLeft: 2 + generator.below(12))
        }
        started += starts.count - moved.count
    }

    /// On a host that answers, what was placed is started in the next step. On a silent one what was started may go on,
    /// be over or be lost; what wasn't started stays as it is.
    private mutating func run(_ index: Int) {
        let placement = running[index].placement
        guard placement.isUnstarted else {
            running[index].stepsLeft -= 1
            return
        }
        guard !silent.contains(placement.host), generator.chance(oneIn: 2) else { return }
        running[index].placement = Placement(task: placement.task, host: placement.host, gpus: placement.gpus)
    }

    private mutating func submit() {
        submitted += 1
        let plan = generator.pick(plans)
        waiting.append(
            QueuedTask(
                id: try! TaskID("task-\(submitted)"), account: try! AccountID("account-\(generator.below(3))"),
                user: try! UserID("user-\(generator.below(2))"), plan: plan, gpus: gpusByPlan[plan] ?? 0))
    }

    /// Only what was never started leaves a host, and only a silent one.
    private mutating func judge(moves moved: Set<TaskID>) {
        for placement in running.map(\.placement) where moved.contains(placement.task.id) {
            if !placement.isUnstarted { faults.append("\(placement.task.id) ran and was started again") }
            if !silent.contains(placement.host) { faults.append("\(placement.task.id) left a host that answers") }
        }
    }

    private mutating func judge(_ starts: [Placement], _ moved: Set<TaskID>) {
        let all = running.map(\.placement) + starts
        for (owner, count) in Dictionary(grouping: all, by: { owner($0.task) }).mapValues(\.count)
        where count > settings.runningTasks {
            faults.append("\(owner) runs \(count) tasks")
        }
        for host in hosts {
            for plan in plans {
                let count = all.count { $0.host == host.name && $0.task.plan == plan }
                if count > host.tasksByPlan[plan] ?? 0 { faults.append("\(host.name) runs \(count) of \(plan)") }
            }
            let gpus = all.filter { $0.host == host.name }.flatMap(\.gpus)
            if Set(gpus).count < gpus.count { faults.append("a GPU of \(host.name) is given twice: \(gpus)") }
            if !Set(gpus).isSubset(of: host.gpus ?? []) { faults.append("\(host.name) has no such GPUs: \(gpus)") }
        }
        for start in starts {
            if silent.contains(start.host) { faults.append("\(start.task.id) goes to a silent host") }
            if start.gpus.count != start.task.gpus { faults.append("\(start.task.id) gets \(start.gpus)") }
            let number = Int(start.task.id.text.dropFirst("task-".count)) ?? 0
            guard !moved.contains(start.task.id) else { continue }
            if number < lastStarted[owner(start.task)] ?? 0 { faults.append("\(start.task.id) was overtaken") }
            lastStarted[owner(start.task)] = number
        }
        judgeIdleRoom(Set(starts.map(\.task.id)), all)
    }

    /// The first waiting task of an owner below the limit stays only where its plan has no room left. Of those that
    /// want GPUs the first one alone is judged: the others may wait for it.
    private mutating func judgeIdleRoom(_ started: Set<TaskID>, _ all: [Placement]) {
        var seen: Set<String> = [], someoneLacksGPUs = false
        let stranded = all.filter { $0.isUnstarted && silent.contains($0.host) }.map(\.task)
        for task in stranded + waiting where !started.contains(task.id) && seen.insert(owner(task)).inserted {
            let runningOfOwner = all.count { owner($0.task) == owner(task) && $0.task.id != task.id }
            guard runningOfOwner < settings.runningTasks else { continue }
            let room = hosts.filter { !silent.contains($0.name) }.contains { host in
                let here = all.filter { $0.host == host.name }
                let free = (host.gpus?.count ?? 0) - here.reduce(0) { $0 + $1.gpus.count }
                return here.count { $0.task.plan == task.plan } < host.tasksByPlan[task.plan] ?? 0 && free >= task.gpus
            }
            if room, task.gpus == 0 || !someoneLacksGPUs { faults.append("\(task.id) waits beside free room") }
            if task.gpus > 0 { someoneLacksGPUs = true }
        }
    }

    private func owner(_ task: QueuedTask) -> String {
        settings.owner == .user ? "\(task.account)/\(task.user)" : task.account.text
    }
}

import Scheduling
import Store
import Units

/// What the queue decides by: what there is to do, and which machines answer.
struct QueueView {
    private let waiting: [QueuedTask]
    private let running: [Placement]
    private let hosts: [HostCapacity]
    private let silent: Set<String>
    private let settings: QueueSettings

    /// - Parameter gpuCounts: GPUs of each plan whose containers get any.
    init(
        _ work: ScheduledWork, _ settings: SchedulerSettings, _ health: HostHealth.Report, gpuCounts: [PlanID: Int]
    ) {
        self.settings = settings.queue
        waiting = work.waiting.map { task in
            QueuedTask(
                id: task.id, account: task.account, user: task.user, plan: task.plan, gpus: gpuCounts[task.plan] ?? 0)
        }
        running = work.containers.filter(\.takesRoom)
            .sorted { ($0.placedAt, $0.task) < ($1.placedAt, $1.task) }
            .map { $0.placement(wanted: gpuCounts[$0.plan] ?? 0) }
        // A host that isn't configured any more answers no more than a silent one.
        let names = Set(settings.capacity.map(\.name))
        silent = health.silent.union(work.containers.map(\.host).filter { !names.contains($0) })
        // What the engine still has of an ended task may run until it is cleared away.
        let uncleared = work.containers.filter { !$0.takesRoom }
        hosts = settings.capacity.filter { health.answering.contains($0.name) }.map { host in
            var host = host
            host.gpus?.subtract(uncleared.filter { $0.host == host.name }.flatMap(\.gpus))
            return host
        }
    }

    /// The tasks that start now, or go to another machine.
    var starts: [Placement] {
        StartQueue.starts(waiting: waiting, running: running, hosts: hosts, silent: silent, settings: settings)
    }
}

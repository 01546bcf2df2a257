import ContainerEngine
import Foundation
import Logging
import Scheduling
import ServiceLifecycle
import Store
import Synchronization
import UsageLedger
import Units

/// Runs the tasks that wait, in containers, until it is told to stop. It wakes when tasks change, when a container ends
/// and when something is due. What runs then goes on running: the next start finds it again.
public final class TaskScheduler: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let settings: SchedulerSettings
    private let hosts: [any ContainerHost]
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private let queueAlarm: Alarm
    /// Containers that are looked after.
    private let kept = Mutex<[TaskID: Kept]>([:])

    private struct Kept {
        /// Wakes its keeper.
        let waker: AsyncStream<Void>.Continuation
        var host: String
    }

    public init(ledger: ServedLedger, hosts: [any ContainerHost], settings: SchedulerSettings, logger: Logger) {
        self.ledger = ledger
        self.hosts = hosts
        self.settings = settings
        self.logger = logger
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        queueAlarm = Alarm(waker)
    }

    /// Looks again at everything: tasks may have come, or it may be later than thought.
    public func wake() {
        waker.yield()
        for keeper in kept.withLock({ Array($0.values) }) { keeper.waker.yield() }
    }

    public func run() async throws {
        ledger.writer.tasks.listen { [waker] in waker.yield() }
        defer { ledger.writer.tasks.listen(nil) }
        waker.yield()
        await cancelWhenGracefulShutdown { await self.keepAll() }
    }

    private func keepAll() async {
        let keeper = ContainerKeeper(
            ledger: ledger, hosts: hosts, settings: settings, logger: logger,
            whenPulled: { [weak self] task in self?.kept.withLock { $0[task] }?.waker.yield() },
            whenHealthChanges: { [weak self] answers in
                // What waits for the host is looked at again, or the queue finds another one.
                if answers { self?.wake() } else { self?.waker.yield() }
            })
        await withDiscardingTaskGroup { group in
            for host in hosts { group.addTask { await self.watch(host, keeper) } }
            for await _ in wakes {
                guard !Task.isCancelled else { break }
                for container in await work(keeper) where !tellKeeper(of: container) {
                    let (stream, telling) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    kept.withLock { $0[container.task] = Kept(waker: telling, host: container.host) }
                    group.addTask { await self.keep(container.task, keeper, stream, telling) }
                }
            }
            group.cancelAll()
            keeper.pulls.cancelAll()
        }
    }

    /// Tells a keeper what it can't see itself: its task is to end, or was given another host. `false`: there is none.
    private func tellKeeper(of container: KeptContainer) -> Bool {
        kept.withLock { kept in
            guard let known = kept[container.task] else { return false }
            if container.isUnwanted && container.endedBy == nil || known.host != container.host {
                kept[container.task]?.host = container.host
                known.waker.yield()
            }
            return true
        }
    }

    /// Asks a host now and again whether it answers: only one that does takes tasks.
    private func watch(_ host: any ContainerHost, _ keeper: ContainerKeeper) async {
        let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let alarm = Alarm(waker)
        waker.yield()
        for await _ in wakes {
            guard !Task.isCancelled else { break }
            let answers = await keeper.look(at: host)
            alarm.set(inNanoseconds: (answers ? settings.checkSeconds : settings.retrySeconds) * 1_000_000_000)
        }
    }

    /// Places what may start now, and gives all containers that there are.
    private func work(_ keeper: ContainerKeeper) async -> [KeptContainer] {
        do {
            return try await placeNext(keeper.health.report)
        } catch {
            logger.warning("the queue couldn't be read and will be again", metadata: ["error": "\(error)"])
            queueAlarm.set(inNanoseconds: settings.retrySeconds * 1_000_000_000)
            return []
        }
    }

    /// Decides who starts next, and who goes to another host, and writes that down; gives all containers that there
    /// are.
    /// Error: those of the store.
    func placeNext(_ health: HostHealth.Report) async throws -> [KeptContainer] {
        let settings = settings
        let (work, gpuCounts) = try await ledger.readers.read { service in
            let work = try service.store.scheduledWork(waitingOfUser: settings.queue.runningTasks)
            let plans = Set(work.waiting.map(\.plan) + work.containers.map(\.plan))
            let counts = try plans.filter { settings.containers.driver($0) != nil }.map {
                ($0, ContainerSettings.gpuCount(try service.store.plan($0)))
            }
            return (work, Dictionary(uniqueKeysWithValues: counts))
        }
        let starts = QueueView(work, settings, health, gpuCounts: gpuCounts).starts
        guard !starts.isEmpty else { return work.containers }
        let known = Dictionary(uniqueKeysWithValues: work.containers.map { ($0.task, $0) })
        let placed = try await ledger.writer.perform { service in
            try service.store.transaction {
                let actor = service.actor(Author(who: ContainerEvents.source))
                return try starts.compactMap { start in
                    if let known = known[start.task.id] {
                        return try service.store.move(known, to: start, by: actor)
                    }
                    return try service.store.place(
                        start, name: "kanjo-\(start.task.id)-1", capSeconds: settings.capSeconds, by: actor)
                }
            }
        }
        return work.containers.filter { container in !placed.contains { $0.task == container.task } } + placed
    }

    /// Looks after one container until nothing is left of it.
    private func keep(
        _ task: TaskID, _ keeper: ContainerKeeper, _ wakes: AsyncStream<Void>, _ waker: AsyncStream<Void>.Continuation
    ) async {
        defer {
            kept.withLock { $0[task] = nil }
            // Another may have its place, or this one was not over after all.
            if !Task.isCancelled { self.waker.yield() }
        }
        let waiting = EndWatch(), alarm = Alarm(waker)
        defer { waiting.cancel() }
        waker.yield()
        for await _ in wakes {
            guard !Task.isCancelled else { break }
            switch await keeper.advance(task) {
            case .settled: return
            case .again: waker.yield()
            case .pulling: break
            case .retry(let instant): alarm.set(inNanoseconds: nanoseconds(until: instant))
            case .waiting(let name, let host, let instant):
                alarm.set(inNanoseconds: nanoseconds(until: instant))
                if let host = keeper.host(host) { waiting.begin(name, host, waker) }
            }
        }
    }

    private func nanoseconds(until instant: Instant) -> Int64 {
        instant.nanoseconds - ledger.environment.now().nanoseconds
    }
}

/// Waits for the end of one container, once at a time.
private final class EndWatch: Sendable {
    private let waiting = Mutex<Task<Void, Never>?>(nil)

    func begin(_ container: String, _ host: any ContainerHost, _ waker: AsyncStream<Void>.Continuation) {
        waiting.withLock { waiting in
            guard waiting == nil else { return }
            waiting = Task {
                // Where the engine can't tell, the next look does.
                let hasEnded = (try? await host.wait(container)) != nil
                self.waiting.withLock { $0 = nil }
                if hasEnded { waker.yield() }
            }
        }
    }

    func cancel() { waiting.withLock { $0 }?.cancel() }
}

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
    /// Containers that are looked after, each with what wakes its keeper.
    private let kept = Mutex<[TaskID: AsyncStream<Void>.Continuation]>([:])

    public init(ledger: ServedLedger, hosts: [any ContainerHost], settings: SchedulerSettings, logger: Logger) {
        self.ledger = ledger
        self.hosts = hosts
        self.settings = settings
        self.logger = logger
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks again at everything: tasks may have come, or it may be later than thought.
    public func wake() {
        waker.yield()
        for keeper in kept.withLock({ Array($0.values) }) { keeper.yield() }
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
            whenPulled: { [weak self] task in self?.kept.withLock { $0[task] }?.yield() })
        await withDiscardingTaskGroup { group in
            for await _ in wakes {
                guard !Task.isCancelled else { break }
                for container in await work(keeper) {
                    if let known = kept.withLock({ $0[container.task] }) {
                        if container.isUnwanted, container.endedBy == nil { known.yield() }
                        continue
                    }
                    let (stream, telling) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    kept.withLock { $0[container.task] = telling }
                    group.addTask { await self.keep(container, keeper, stream, telling) }
                }
            }
            group.cancelAll()
            keeper.pulls.cancelAll()
        }
    }

    /// Places what may start now, and gives all containers that there are.
    private func work(_ keeper: ContainerKeeper) async -> [KeptContainer] {
        do {
            return try await placeNext()
        } catch {
            logger.warning("the queue couldn't be read and will be again", metadata: ["error": "\(error)"])
            wake(waker, at: keeper.retryInstant)
            return []
        }
    }

    /// Decides who starts next and writes that down. Error: those of the store.
    func placeNext() async throws -> [KeptContainer] {
        let settings = settings
        let work = try await ledger.readers.read {
            try $0.store.scheduledWork(waitingOfUser: settings.queue.runningTasks)
        }
        let starts = StartQueue.starts(
            waiting: work.waiting, running: work.containers.filter(\.takesRoom).map(\.placement),
            hosts: settings.capacity, settings: settings.queue)
        guard !starts.isEmpty else { return work.containers }
        let placed = try await ledger.writer.perform { service in
            try service.store.transaction {
                try starts.compactMap { start in
                    try service.store.place(
                        start, name: "kanjo-\(start.task.id)-1", capSeconds: settings.capSeconds,
                        by: service.actor(Author(who: ContainerEvents.source)))
                }
            }
        }
        return work.containers + placed
    }

    /// Looks after one container until nothing is left of it.
    private func keep(
        _ container: KeptContainer, _ keeper: ContainerKeeper, _ wakes: AsyncStream<Void>,
        _ waker: AsyncStream<Void>.Continuation
    ) async {
        defer {
            kept.withLock { $0[container.task] = nil }
            // Another may have its place, or this one was not over after all.
            if !Task.isCancelled { self.waker.yield() }
        }
        let waiting = EndWatch()
        defer { waiting.cancel() }
        waker.yield()
        for await _ in wakes {
            guard !Task.isCancelled else { break }
            switch await keeper.advance(container.task) {
            case .settled: return
            case .again: waker.yield()
            case .pulling: break
            case .retry(let instant): wake(waker, at: instant)
            case .waiting(let instant):
                wake(waker, at: instant)
                if let host = keeper.host(container.host) { waiting.begin(container.name, host, waker) }
            }
        }
    }

    private func wake(_ waker: AsyncStream<Void>.Continuation, at instant: Instant) {
        let nanoseconds = max(0, instant.nanoseconds - ledger.environment.now().nanoseconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) { waker.yield() }
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

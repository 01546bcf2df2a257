import ContainerEngine
import Logging
import Scheduling
import Store
import UsageLedger
import Units

/// Brings containers from the intention to run them to their end in the log, one step after the other. Each step reads
/// how far things are (the database, then the engine), and writes down what it is about to do before it does it: so it
/// doesn't matter where the last process stopped.
final class ContainerKeeper: Sendable {
    /// What has to happen before there is more to do.
    enum Next: Hashable, Sendable {
        /// There is more to do now.
        case again
        /// Nothing is left of it.
        case settled
        /// Its image has to arrive.
        case pulling
        /// The container of this name has to end on its host, or an instant has to come.
        case waiting(String, host: String, until: Instant)
        /// An instant has to come.
        case retry(at: Instant)
    }

    let ledger: ServedLedger
    let settings: SchedulerSettings
    let logger: Logger
    let pulls: PullTable
    private let hosts: [String: any ContainerHost]
    let health = HostHealth()
    /// Hears of pulls that are over.
    private let whenPulled: @Sendable (TaskID) -> Void
    /// Hears of hosts that answer again (true) or don't any more.
    let whenHealthChanges: @Sendable (Bool) -> Void

    /// Clocks of hosts may differ from ours by this much without a sign of life coming after an end.
    static let toleratedSkewNanoseconds: Int64 = 5_000_000_000

    init(
        ledger: ServedLedger, hosts: [any ContainerHost], settings: SchedulerSettings, logger: Logger,
        whenPulled: @escaping @Sendable (TaskID) -> Void = { _ in },
        whenHealthChanges: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.ledger = ledger
        self.hosts = Dictionary(hosts.map { ($0.name, $0) }) { first, _ in first }
        self.settings = settings
        self.logger = logger
        pulls = PullTable(figures: ledger.pulls)
        self.whenPulled = whenPulled
        self.whenHealthChanges = whenHealthChanges
    }

    var now: Instant { ledger.environment.now() }

    func host(_ name: String) -> (any ContainerHost)? { hosts[name] }

    /// Does all that can be done for a task now. What fails is tried again.
    func advance(_ task: TaskID) async -> Next {
        while !Task.isCancelled {
            do {
                let container = try await ledger.readers.read { try $0.store.container(of: task) }
                guard let container else { return .settled }
                let next = try await step(container)
                if next != .again { return next }
            } catch {
                logger.warning(
                    "a container couldn't be looked after and will be again",
                    metadata: ["task": "\(task)", "error": "\(error)"])
                return retry()
            }
        }
        return retry()
    }

    /// When what has failed is tried again.
    var retryInstant: Instant { now.advanced(byNanoseconds: settings.retrySeconds * 1_000_000_000) }

    func retry() -> Next { .retry(at: retryInstant) }

    private func step(_ container: KeptContainer) async throws -> Next {
        // Nothing was started: its end needs no answer of a host.
        if container.phase == .placed, container.isUnwanted { return try await recordCancel(container) }
        do {
            guard let host = hosts[container.host] else {
                throw EngineError(.unreachable, "the host \(container.host) isn't configured any more")
            }
            let next =
                switch container.phase {
                case .placed: try await prepare(container, host)
                case .starting: try await start(container, host)
                case .running: try await watch(container, host)
                case .ended: try await clear(container, host)
                }
            noteAnswer(container.host)
            health.noteReadable(container.task)
            return next
        } catch let error as EngineError {
            return try await judge(error, container)
        }
    }

    /// An engine that says no is asked again; one that is silent for long has lost what it may have started. What it
    /// never started waits for it, unless the queue finds another host.
    private func judge(_ error: EngineError, _ container: KeptContainer) async throws -> Next {
        // A call that we ended ourselves says nothing of the engine.
        try Task.checkCancellation()
        let since: Instant
        switch error.code {
        case .unreachable: since = noteSilence(container.host, error)
        case .badAnswer: since = health.noteUnreadable(container.task, at: now)
        default: throw error
        }
        guard now.nanoseconds - since.nanoseconds >= settings.lostSeconds * 1_000_000_000 else { return retry() }
        switch container.phase {
        case .placed: return retry()
        case .ended: return .retry(at: now.advanced(byNanoseconds: settings.checkSeconds * 1_000_000_000))
        case .starting, .running: break
        }
        try await lose(container, "the machine that ran the task was lost: \(error.message)")
        return .again
    }

    /// Ends a task of which nobody knows more: billed is what the last proof of life covers.
    func lose(_ container: KeptContainer, _ message: String) async throws {
        logger.error("a container is lost", metadata: ["task": "\(container.task)", "reason": "\(message)"])
        guard container.phase == .running, let started = container.startedAt else {
            return try await fail(container, .aborted, message)
        }
        let proof = max(started, container.lastProofAt ?? started)
        let events = try events(container).lost(after: proof, noticedAt: now, message)
        var ended = container
        ended.phase = .ended
        try await record(events, ended)
    }

    /// Ends a task whose container never ran.
    func fail(_ container: KeptContainer, _ outcome: Outcome, _ message: String) async throws {
        pulls.forget(container.task)
        try await ledger.writer.perform { service in
            try service.store.fail(
                container, outcome, message: message, by: service.actor(Author(who: ContainerEvents.source)))
        }
    }

    func events(_ container: KeptContainer) -> ContainerEvents {
        ContainerEvents(container: container, makeSalt: ledger.environment.makeSalt)
    }

    /// Records events and how far the container is: both, or nothing.
    func record(_ events: [DecodedEvent], _ container: KeptContainer) async throws {
        let conflicts = try await ledger.writer.perform { service in
            try service.store.transaction {
                let results = try service.store.record(events, at: service.environment.now())
                var conflicts: [String] = []
                for (event, result) in zip(events, results) {
                    switch result {
                    case .recorded, .duplicate: break
                    case .conflict(_, let fields): conflicts.append("\(event.fact.key.id): \(fields)")
                    case .refused(let error): throw error
                    }
                }
                try service.store.update(container)
                return conflicts
            }
        }
        for conflict in conflicts {
            logger.warning("an event was recorded before with other words", metadata: ["event": "\(conflict)"])
        }
    }

    func update(_ container: KeptContainer) async throws {
        try await ledger.writer.perform { try $0.store.update(container) }
    }

    /// The pull of a container's image to a host, begun now if it wasn't.
    func pull(_ order: ContainerOrder, of task: TaskID, _ host: any ContainerHost) -> PullTable.Course {
        pulls.course(
            of: task, on: host.name,
            orBegin: { [logger] progress in
                logger.info(
                    "an image is being pulled",
                    metadata: ["task": "\(task)", "host": "\(host.name)", "image": "\(order.specification.image)"])
                try await host.pull(order.specification.image, login: order.login, progress: progress)
            },
            whenOver: { [whenPulled] in whenPulled(task) })
    }
}

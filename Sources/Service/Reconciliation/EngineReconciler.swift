import ContainerEngine
import Foundation
import Logging
import ServiceLifecycle
import Store
import Synchronization
import UsageLedger
import Units

/// Compares the log with what the engines say, now and again while the server runs.
public final class EngineReconciler: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let hosts: [any ContainerHost]
    private let label: String
    private let intervalSeconds: Int64
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    init(
        ledger: ServedLedger, hosts: [any ContainerHost], label: String, intervalSeconds: Int64, logger: Logger
    ) {
        self.ledger = ledger
        self.hosts = hosts
        self.label = label
        self.intervalSeconds = intervalSeconds
        self.logger = logger
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The first comparison is one interval after the start, when keepers have caught up. One never overlaps another.
    public func run() async throws {
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + .seconds(Int(intervalSeconds)), repeating: .seconds(Int(intervalSeconds)))
        timer.setEventHandler { [waker] in waker.yield() }
        timer.resume()
        defer { timer.cancel() }
        for await _ in wakes.cancelOnGracefulShutdown() {
            do {
                try await compare()
            } catch {
                logger.warning("the engines couldn't be compared and will be", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Asks, compares, and tells what differs. Error: those of the store.
    @discardableResult
    func compare() async throws -> ListComparison {
        let asked = await AskedEngines.ask(hosts, label: label)
        for (host, reason) in asked.failures {
            logger.warning("an engine gave no list", metadata: ["host": "\(host)", "reason": "\(reason)"])
        }
        let compared = try await ledger.writer.perform { service in
            try service.reconcile(asked, by: Author(who: ContainerEvents.source))
        }
        for finding in compared.reconciliation.findings where !finding.isAccepted {
            logger.warning(
                "a run differs from its container",
                metadata: [
                    "task": "\(finding.claim.run.task)", "attempt": "\(finding.claim.run.attempt)",
                    "container": "\(finding.claim.container ?? "none")",
                    "differences": "\(finding.differences.map(\.kind.rawValue).joined(separator: ", "))",
                ])
        }
        for container in compared.unreadableContainers {
            logger.warning("a container bears our label and no task", metadata: ["container": "\(container)"])
        }
        ledger.reconciliation.note(compared, at: ledger.environment.now())
        try await clearLeftovers(asked.listings)
        return compared
    }

    /// Takes away what was made and never started, of tasks that are over: their host fell silent in between, and they
    /// went elsewhere. What fails is done the next time. Error: those of the store.
    private func clearLeftovers(_ listings: [ContainerListing]) async throws {
        for listing in listings {
            guard let host = hosts.first(where: { $0.name == listing.host }) else { continue }
            for state in listing.containers where state.status == .created && state.startedAt == nil {
                guard let task = state.labels[ContainerLabels.task].flatMap({ try? TaskID($0) }),
                    try await ledger.readers.read({ try $0.store.isSettled(task) })
                else { continue }
                try? await host.remove(state.id)
            }
        }
    }
}

import Foundation
import Logging
import ServiceLifecycle
import Store

/// Takes artifacts and outputs away when their time is over, or their task was deleted: first the file, then the row,
/// so that what is left half done is done again.
public final class FileExpiry: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let logger: Logger
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    public init(ledger: ServedLedger, logger: Logger) {
        self.ledger = ledger
        self.logger = logger
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    public func run() async throws {
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now(), repeating: .seconds(60))
        timer.setEventHandler { [waker] in waker.yield() }
        timer.resume()
        defer { timer.cancel() }
        for await _ in wakes.cancelOnGracefulShutdown() {
            do {
                try await removeExpired()
            } catch {
                logger.warning("old files of tasks couldn't be removed and will be", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Removes those that have expired by now.
    func removeExpired() async throws {
        guard let files = ledger.files else { return }
        let (artifacts, outputs) = try await ledger.readers.read { service in
            let now = service.environment.now()
            return (try service.store.expiredArtifacts(at: now), try service.store.expiredOutputs(at: now))
        }
        for artifact in artifacts {
            try files.remove(.artifact, of: artifact.task)
            try await ledger.writer.perform { try $0.store.removeArtifact(artifact.id) }
        }
        for task in outputs {
            try files.remove(.output, of: task)
            try await ledger.writer.perform { try $0.store.removeOutput(of: task) }
        }
    }
}

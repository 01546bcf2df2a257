import Foundation
import Logging
import Service
import ServiceLifecycle

/// Ends the server when a flush has failed: nobody knows what is on disk, and only a new process can find out.
public struct FailureWatch: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let logger: Logger

    public init(ledger: ServedLedger, logger: Logger) {
        self.ledger = ledger
        self.logger = logger
    }

    /// Error: that of the flush.
    public func run() async throws {
        for await failure in ledger.writer.failures.cancelOnGracefulShutdown() {
            logger.critical("nothing is acknowledged any more", metadata: ["error": .string(failure.message)])
            throw failure
        }
    }
}

/// Writes down once a minute when keys were last used.
public struct KeyUseSaver: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let logger: Logger
    private let ticks: @Sendable () -> AsyncStream<Void>

    public init(
        ledger: ServedLedger, logger: Logger, ticks: @escaping @Sendable () -> AsyncStream<Void> = { Ticks.everyMinute }
    ) {
        self.ledger = ledger
        self.logger = logger
        self.ticks = ticks
    }

    public func run() async throws {
        for await _ in ticks().cancelOnGracefulShutdown() {
            do {
                try await ledger.saveUseOfKeys()
            } catch {
                logger.warning("the last use of keys wasn't saved", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Moments at a steady distance.
public enum Ticks {
    public static var everyMinute: AsyncStream<Void> { every(seconds: 60) }

    static func every(seconds: Int) -> AsyncStream<Void> {
        let (ticks, telling) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + .seconds(seconds), repeating: .seconds(seconds))
        timer.setEventHandler { telling.yield() }
        nonisolated(unsafe) let held = timer
        telling.onTermination = { _ in held.cancel() }
        timer.resume()
        return ticks
    }
}

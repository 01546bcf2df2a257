import Foundation
import ServiceLifecycle

/// Looks each minute whether a month's use has reached a threshold: a running task costs more with no event at all.
public struct BudgetWatch: ServiceLifecycle.Service {
    private let ledger: ServedLedger
    private let interval: DispatchTimeInterval

    public init(ledger: ServedLedger, interval: DispatchTimeInterval = .seconds(60)) {
        self.ledger = ledger
        self.interval = interval
    }

    /// Until a graceful shutdown. What fails now is looked at again the next time.
    public func run() async throws {
        let (ticks, ticking) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: interval)
        timer.setEventHandler { ticking.yield() }
        timer.resume()
        defer { timer.cancel() }
        await withGracefulShutdownHandler {
            for await _ in ticks {
                try? await ledger.writer.perform { try $0.store.raiseBudgetAlerts(at: $0.environment.now()) }
            }
        } onGracefulShutdown: {
            ticking.finish()
        }
    }
}

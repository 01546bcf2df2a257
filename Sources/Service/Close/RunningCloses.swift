import Synchronization
import Units

/// Months that are being issued now, and how far. Lives in memory: a close that didn't commit hasn't happened.
public final class RunningCloses: Sendable {
    public struct Progress: Hashable, Sendable {
        /// Accounts calculated, and all of them; 0 of 0 while it waits for its turn.
        public var done = 0
        public var total = 0
    }

    private let running = Mutex<[BillingPeriod: Progress]>([:])

    init() {}

    /// How far the issue of a month is; `nil` when none runs.
    public func progress(of period: BillingPeriod) -> Progress? { running.withLock { $0[period] } }

    func note(_ period: BillingPeriod, done: Int, total: Int) {
        running.withLock { $0[period] = Progress(done: done, total: total) }
    }

    func end(_ period: BillingPeriod) { running.withLock { $0[period] = nil } }
}

import Synchronization
import Units

/// Since when which engines haven't answered. Kept in memory: after a restart each gets its time anew.
final class HostHealth: Sendable {
    private let silentSince = Mutex<[String: Instant]>([:])

    func noteAnswer(_ host: String) { silentSince.withLock { $0[host] = nil } }

    /// Since when it has been silent.
    func noteSilence(_ host: String, at now: Instant) -> Instant {
        silentSince.withLock { silent in
            let since = silent[host] ?? now
            silent[host] = since
            return since
        }
    }
}

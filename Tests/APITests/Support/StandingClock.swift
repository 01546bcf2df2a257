import Service
import Synchronization
import Units

/// A clock that stands still until a test moves it.
final class StandingClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ text: String) throws { instant = Mutex(try Instant(rfc3339: text)) }

    var now: Instant { instant.withLock { $0 } }

    func set(_ text: String) throws {
        let next = try Instant(rfc3339: text)
        instant.withLock { $0 = next }
    }

    /// Real ids and salts, this clock's time.
    var environment: ServiceEnvironment {
        let live = ServiceEnvironment.live
        return ServiceEnvironment(now: { self.now }, makeID: live.makeID, makeSalt: live.makeSalt)
    }
}

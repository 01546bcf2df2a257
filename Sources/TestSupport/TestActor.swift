import Store
import Units
import UsageLedger

/// Ids and salts that count up: the fakes of what a shell would make at random.
public final class CountedIdentifiers {
    private var count = 0

    public init() {}

    public func actor(who: String = "tester", reason: String? = nil, now: Instant) -> Actor {
        Actor(who: who, reason: reason, now: now, makeID: { self.id() }, makeSalt: { self.salt() })
    }

    public func id() -> String {
        count += 1
        return "test-\(count)"
    }

    public func salt() -> Salt {
        count += 1
        return (0..<16).map { UInt8(truncatingIfNeeded: count >> (8 * ($0 % 4))) }
    }
}

import Units

/// When signs of life of a running container are due: at a steady distance from its start, and at each Japanese
/// midnight, so that what ran before it is proved on its own day.
public struct LifeSigns: Hashable, Sendable {
    public let intervalSeconds: Int64

    /// - Parameter intervalSeconds: 1 or more.
    public init(intervalSeconds: Int64) {
        precondition(intervalSeconds >= 1, "signs of life have a distance")
        self.intervalSeconds = intervalSeconds
    }

    /// The first due instant after another one.
    /// - Parameter last: not before the start.
    public func next(after last: Instant, startedAt: Instant) -> Instant {
        let distance = intervalSeconds * 1_000_000_000
        let steps = (last.nanoseconds - startedAt.nanoseconds) / distance + 1
        let regular = startedAt.advanced(byNanoseconds: steps * distance)
        return min(regular, CivilDay(last).next.start)
    }

    /// The last due instant after one proof of life and up to another; `nil` when none is due.
    public func due(after last: Instant, upTo proof: Instant, startedAt: Instant) -> Instant? {
        var found: Instant?
        var next = next(after: last, startedAt: startedAt)
        while next <= proof {
            found = next
            next = self.next(after: next, startedAt: startedAt)
        }
        return found
    }
}

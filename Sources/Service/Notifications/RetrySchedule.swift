import Store
import Units

/// When a message that wasn't taken is sent again.
enum RetrySchedule {
    private static let second: Int64 = 1_000_000_000
    /// From one attempt to the next; the last repeats.
    private static let pauses: [Int64] = [5, 30, 120, 600, 1800, 3600, 7200, 10_800].map { $0 * second }
    /// From the first day's begin to its end: a message is tried for so long.
    static let lifetime: Int64 = 24 * 3600 * second

    /// `nil` when it has been tried for a day. The last attempt is made when the day ends.
    /// - Parameter attempts: made until now, this one included.
    static func next(attempts: Int, createdAt: Instant, now: Instant) -> Instant? {
        let end = createdAt.advanced(byNanoseconds: lifetime)
        guard now < end else { return nil }
        return min(now.advanced(byNanoseconds: pauses[min(attempts, pauses.count) - 1]), end)
    }
}

import Scheduling
import TestSupport
import Testing
import Units

/// Signs of life at a steady distance from the start, and at each Japanese midnight.
@Suite struct LifeSignsTests {
    private static let start = try! Instant(rfc3339: "2026-01-05T12:10:00+09:00")
    private let signs = LifeSigns(intervalSeconds: 1800)

    @Test(arguments: [
        ("05T12:10:00", "05T12:40:00"), ("05T12:39:59.999999999", "05T12:40:00"), ("05T12:40:00", "05T13:10:00"),
        ("05T23:40:00", "06T00:00:00"), ("05T23:59:59.999999999", "06T00:00:00"), ("06T00:00:00", "06T00:10:00"),
        ("06T00:09:00", "06T00:10:00"), ("06T00:10:00", "06T00:40:00"),
    ])
    func theNextOneIsAHalfHourOrMidnight(after last: String, next: String) throws {
        let last = try Instant(rfc3339: "2026-01-\(last)+09:00"), next = try Instant(rfc3339: "2026-01-\(next)+09:00")
        #expect(signs.next(after: last, startedAt: Self.start) == next)
    }

    @Test func ofSeveralThatAreDueTheLastCounts() throws {
        let day = try Instant(rfc3339: "2026-01-06T00:05:00+09:00")
        let midnight = try Instant(rfc3339: "2026-01-06T00:00:00+09:00")
        #expect(signs.due(after: Self.start, upTo: day, startedAt: Self.start) == midnight)
        #expect(signs.due(after: midnight, upTo: day, startedAt: Self.start) == nil)
        #expect(signs.due(after: Self.start, upTo: Self.start, startedAt: Self.start) == nil)
    }

    /// Every step forward, never more than the distance, and every midnight among them.
    @Test(arguments: TestSeed.values(100)) func noMidnightIsLeftOut(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let signs = LifeSigns(intervalSeconds: Int64(1 + generator.below(90_000)))
        let start = Self.start.advanced(byNanoseconds: Int64(generator.below(172_800_000)) * 1_000_000)
        var last = start
        for _ in 0..<200 {
            let next = signs.next(after: last, startedAt: start)
            #expect(next > last && next.nanoseconds - last.nanoseconds <= signs.intervalSeconds * 1_000_000_000)
            #expect(next <= CivilDay(last).next.start, "seed \(seed)")
            last = next
        }
    }
}

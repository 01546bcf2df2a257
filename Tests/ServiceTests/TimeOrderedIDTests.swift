import Service
import Testing
import Units

/// Ids of our own events.
@Suite struct TimeOrderedIDTests {
    @Test func eachIDIsGreaterThanTheOneBefore() {
        let ids = TimeOrderedIDs()
        let start = Instant(nanoseconds: 1_509_148_932_123_456_789)
        // More than fit one millisecond, then a clock that goes back, then on.
        let times = Array(repeating: start, count: 10_000) + [start.advanced(byNanoseconds: -5_000_000_000)]
        let made = (times + [start.advanced(byNanoseconds: 60_000_000_000)]).map(ids.next)
        #expect(zip(made, made.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(made[0].hasPrefix("015f6049-381b-7000-"))
    }

    @Test func theFormIsThatOfVersion7() {
        let id = TimeOrderedIDs().next(at: Instant(nanoseconds: 0))
        #expect(id.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(id.utf8.allSatisfy { "0123456789abcdef-".utf8.contains($0) })
        #expect("89ab".contains(id.split(separator: "-")[3].first!))
    }

    @Test func saltsHave16BytesAndDiffer() {
        let environment = ServiceEnvironment.live
        #expect(environment.makeSalt().count == 16)
        #expect(environment.makeSalt() != environment.makeSalt())
    }
}

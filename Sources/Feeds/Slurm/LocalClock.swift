import Units

import struct Foundation.Date
import struct Foundation.TimeZone

/// Turns the local times of one zone into instants, by the zone's rules and never by the host's zone.
///
/// A time that the zone skips has no instant; one that occurs twice is the first (F3). Days without a change of the
/// clock are remembered, so that most times cost one look-up.
struct LocalClock {
    private let zone: TimeZone
    private var offsetsOfDay: [Int64: [Int64]] = [:]

    private static let secondsPerDay: Int64 = 86_400
    /// No zone is further from UTC, and none changes its clock by more.
    private static let reach: Int64 = 26 * 3600

    /// Error: `unknown_time_zone`.
    init(zone name: String) throws(FeedError) {
        guard let zone = TimeZone(identifier: name) else {
            throw FeedError(.unknownTimeZone, "time zone '\(name)' is not known; write for example Asia/Tokyo")
        }
        self.zone = zone
    }

    /// The instant at which the zone's clocks show what `shown` would show in UTC; `nil` if they never do.
    mutating func instant(showing shown: Instant) -> Instant? {
        let local = shown.nanoseconds / 1_000_000_000
        let offsets = offsets(ofDay: local / Self.secondsPerDay)
        // The first of two comes with the greater offset: the clock was put back.
        let valid = offsets.count == 1 ? offsets[0] : offsets.first { offset(at: local - $0) == $0 }
        return valid.map { shown.advanced(byNanoseconds: -$0 * 1_000_000_000) }
    }

    /// The offsets in force around a local day, greatest first.
    private mutating func offsets(ofDay day: Int64) -> [Int64] {
        if let known = offsetsOfDay[day] { return known }
        let start = day * Self.secondsPerDay
        let found = stride(from: start - Self.reach, through: start + Self.secondsPerDay + Self.reach, by: 6 * 3600)
            .map { offset(at: $0) }
        let offsets = Set(found).sorted(by: >)
        offsetsOfDay[day] = offsets
        return offsets
    }

    private func offset(at seconds: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: .init(seconds))))
    }
}

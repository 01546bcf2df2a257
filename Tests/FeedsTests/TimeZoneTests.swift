import Feeds
import Testing

struct TimeZoneTests {
    /// Local time and the instant, `nil` where the zone has no such time.
    static let cases: [(zone: String, local: String, utc: String?)] = [
        ("Asia/Tokyo", "2026-11-23T22:40:00", "2026-11-23T13:40:00"),
        ("Asia/Tokyo", "2026-01-01T08:59:60", "2026-01-01T00:00:00"),
        ("UTC", "2026-03-08T02:30:00", "2026-03-08T02:30:00"),
        ("America/Los_Angeles", "2026-03-08T01:59:59", "2026-03-08T09:59:59"),
        ("America/Los_Angeles", "2026-03-08T02:00:00", nil),
        ("America/Los_Angeles", "2026-03-08T02:59:59", nil),
        ("America/Los_Angeles", "2026-03-08T03:00:00", "2026-03-08T10:00:00"),
        ("America/Los_Angeles", "2026-11-01T00:59:59", "2026-11-01T07:59:59"),
        ("America/Los_Angeles", "2026-11-01T01:00:00", "2026-11-01T08:00:00"),
        ("America/Los_Angeles", "2026-11-01T01:59:59", "2026-11-01T08:59:59"),
        ("America/Los_Angeles", "2026-11-01T02:00:00", "2026-11-01T10:00:00"),
        ("America/Los_Angeles", "2026-07-01T12:00:00", "2026-07-01T19:00:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15:00", nil),
        ("Pacific/Apia", "2011-12-30T12:00:00", nil),
        ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00"),
        ("Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59"),
    ]

    @Test(arguments: cases)
    func localTimes(zone: String, local: String, utc: String?) throws {
        let text = "JobID|User|Account|State|Start|End|AllocTRES\n1|u|a|RUNNING|\(local)|Unknown|gres/gpu=1\n"
        let found = try items(text, .slurm, FeedOptions(timeZone: zone))
        guard let utc else {
            return #expect(
                messages(found) == [
                    "line 2, column Start: '\(local)' doesn't exist in the time zone: the clock was put forward over it"
                ])
        }
        #expect(try time(try events(found)[0]).canonicalText == utc + ".000000000Z")
    }

    @Test func anUnknownZoneIsRefused() {
        #expect(throws: FeedError.self) {
            try FeedReader(source: PieceSource(""), format: .slurm, options: FeedOptions(timeZone: "Asia/Edo"))
        }
    }
}

import TestSupport
import Testing
import Units

/// RFC 3339 in, canonical UTC out, and nothing else is a time (§2).
@Suite struct InstantTests {
    @Test(arguments: [
        ("2017-10-28T00:02:12Z", "2017-10-28T00:02:12.000000000Z"),
        ("2017-10-28t00:02:12z", "2017-10-28T00:02:12.000000000Z"),
        ("2017-10-28 00:02:12Z", "2017-10-28T00:02:12.000000000Z"),
        // Fractions of one to nine digits.
        ("2017-10-28T00:02:12.1Z", "2017-10-28T00:02:12.100000000Z"),
        ("2017-10-28T00:02:12.12Z", "2017-10-28T00:02:12.120000000Z"),
        ("2017-10-28T00:02:12.123Z", "2017-10-28T00:02:12.123000000Z"),
        ("2017-10-28T00:02:12.1234Z", "2017-10-28T00:02:12.123400000Z"),
        ("2017-10-28T00:02:12.12345Z", "2017-10-28T00:02:12.123450000Z"),
        ("2017-10-28T00:02:12.123456Z", "2017-10-28T00:02:12.123456000Z"),
        ("2017-10-28T00:02:12.1234567Z", "2017-10-28T00:02:12.123456700Z"),
        ("2017-10-28T00:02:12.12345678Z", "2017-10-28T00:02:12.123456780Z"),
        ("2017-10-28T00:02:12.123456789Z", "2017-10-28T00:02:12.123456789Z"),
        ("2017-10-28T00:02:12.000000001+00:00", "2017-10-28T00:02:12.000000001Z"),
        // Offsets.
        ("2017-10-28T09:02:12+09:00", "2017-10-28T00:02:12.000000000Z"),
        ("2017-10-27T18:32:12-05:30", "2017-10-28T00:02:12.000000000Z"),
        ("2017-10-28T00:02:12-00:00", "2017-10-28T00:02:12.000000000Z"),
        ("2017-10-28T23:59:00+23:59", "2017-10-28T00:00:00.000000000Z"),
        ("2017-12-31T23:30:00-12:45", "2018-01-01T12:15:00.000000000Z"),
        ("2016-02-29T12:00:00+09:00", "2016-02-29T03:00:00.000000000Z"),
        // A leap second is the next second's start; its fraction is dropped.
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000000Z"),
        ("2016-12-31T23:59:60.999999999Z", "2017-01-01T00:00:00.000000000Z"),
        ("2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00.000000000Z"),
        // The first and the last instant, also by way of an offset.
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z"),
        ("1969-12-31T23:59:60Z", "1970-01-01T00:00:00.000000000Z"),
        ("1969-12-31T20:00:00-05:00", "1970-01-01T01:00:00.000000000Z"),
        ("2199-12-31T23:59:59.999999999+09:00", "2199-12-31T14:59:59.999999999Z"),
        ("2200-01-01T08:59:59+23:59", "2199-12-31T09:00:59.000000000Z"),
    ])
    func taken(text: String, canonical: String) throws {
        #expect(try Instant(rfc3339: text).canonicalText == canonical)
    }

    @Test(arguments: [
        "1969-12-31T23:59:59.999999999Z", "1969-12-31T00:00:00Z", "1970-01-01T08:59:59+09:00", "1968-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z", "2199-12-31T15:00:00Z", "2199-12-31T14:59:60Z", "2200-01-01T00:00:00+09:00",
        "2200-03-01T00:00:00Z", "2201-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    ])
    func outOfRange(text: String) {
        #expect(code(text) == .instantOutOfRange)
    }

    @Test(arguments: [
        "", "Z", "2017-10-28", "2017-10-28T00:02Z", "2017-10-28T00:02:12", "2017-10-28T00:02:12.Z",
        "2017-10-28T00:02:12.1234567890Z", "2017-10-28T00:02:12,5Z", "2017-10-28T24:00:00Z", "2017-10-28T00:60:00Z",
        "2017-10-28T00:00:61Z", "2017-00-28T00:00:00Z", "2017-13-28T00:00:00Z", "2017-10-00T00:00:00Z",
        "2017-10-32T00:00:00Z", "2017-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1969-02-29T00:00:00Z",
        "2200-02-29T00:00:00Z", "2017-10-28T00:02:12+9:00", "2017-10-28T00:02:12+0900", "2017-10-28T00:02:12+09",
        "2017-10-28T00:02:12+24:00", "2017-10-28T00:02:12+09:60", "2017-10-28T00:02:12+09:00x",
        "2017-10-28T00:02:12Zx", "2017-10-28T00:02:12Z ", " 2017-10-28T00:02:12Z", "2017/10/28T00:02:12Z",
        "+2017-10-28T00:02:12Z", "-2017-10-28T00:02:12Z", "17-10-28T00:02:12Z", "2017-10-28X00:02:12Z",
        "2017-10-28T00:02:12\u{0}", "２０１７-10-28T00:02:12Z", "2017-10-28T00:02:12\u{2212}09:00", "1509148932", "now",
    ])
    func noTime(text: String) {
        #expect(code(text) == .invalidInstant)
    }

    /// A message shows what was sent, and no more of it than a person wants to read.
    @Test func messagesAreShort() {
        let error = #expect(throws: UnitError.self) { try Instant(rfc3339: String(repeating: "9", count: 100_000)) }
        #expect((error?.message.count ?? 0) < 200)
    }

    @Test func everyInstantComesBack() throws {
        var generator = SeededGenerator(seed: TestSeed.value)
        let end = CivilDay.last.next.start.nanoseconds
        for round in 0..<5_000 {
            let instant = Instant(nanoseconds: Int64(generator.next() % UInt64(end)))
            let comment: Comment = "seed \(TestSeed.value), round \(round): \(instant.nanoseconds) ns"
            #expect(instant.canonicalText.utf8.count == 30, comment)
            #expect(try Instant(rfc3339: instant.canonicalText) == instant, comment)
            let cut = Instant(nanoseconds: instant.nanoseconds - instant.nanoseconds % 1_000_000)
            #expect(try Instant(rfc3339: instant.description) == cut, comment)
            #expect(instant.description.hasSuffix("+09:00") && instant.description.utf8.count == 29, comment)
        }
    }

    /// Any offset names the same instant.
    @Test func offsetsNameTheSameInstant() throws {
        let noon = try Instant(rfc3339: "2017-11-05T12:00:00Z")
        for minutes in stride(from: -1439, through: 1439, by: 7) {
            let local = noon.advanced(byNanoseconds: Int64(minutes) * 60_000_000_000)
            let magnitude = abs(minutes)
            let offset = (minutes < 0 ? "-" : "+") + pair(magnitude / 60) + ":" + pair(magnitude % 60)
            #expect(try Instant(rfc3339: local.canonicalText.dropLast() + offset) == noon, "offset \(offset)")
        }
    }

    @Test func japanTimeForPeople() throws {
        let instant = try Instant(rfc3339: "2017-10-31T15:00:00.0019Z")
        #expect(instant.description == "2017-11-01T00:00:00.001+09:00")
        #expect(instant.tableText == "2017-11-01 00:00:00")
        #expect(Instant(nanoseconds: -1).canonicalText == "1969-12-31T23:59:59.999999999Z")
    }

    private func code(_ text: String) -> UnitError.Code? {
        do throws(UnitError) {
            _ = try Instant(rfc3339: text)
            return nil
        } catch { return error.code }
    }

    private func pair(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

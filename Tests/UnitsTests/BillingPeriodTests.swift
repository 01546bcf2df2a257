import Testing
import Units

/// A month of Japan: from its first midnight to the next month's, that one left out.
@Suite struct BillingPeriodTests {
    @Test(arguments: [
        ("2017-10", "2017-09-30T15:00:00.000000000Z", "2017-10-31T15:00:00.000000000Z", "2017-10-31"),
        ("2016-02", "2016-01-31T15:00:00.000000000Z", "2016-02-29T15:00:00.000000000Z", "2016-02-29"),
        ("2017-02", "2017-01-31T15:00:00.000000000Z", "2017-02-28T15:00:00.000000000Z", "2017-02-28"),
        ("2100-02", "2100-01-31T15:00:00.000000000Z", "2100-02-28T15:00:00.000000000Z", "2100-02-28"),
        ("2017-12", "2017-11-30T15:00:00.000000000Z", "2017-12-31T15:00:00.000000000Z", "2017-12-31"),
        ("1970-01", "1969-12-31T15:00:00.000000000Z", "1970-01-31T15:00:00.000000000Z", "1970-01-31"),
        ("2199-12", "2199-11-30T15:00:00.000000000Z", "2199-12-31T15:00:00.000000000Z", "2199-12-31"),
    ])
    func borders(text: String, start: String, end: String, lastDay: String) throws {
        let period = try BillingPeriod(text: text)
        #expect(period.start.canonicalText == start)
        #expect(period.end.canonicalText == end)
        #expect(period.firstDay.description == text + "-01")
        #expect(period.lastDay.description == lastDay)
        // 00:00 belongs to the new day, and so to the new month.
        #expect(CivilDay(period.start).period == period)
        #expect(CivilDay(period.end.advanced(byNanoseconds: -1)).period == period)
        #expect(CivilDay(period.end).period == period.next)
    }

    @Test func everyMonthComesBack() throws {
        let last = try BillingPeriod(text: "2199-12")
        var period = try BillingPeriod(text: "1970-01")
        var months = 0
        while period <= last {
            months += 1
            #expect(try BillingPeriod(text: period.description) == period)
            #expect(period.next.previous == period && period.next > period)
            if period < last { #expect(period.next.start == period.end) }
            #expect(period.contains(period.firstDay) && period.contains(period.lastDay))
            #expect(!period.contains(period.firstDay.previous) && !period.contains(period.lastDay.next))
            period = period.next
        }
        #expect(months == 230 * 12)
    }

    @Test func headOfADocumentNumber() throws {
        #expect(try BillingPeriod(text: "2017-01").compact == "201701")
        #expect(try BillingPeriod(text: "2017-12").compact == "201712")
    }

    @Test(arguments: [
        "", "2017", "2017-", "2017-1", "2017-00", "2017-13", "201710", "2017-10-01", "2017/10", "17-10", "1969-12",
        "2200-01", " 2017-10", "2017-10 ", "２０１７-10", "-017-10",
    ])
    func noMonths(text: String) {
        let error = #expect(throws: UnitError.self) { try BillingPeriod(text: text) }
        #expect(error?.code == .invalidPeriod)
    }
}

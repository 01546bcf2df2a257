import Testing
import Units

@Suite struct CivilDayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1970-01-02", 1), ("2000-02-29", 11016), ("2017-11-01", 17471), ("2199-12-31", 84005),
    ])
    func daysAreCountedFrom1970(text: String, number: Int32) throws {
        let day = try CivilDay(text: text)
        #expect(day.number == number)
        #expect(day.description == text)
    }

    @Test func everyDayComesBack() {
        for number in 0...CivilDay.last.number {
            let (year, month, day) = CivilDay(number: number).components
            #expect(CivilDay(year: year, month: month, day: day)?.number == number)
        }
    }

    @Test(arguments: [
        "1969-12-31", "2200-01-01", "2017-02-29", "2017-13-01", "2017-00-10", "2017-1-01", "20171101", "",
    ])
    func refusedDays(text: String) {
        #expect(throws: UnitError.self) { try CivilDay(text: text) }
    }

    @Test func midnightInJapanBelongsToTheNewDay() throws {
        let midnight = try Instant(rfc3339: "2017-10-31T15:00:00Z")
        #expect(CivilDay(midnight).description == "2017-11-01")
        #expect(CivilDay(midnight.advanced(byNanoseconds: -1)).description == "2017-10-31")
        #expect(CivilDay(midnight).start == midnight)
        #expect(try BillingPeriod(text: "2017-10").end == midnight)
    }
}

import Billing
import TestSupport
import Testing
import Units

@Suite struct DueDayTests {
    @Test(arguments: [
        ("2026-09", "2026-11-02"), ("2026-11", "2027-01-04"), ("2026-12", "2027-02-01"), ("2027-01", "2027-03-01"),
        ("2028-11", "2029-01-04"), ("2019-03", "2019-05-07"), ("2017-11", "2018-01-04"),
    ])
    func theLastDayOfTheNextMonthMovesToABankDay(period: String, day: String) throws {
        #expect(DueDay.of(try BillingPeriod(text: period)).description == day)
    }

    /// The golden file is what the Python package `holidays` says (Tests/BillingTests/Golden/print_japan_days.py).
    @Test func holidaysAreThoseOfAnotherProgram() throws {
        var found = ""
        var day = try CivilDay(text: "2017-01-01")
        while day <= (try CivilDay(text: "2035-12-31")) {
            if JapaneseHolidays.contains(day) { found += "\(day)\n" }
            day = day.next
        }
        #expect(Golden.difference(found, "holidays-2017-2035.txt", besides: #filePath) == nil)
    }
}

/// A day of the Japanese calendar (UTC + 9 h, always), counted from 1970-01-01. 00:00 belongs to the new day.
public struct CivilDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int32

    public static let nanosecondsPerDay: Int64 = 86_400_000_000_000
    static let japanOffsetNanoseconds: Int64 = 9 * 3_600_000_000_000
    /// 2199-12-31.
    public static let last = CivilDay(year: 2199, month: 12, day: 31)!
    /// 1970-01-01.
    public static let first = CivilDay(number: 0)

    public init(number: Int32) { self.number = number }

    /// `nil` for a date that the calendar doesn't have, or outside 1970 … 2199. Proleptic Gregorian, integers only.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...2199).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, year: year)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `YYYY-MM-DD`. Error: `invalid_day`.
    public init(text: String) throws(UnitError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]),
            let value = CivilDay(year: year, month: month, day: day)
        else {
            throw UnitError(
                .invalidDay, "'\(text.prefix(40))' is no day from 1970-01-01 to 2199-12-31; write YYYY-MM-DD")
        }
        self = value
    }

    /// The day that holds an instant.
    public init(_ instant: Instant) {
        let shifted = instant.nanoseconds + Self.japanOffsetNanoseconds
        let quotient = shifted / Self.nanosecondsPerDay
        number = Int32(shifted % Self.nanosecondsPerDay < 0 ? quotient - 1 : quotient)
    }

    /// The day's first instant, 00:00 JST.
    public var start: Instant {
        Instant(nanoseconds: Int64(number) * Self.nanosecondsPerDay - Self.japanOffsetNanoseconds)
    }

    public var next: CivilDay { CivilDay(number: number + 1) }
    public var previous: CivilDay { CivilDay(number: number - 1) }

    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    public var period: BillingPeriod {
        let (year, month, _) = components
        return BillingPeriod(monthNumber: Int32(year * 12 + month - 1))
    }

    public static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

    public var description: String {
        let (year, month, day) = components
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
    }

    static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

func digits(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
        return nil
    }
    return Int(text)
}

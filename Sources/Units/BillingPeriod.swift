/// One calendar month in Japan time, half-open: `[first day 00:00 JST, next month's first day 00:00 JST)`.
public struct BillingPeriod: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// year × 12 + month − 1.
    public let monthNumber: Int32

    public init(monthNumber: Int32) { self.monthNumber = monthNumber }

    /// Reads `YYYY-MM`. Error: `invalid_period`.
    public init(text: String) throws(UnitError) {
        guard text.utf8.count == 7, let day = try? CivilDay(text: text + "-01") else {
            throw UnitError(.invalidPeriod, "'\(text.prefix(40))' is no month from 1970-01 to 2199-12; write YYYY-MM")
        }
        self = day.period
    }

    public var year: Int { Int(monthNumber) / 12 }
    public var month: Int { Int(monthNumber) % 12 + 1 }
    public var firstDay: CivilDay { CivilDay(year: year, month: month, day: 1)! }
    public var lastDay: CivilDay { CivilDay(year: year, month: month, day: CivilDay.days(inMonth: month, year: year))! }
    public var start: Instant { firstDay.start }
    /// The first instant that is no longer in the period.
    public var end: Instant { lastDay.next.start }
    public var next: BillingPeriod { BillingPeriod(monthNumber: monthNumber + 1) }
    public var previous: BillingPeriod { BillingPeriod(monthNumber: monthNumber - 1) }

    public func contains(_ day: CivilDay) -> Bool { day >= firstDay && day <= lastDay }

    public static func < (left: BillingPeriod, right: BillingPeriod) -> Bool { left.monthNumber < right.monthNumber }

    public var description: String { "\(year)-\(twoDigits(month))" }
    /// `YYYYMM`, the head of a document number.
    public var compact: String { "\(year)\(twoDigits(month))" }
}

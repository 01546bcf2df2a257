/// Numbers of days, months and instants as they are stored, read with care: `nil` for what lies outside 1970 … 2199.
extension CivilDay {
    /// - Parameter number: days since 1970-01-01.
    public init?(inCalendar number: Int64) {
        guard (0...Int64(Self.last.number)).contains(number) else { return nil }
        self.init(number: Int32(number))
    }
}

extension BillingPeriod {
    /// - Parameter number: year × 12 + month − 1.
    public init?(inCalendar number: Int64) {
        let first = Int64(CivilDay.first.period.monthNumber), last = Int64(CivilDay.last.period.monthNumber)
        guard (first...last).contains(number) else { return nil }
        self.init(monthNumber: Int32(number))
    }
}

extension Instant {
    /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z.
    public init?(inCalendar nanoseconds: Int64) {
        guard (0..<CivilDay.last.next.start.nanoseconds).contains(nanoseconds) else { return nil }
        self.init(nanoseconds: nanoseconds)
    }
}

import Units

/// When a document is to be paid (§9): the last day of the month after the period, moved to the next day on which banks
/// work.
public enum DueDay {
    /// The due day of a period's documents.
    public static func of(_ period: BillingPeriod) -> CivilDay {
        var day = period.next.lastDay
        while !isBankDay(day) { day = day.next }
        return day
    }

    /// No weekend, no holiday, and not one of 12-31 … 01-03, on which banks rest.
    public static func isBankDay(_ day: CivilDay) -> Bool {
        let (_, month, dayOfMonth) = day.components
        if month == 12 && dayOfMonth == 31 || month == 1 && dayOfMonth <= 3 { return false }
        return day.weekday != .saturday && day.weekday != .sunday && !JapaneseHolidays.contains(day)
    }
}

import Units

/// National holidays of Japan (国民の祝日に関する法律) from 2017 on, by the law's rules: fixed days, Mondays, equinoxes as
/// astronomers foretell them (the cabinet names each only in the February before), substitute holidays, days between
/// two holidays, and what single laws moved: the accession of 2019 and the games of 2020 and 2021.
public enum JapaneseHolidays {
    /// Whether a day is a holiday. Right for 2017 … 2099; later equinoxes are estimates.
    public static func contains(_ day: CivilDay) -> Bool {
        if isNamed(day) { return true }
        if isNamed(day.previous), isNamed(day.next), day.weekday != .sunday { return true }
        // A holiday on a Sunday moves to the next day that is none.
        var earlier = day.previous
        while isNamed(earlier) {
            if earlier.weekday == .sunday { return true }
            earlier = earlier.previous
        }
        return false
    }

    /// Holidays that the law names, before substitutes and days in between.
    private static func isNamed(_ date: CivilDay) -> Bool {
        let (year, month, day) = date.components
        switch (month, day) {
        case (1, 1), (2, 11), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23): return true
        case (2, 23): return year >= 2020
        case (12, 23): return year <= 2018
        case (5, 1), (10, 22): if year == 2019 { return true }
        case (3, _): return day == equinox(year, dayMillionths: 20_843_100)
        default: break
        }
        switch year {
        case 2020 where [7, 8, 10].contains(month): return [(7, 23), (7, 24), (8, 10)].contains { $0 == (month, day) }
        case 2021 where [7, 8, 10].contains(month): return [(7, 22), (7, 23), (8, 8)].contains { $0 == (month, day) }
        default: break
        }
        switch month {
        case 1, 10: return date.isMonday(2, day)
        case 7: return date.isMonday(3, day)
        case 8: return day == 11
        case 9: return date.isMonday(3, day) || day == equinox(year, dayMillionths: 23_248_800)
        default: return false
        }
    }

    /// The usual formula for 1980 … 2099, in integers.
    private static func equinox(_ year: Int, dayMillionths: Int) -> Int {
        (dayMillionths + 242_194 * (year - 1980)) / 1_000_000 - (year - 1980) / 4
    }
}

/// A day of the week.
public enum Weekday: Int, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

extension CivilDay {
    /// 1970-01-01 was a Thursday.
    public var weekday: Weekday { Weekday(rawValue: ((Int(number) + 3) % 7 + 7) % 7)! }

    fileprivate func isMonday(_ count: Int, _ day: Int) -> Bool {
        weekday == .monday && (day - 1) / 7 + 1 == count
    }
}

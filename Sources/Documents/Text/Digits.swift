import Units

/// Numbers as people read them.
public enum Digits {
    /// Thousands separators in the whole part of a plain decimal: `1071088.24` → `1,071,088.24`.
    public static func grouped(_ decimal: String) -> String {
        let isNegative = decimal.hasPrefix("-")
        let parts = decimal.drop { $0 == "-" }.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return decimal
        }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return (isNegative ? "-" : "") + grouped + (parts.count > 1 ? "." + parts[1] : "")
    }

    public static func grouped(_ value: Int64) -> String { grouped(String(value)) }
    public static func grouped(_ yen: Yen) -> String { grouped(yen.amount) }

    /// `2017年10月5日`.
    public static func japanese(_ day: CivilDay) -> String {
        let (year, month, day) = day.components
        return "\(year)年\(month)月\(day)日"
    }

    /// `2017年10月`.
    public static func japanese(_ period: BillingPeriod) -> String { "\(period.year)年\(period.month)月" }

    /// Lowercase hexadecimal digits.
    public static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

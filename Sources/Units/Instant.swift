/// A point in time: signed 64-bit nanoseconds since 1970-01-01T00:00:00Z (§2). From outside only 1970 … 2199 is
/// accepted.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Reads RFC 3339 with any offset and up to nine fraction digits. A leap second `:60` is read as the next second's
    /// start (its fraction is dropped). Errors: `invalid_instant`, then `instant_out_of_range` (before 1970 or after
    /// 2199 in Japan).
    public init(rfc3339 text: String) throws(UnitError) {
        var text = text
        let parsed = text.withUTF8 { RFC3339.parse($0) }
        switch parsed {
        case .success(let instant): self = instant
        case .failure(let error): throw error
        }
    }

    /// UTC with nine fraction digits, the form of canonical bodies: `2017-10-28T00:02:12.000000000Z`.
    public var canonicalText: String {
        String(unsafeUninitializedCapacity: 30) { RFC3339.writeCanonical(self, into: $0) }
    }

    /// Japan time with milliseconds (cut down), the form of answers: `2017-10-28T09:02:12.000+09:00`.
    public var description: String {
        let day = CivilDay(self)
        let inDay = nanoseconds - day.start.nanoseconds
        let milliseconds = inDay / 1_000_000
        let fraction = String(milliseconds % 1000)
        let seconds = Int(milliseconds / 1000)
        return "\(day)T\(twoDigits(seconds / 3600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))."
            + String(repeating: "0", count: 3 - fraction.count) + fraction + "+09:00"
    }

    /// Japan time to the second, the form of tables: `2017-10-28 09:02:12`.
    public var tableText: String { String(description.prefix(19)).replacing("T", with: " ") }

    public func advanced(byNanoseconds delta: Int64) -> Instant { Instant(nanoseconds: nanoseconds + delta) }
}

/// RFC 3339 by integers. No allocation, no calendar of the host.
public enum RFC3339 {
    /// Reads the bytes of one timestamp. Constant time.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Instant, UnitError> {
        guard let fields = Fields(bytes) else {
            return .failure(
                UnitError(
                    .invalidInstant, "time '\(shown(bytes))' is not RFC 3339; write for example 2017-10-28T00:02:12Z"))
        }
        guard let instant = fields.instant else {
            return .failure(
                UnitError(.instantOutOfRange, "time '\(shown(bytes))' is outside 1970 … 2199 (Japan time)"))
        }
        return .success(instant)
    }

    /// Writes the 30 bytes of `canonicalText` and gives their count.
    public static func writeCanonical(_ instant: Instant, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let utcDay = CivilDay(number: Int32(floorDivide(instant.nanoseconds, CivilDay.nanosecondsPerDay)))
        let (year, month, day) = utcDay.components
        var rest = instant.nanoseconds - Int64(utcDay.number) * CivilDay.nanosecondsPerDay
        let fraction = rest % 1_000_000_000
        rest /= 1_000_000_000
        write(Int64(year), 4, at: 0, buffer)
        buffer[4] = UInt8(ascii: "-")
        write(Int64(month), 2, at: 5, buffer)
        buffer[7] = UInt8(ascii: "-")
        write(Int64(day), 2, at: 8, buffer)
        buffer[10] = UInt8(ascii: "T")
        write(rest / 3600, 2, at: 11, buffer)
        buffer[13] = UInt8(ascii: ":")
        write(rest / 60 % 60, 2, at: 14, buffer)
        buffer[16] = UInt8(ascii: ":")
        write(rest % 60, 2, at: 17, buffer)
        buffer[19] = UInt8(ascii: ".")
        write(fraction, 9, at: 20, buffer)
        buffer[29] = UInt8(ascii: "Z")
        return 30
    }

    private static func write(_ value: Int64, _ width: Int, at offset: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>)
    {
        var value = value
        for index in stride(from: width - 1, through: 0, by: -1) {
            buffer[offset + index] = UInt8(ascii: "0") + UInt8(value % 10)
            value /= 10
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    private static func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes.prefix(40), as: UTF8.self)
    }
}

/// The fields of one timestamp, checked one by one.
private struct Fields {
    let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
    let fractionNanoseconds: Int64
    let offsetMinutes: Int

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20,
            let year = Self.number(bytes, 0, 4), bytes[4] == UInt8(ascii: "-"),
            let month = Self.number(bytes, 5, 2), bytes[7] == UInt8(ascii: "-"),
            let day = Self.number(bytes, 8, 2), bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            let hour = Self.number(bytes, 11, 2), hour <= 23, bytes[13] == UInt8(ascii: ":"),
            let minute = Self.number(bytes, 14, 2), minute <= 59, bytes[16] == UInt8(ascii: ":"),
            let second = Self.number(bytes, 17, 2), second <= 60, (1...12).contains(month), day >= 1,
            day <= CivilDay.days(inMonth: month, year: year)
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            while index < bytes.count, let digit = Self.number(bytes, index, 1) {
                guard index - first < 9 else { return nil }
                fraction = fraction * 10 + Int64(digit)
                index += 1
            }
            guard index > first else { return nil }
            for _ in (index - first)..<9 { fraction *= 10 }
        }
        guard let offset = Self.offset(bytes, index) else { return nil }
        (self.year, self.month, self.day, self.hour, self.minute, self.second) = (
            year, month, day, hour, minute, second
        )
        fractionNanoseconds = second == 60 ? 0 : fraction
        offsetMinutes = offset
    }

    /// `nil` outside 1970-01-01T00:00Z … the end of 2199 in Japan.
    var instant: Instant? {
        // One year more on both sides, so that an offset can bring the instant into range.
        guard (1969...2200).contains(year) else { return nil }
        let sameDayLater = CivilDay(year: year < 1970 ? 1973 : year == 2200 ? 2196 : year, month: month, day: day)
        guard var dayNumber = sameDayLater.map({ Int64($0.number) }) else { return nil }
        if year < 1970 { dayNumber -= 1461 }
        if year == 2200 { dayNumber += month <= 2 ? 1461 : 1460 }
        let seconds = dayNumber * 86_400 + Int64(hour * 3600 + minute * 60 + second - offsetMinutes * 60)
        let value = Instant(nanoseconds: seconds * 1_000_000_000 + fractionNanoseconds)
        guard value.nanoseconds >= 0, value < CivilDay.last.next.start else { return nil }
        return value
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        if bytes[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == bytes.count ? 0 : nil }
        guard bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"), bytes.count == index + 6,
            let hours = number(bytes, index + 1, 2), hours <= 23, bytes[index + 3] == UInt8(ascii: ":"),
            let minutes = number(bytes, index + 4, 2), minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (bytes[index] == UInt8(ascii: "-") ? -1 : 1)
    }
}

extension Instant {
    /// Later than every instant that is accepted: an event cut that cuts nothing.
    public static let endOfTime = Instant(nanoseconds: .max)
}

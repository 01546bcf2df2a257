import Synchronization
import Units

/// Makes UUIDs of version 7 (RFC 9562): milliseconds, a count inside the millisecond, random bits. Each is greater than
/// the one before, as text too, so that the log's key index grows at its end.
public final class TimeOrderedIDs: Sendable {
    private struct Last {
        var milliseconds: UInt64 = 0
        var count: UInt64 = 0
    }

    private let last = Mutex(Last())
    private static let countsPerMillisecond: UInt64 = 4096

    public init() {}

    public func next(at now: Instant) -> String {
        let (milliseconds, count) = last.withLock { last -> (UInt64, UInt64) in
            let present = UInt64(max(0, now.nanoseconds / 1_000_000))
            if present > last.milliseconds {
                last = Last(milliseconds: present)
            } else if last.count + 1 < Self.countsPerMillisecond {
                last.count += 1
            } else {
                last = Last(milliseconds: last.milliseconds + 1)
            }
            return (last.milliseconds, last.count)
        }
        let random = UInt64.random(in: 0..<1 << 62)
        let high = milliseconds << 16 | 0x7000 | count
        let low = 1 << 63 | random
        let digits = Self.digits(high) + Self.digits(low)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }.joined(
            separator: "-")
    }

    private static func digits(_ value: UInt64) -> [UInt8] {
        let hexadecimal = Array(String(value, radix: 16).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: 16 - hexadecimal.count) + hexadecimal
    }
}

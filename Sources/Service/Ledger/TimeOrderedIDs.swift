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
        var digits: [UInt8] = []
        digits.reserveCapacity(36)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { digits.append(UInt8(ascii: "-")) }
            let word = place < 16 ? high : low
            digits.append(Self.hexadecimal[Int(word >> UInt64(60 - place % 16 * 4) & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}

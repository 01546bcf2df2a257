import Glibc
import Synchronization

/// The header `Date` (RFC 9110 § 6.6.1), made once a second.
final class HTTPDate: Sendable {
    private let made = Mutex<(second: Int, text: String)>((0, ""))

    var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let second = time.tv_sec
        return made.withLock { made in
            if made.second != second { made = (second, Self.text(ofSecond: second)) }
            return made.text
        }
    }

    /// - Parameter second: since 1970-01-01T00:00:00Z.
    static func text(ofSecond second: Int) -> String {
        var second = second, parts = tm()
        gmtime_r(&second, &parts)
        // English names, whatever the process's locale.
        let locale = newlocale(1 << LC_TIME, "C", nil)
        defer { freelocale(locale) }
        var bytes = [CChar](repeating: 0, count: 64)
        let length = strftime_l(&bytes, bytes.count, "%a, %d %b %Y %H:%M:%S GMT", &parts, locale)
        return String(decoding: bytes[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

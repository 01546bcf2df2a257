import NIOHTTP1

/// What the short way asks of a request's head, read in one pass.
struct PlainHead {
    /// Path and query as they were sent; begins with a slash.
    let target: String
    private(set) var authority: String?
    private(set) var authorization: String?
    private(set) var contentType: String?
    /// Of the body, as announced; `nil` when there is none.
    private(set) var length: Int?

    /// `nil` for a head that holds what only the routes know how to honour.
    init?(_ head: HTTPRequestHead) {
        guard head.version == .http1_1, head.uri.utf8.first == UInt8(ascii: "/") else { return nil }
        target = head.uri
        for (name, value) in head.headers {
            guard take(name, value) else { return nil }
        }
    }

    /// False for a field that isn't plain: one that asks for more, or stands there twice.
    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name.utf8.count {
        case 4 where Self.isSame(name, "host"): Self.set(&authority, value)
        case 12 where Self.isSame(name, "content-type"): Self.set(&contentType, value)
        case 13 where Self.isSame(name, "authorization"): Self.set(&authorization, value)
        case 14 where Self.isSame(name, "content-length"): takeLength(value)
        case 10 where Self.isSame(name, "connection"): Self.isSame(value, "keep-alive")
        case 6 where Self.isSame(name, "expect"), 7 where Self.isSame(name, "upgrade"),
            16 where Self.isSame(name, "content-encoding"), 17 where Self.isSame(name, "transfer-encoding"):
            false
        default: true
        }
    }

    private mutating func takeLength(_ value: String) -> Bool {
        guard length == nil, let count = Int(value), count >= 0 else { return false }
        length = count
        return true
    }

    private static func set(_ field: inout String?, _ value: String) -> Bool {
        guard field == nil else { return false }
        field = value
        return true
    }

    /// Whether a name is the given one of small ASCII letters and hyphens, in letters of either size.
    private static func isSame(_ name: String, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in name.utf8.elementsEqual(word) { $0 | 0x20 == $1 } }
    }
}

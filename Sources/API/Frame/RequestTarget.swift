import Service

/// Path and query of a request, taken apart and decoded. Tricks end here: what gets past it is clean text.
struct RequestTarget {
    /// Parts of the path between slashes, percent-decoded; empty ones are left out.
    let segments: [String]
    /// Names and values, decoded as forms are: `+` is a space.
    let query: [(name: String, value: String)]
    /// What is wrong with the query, for whoever reads it.
    let queryIssue: String?
    /// Path and query as they were sent, without scheme, host and fragment.
    private let text: Substring

    /// Error: `invalid_request` for a path that isn't percent-encoded UTF-8, holds control characters, or steps up.
    init(_ target: String) throws {
        var target = Substring(target)
        // The absolute form, which a proxy is sent: scheme and host are left out.
        if target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") {
            let rest = target[scheme.upperBound...]
            target = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
        }
        let bytes = target.utf8.prefix { $0 != UInt8(ascii: "#") }
        text = Substring(bytes)
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        segments = try path.split(separator: UInt8(ascii: "/")).map { segment in
            guard let text = Self.decode(segment, plusIsSpace: false),
                text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }),
                text != ".", text != ".."
            else {
                throw ServiceError(
                    .invalidRequest,
                    "the path holds '\(String(Substring(segment.prefix(40))).printableASCII)'; send percent-encoded "
                        + "UTF-8 without control characters and without . or .. as a part")
            }
            return text
        }
        (query, queryIssue) = Self.query(Substring(bytes[path.endIndex...].dropFirst()))
    }

    /// What follows the first parts of the path, as it was sent; begins with a slash.
    func rest(after count: Int) -> String {
        let slash = UInt8(ascii: "/"), bytes = text.utf8
        var rest = bytes[...]
        for _ in 0..<count {
            rest = rest.drop { $0 == slash }
            rest = rest.drop { $0 != slash && $0 != UInt8(ascii: "?") }
        }
        return rest.first == slash ? String(Substring(rest)) : "/" + String(Substring(rest))
    }

    private static func query(_ text: Substring) -> (values: [(name: String, value: String)], issue: String?) {
        guard !text.isEmpty else { return ([], nil) }
        var values: [(name: String, value: String)] = []
        var issue: String?
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(parts[0].utf8, plusIsSpace: true),
                let value = decode(parts.dropFirst().first?.utf8 ?? Substring().utf8, plusIsSpace: true)
            else {
                issue = "'\(String(pair.prefix(40)).printableASCII)' is no percent-encoded UTF-8"
                continue
            }
            values.append((name, value))
        }
        return (values, issue)
    }

    /// `nil` for a `%` without two hexadecimal digits, and for what is no UTF-8.
    private static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        // Nearly all are plain.
        guard text.contains(where: { $0 == UInt8(ascii: "%") || ($0 == UInt8(ascii: "+") && plusIsSpace) }) else {
            return String(validating: text, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension String {
    /// With a question mark for everything that isn't visible ASCII.
    fileprivate var printableASCII: String {
        String(unicodeScalars.map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
    }
}

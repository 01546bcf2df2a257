/// A JSON value without floating point: what Kanjo reads from outside and what canonical bytes can say.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// Within ±(2^53 − 1).
    case integer(Int64)
    /// A number that is no exact integer, as it was written: only where one may be read (`parsingRequest`). Its
    /// canonical form is that text in quotes.
    case inexact(String)
    case string(String)
    case array([JSONValue])
    /// Members in the order in which they were given; no key twice.
    case object([Member])

    /// One key of an object with its value.
    public struct Member: Sendable {
        public let key: String
        public let value: JSONValue

        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key, compared by bytes; `nil` when there is none or this is no object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// RFC 8785: keys by UTF-16 code units, shortest escapes, no white space.
    /// - Precondition: no object holds a key twice, and integers are within ±(2^53 − 1).
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// `canonicalBytes` as text.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }

    func write(into sink: inout some CanonicalSink) {
        switch self {
        case .null: sink.append(literal: "null")
        case .bool(let value): sink.append(literal: value ? "true" : "false")
        case .integer(let value):
            precondition(value.magnitude <= JSONLexer.largestInteger.magnitude, "send larger integers as strings")
            sink.append(integer: value)
        case .string(let text), .inexact(let text): Self.write(text, into: &sink)
        case .array(let elements):
            sink.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { sink.append(UInt8(ascii: ",")) }
                element.write(into: &sink)
            }
            sink.append(UInt8(ascii: "]"))
        case .object(let members): Self.write(members, into: &sink)
        }
    }

    private static func write(_ members: [Member], into sink: inout some CanonicalSink) {
        let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        sink.append(UInt8(ascii: "{"))
        for (index, member) in sorted.enumerated() {
            precondition(
                index == 0 || !sorted[index - 1].key.utf8.elementsEqual(member.key.utf8), "an object holds a key once")
            if index > 0 { sink.append(UInt8(ascii: ",")) }
            write(member.key, into: &sink)
            sink.append(UInt8(ascii: ":"))
            member.value.write(into: &sink)
        }
        sink.append(UInt8(ascii: "}"))
    }

    private static func write(_ text: String, into sink: inout some CanonicalSink) {
        var text = text
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return sink.append(literal: "\"\"") }
            sink.append(quoted: JSONText(start: start, count: bytes.count, isPlain: false))
        }
    }
}

extension JSONValue: Hashable {
    /// Two values are equal when their canonical bytes are.
    public static func == (left: JSONValue, right: JSONValue) -> Bool { left.canonicalBytes == right.canonicalBytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalBytes) }
}

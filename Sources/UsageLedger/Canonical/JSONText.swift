/// One JSON string as unescaped UTF-8 bytes, in the input or in a lexer's scratch space. Lives no longer than they do.
struct JSONText {
    let start: UnsafePointer<UInt8>
    private let length: Int32
    /// No byte of it needs an escape when it is written: the input had none.
    let isPlain: Bool

    init(start: UnsafePointer<UInt8>, count: Int, isPlain: Bool) {
        self.start = start
        length = Int32(count)
        self.isPlain = isPlain
    }

    /// A literal of our own, for example a key that is added. Only ASCII that needs no escape.
    init(_ literal: StaticString) {
        self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount, isPlain: true)
    }

    var count: Int { Int(length) }
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The same bytes as a literal of ASCII.
    func equals(_ literal: StaticString) -> Bool {
        guard literal.utf8CodeUnitCount == count else { return false }
        let other = literal.utf8Start
        for index in 0..<count where start[index] != other[index] { return false }
        return true
    }

    /// At most `maximum` characters (Unicode scalars), at least one, and no control character.
    func isName(maximumCharacters maximum: Int) -> Bool {
        guard count > 0 else { return false }
        var characters = 0
        for byte in bytes {
            guard byte >= 0x20, byte != 0x7F else { return false }
            if byte & 0xC0 != 0x80 { characters += 1 }
        }
        return characters <= maximum
    }

    /// The order of RFC 8785: by UTF-16 code units. Negative, zero, positive as `left` is before, equal to, after
    /// `right`.
    static func order(_ left: JSONText, _ right: JSONText) -> Int {
        let (first, second) = (left.start, right.start)
        for index in 0..<min(left.count, right.count) where first[index] != second[index] {
            return rank(first[index]) < rank(second[index]) ? -1 : 1
        }
        return left.count - right.count
    }

    /// UTF-8 sorts like code points. In UTF-16 the surrogates (4-byte sequences, 0xF0…) come before U+E000 (0xEE,
    /// 0xEF).
    private static func rank(_ byte: UInt8) -> Int {
        byte < 0xF0 ? Int(byte) * 8 : 0xED * 8 + 1 + Int(byte - 0xF0)
    }
}

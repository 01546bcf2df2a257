/// Reads the tokens of RFC 8259 from bytes, strictly: valid UTF-8, no control characters in strings, no lone
/// surrogates. Strings without escapes are not copied; the others are unescaped into `scratch`.
struct JSONLexer {
    let start: UnsafePointer<UInt8>
    let count: Int
    /// The next byte to read.
    var offset = 0
    /// At least `count` bytes: unescaping never makes a string longer.
    let scratch: UnsafeMutablePointer<UInt8>
    var scratchUsed = 0
    /// Whether a number that is no exact integer may stand anywhere.
    var takesAnyNumber = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, scratch: UnsafeMutablePointer<UInt8>) {
        start = bytes.baseAddress ?? UnsafePointer(scratch)
        count = bytes.count
        self.scratch = scratch
    }

    /// The next byte, 0 at the end. A NUL is no part of any token, so nothing is lost.
    @inline(__always) var current: UInt8 { offset < count ? start[offset] : 0 }

    /// Steps over white space and gives the byte after it.
    @inline(__always) mutating func next() -> UInt8 {
        while offset < count {
            let byte = start[offset]
            guard byte <= 0x20 else { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return 0
    }

    /// Reads white space and then this byte.
    @inline(__always) mutating func expect(_ byte: UInt8, _ what: StaticString) throws(EventError) {
        guard next() == byte, offset < count else { throw failure("\(what) is missing") }
        offset += 1
    }

    /// Nothing but white space may follow.
    mutating func expectEnd() throws(EventError) {
        _ = next()
        guard offset == count else { throw failure("bytes follow the value; send one value only") }
    }

    /// Reads `null`, `true` or `false`.
    mutating func literal(_ word: StaticString) throws(EventError) {
        guard count - offset >= word.utf8CodeUnitCount,
            JSONText(start: start + offset, count: word.utf8CodeUnitCount, isPlain: true).equals(word)
        else { throw failure("this is no value; only null, true and false stand without quotes") }
        offset += word.utf8CodeUnitCount
    }

    /// An error at the next byte.
    func failure(_ what: String) -> EventError {
        EventError(
            .invalidJSON,
            offset >= count ? "JSON ends too early, at byte \(count): \(what)" : "JSON at byte \(offset): \(what)")
    }
}

/// A number as it stands in the input.
struct JSONNumber {
    /// Exact when `form` is `.integer`.
    let value: Int64
    let form: Form
    let text: JSONText

    enum Form {
        case integer
        /// Digits, a point, digits.
        case fraction
        case exponent
        /// An integer outside ±(2^53 − 1).
        case tooLarge
    }
}

extension JSONLexer {
    static let largestInteger: Int64 = 9_007_199_254_740_991

    /// Reads a number; the next byte is `-` or a digit.
    mutating func number() throws(EventError) -> JSONNumber {
        let first = offset
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let digitsStart = offset
        var value: Int64 = 0
        while let digit = digit() {
            value = offset - digitsStart < 17 ? value * 10 + digit : Int64.max
            offset += 1
        }
        guard offset > digitsStart else { throw failure("a digit is missing after '-'") }
        guard offset - digitsStart == 1 || start[digitsStart] != UInt8(ascii: "0") else {
            offset = digitsStart
            throw failure("a number must not begin with 0; drop the leading zero")
        }
        var form = value > Self.largestInteger ? JSONNumber.Form.tooLarge : .integer
        if current == UInt8(ascii: ".") {
            form = .fraction
            try digits(after: "the decimal point")
        }
        if current | 0x20 == UInt8(ascii: "e") {
            form = .exponent
            if offset + 1 < count, start[offset + 1] == UInt8(ascii: "+") || start[offset + 1] == UInt8(ascii: "-") {
                offset += 1
            }
            try digits(after: "the exponent's e")
        }
        let text = JSONText(start: start + first, count: offset - first, isPlain: true)
        return JSONNumber(value: isNegative && form == .integer ? -value : value, form: form, text: text)
    }

    @inline(__always) private func digit() -> Int64? {
        guard offset < count else { return nil }
        let digit = start[offset] &- UInt8(ascii: "0")
        return digit <= 9 ? Int64(digit) : nil
    }

    private mutating func digits(after what: StaticString) throws(EventError) {
        offset += 1
        let first = offset
        while digit() != nil { offset += 1 }
        guard offset > first else { throw failure("a digit is missing after \(what)") }
    }
}

extension JSONNumber {
    /// Why this number isn't taken where an integer must stand.
    func refusal(at offset: Int) -> EventError {
        let shown = String(decoding: text.bytes.prefix(40), as: UTF8.self)
        return switch form {
        case .integer, .tooLarge:
            EventError(
                .invalidField, "the number \(shown) at byte \(offset) is outside ±9007199254740991; send it as a string"
            )
        case .fraction:
            EventError(
                .invalidField, "the number \(shown) at byte \(offset) has a fraction; send it as a decimal string")
        case .exponent:
            EventError(.invalidField, "the number \(shown) at byte \(offset) has an exponent; write all its digits")
        }
    }
}

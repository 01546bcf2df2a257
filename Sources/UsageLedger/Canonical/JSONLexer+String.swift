extension JSONLexer {
    /// Reads a string; the next byte is its opening quote.
    @inline(__always) mutating func string() throws(EventError) -> JSONText {
        let first = offset + 1
        var index = first
        while index < count {
            let byte = start[index]
            if byte == UInt8(ascii: "\"") {
                offset = index + 1
                return JSONText(start: start + first, count: index - first, isPlain: true)
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 || byte >= 0x80 { break }
            index += 1
        }
        offset = index
        return try longString(from: first)
    }

    /// Goes on after the plain bytes `first ..< offset`: the next one is an escape, no ASCII, a mistake, or the end.
    private mutating func longString(from first: Int) throws(EventError) -> JSONText {
        // Bytes are copied from the first escape on only.
        var copyStart: Int?
        while offset < count {
            let byte = start[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                if let copyStart {
                    return JSONText(
                        start: UnsafePointer(scratch + copyStart), count: scratchUsed - copyStart, isPlain: false)
                }
                return JSONText(start: start + first, count: offset - 1 - first, isPlain: true)
            case UInt8(ascii: "\\"):
                if copyStart == nil {
                    copyStart = scratchUsed
                    copy(from: first, count: offset - first)
                }
                try escape()
            case 0..<0x20:
                throw failure("a string holds the control character \(byte); write it as an escape such as \\n")
            default:
                let length = byte < 0x80 ? 1 : sequenceLength()
                guard length > 0 else { throw failure("a string is not valid UTF-8; send UTF-8") }
                if copyStart != nil { copy(from: offset, count: length) }
                offset += length
            }
        }
        throw failure("a string has no closing quote")
    }

    private mutating func copy(from first: Int, count: Int) {
        precondition(count <= self.count - scratchUsed, "unescaping never makes a string longer")
        (scratch + scratchUsed).update(from: start + first, count: count)
        scratchUsed += count
    }

    private mutating func append(_ byte: UInt8) {
        precondition(scratchUsed < count, "unescaping never makes a string longer")
        scratch[scratchUsed] = byte
        scratchUsed += 1
    }

    /// Length of the UTF-8 sequence at `offset`, 0 when it isn't valid (RFC 3629: no overlong forms, no surrogates).
    private func sequenceLength() -> Int {
        let lead = start[offset]
        func tail(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            offset + index < count && range.contains(start[offset + index])
        }
        switch lead {
        case 0xC2...0xDF: return tail(1) ? 2 : 0
        case 0xE0: return tail(1, 0xA0...0xBF) && tail(2) ? 3 : 0
        case 0xED: return tail(1, 0x80...0x9F) && tail(2) ? 3 : 0
        case 0xE1...0xEF: return tail(1) && tail(2) ? 3 : 0
        case 0xF0: return tail(1, 0x90...0xBF) && tail(2) && tail(3) ? 4 : 0
        case 0xF1...0xF3: return tail(1) && tail(2) && tail(3) ? 4 : 0
        case 0xF4: return tail(1, 0x80...0x8F) && tail(2) && tail(3) ? 4 : 0
        default: return 0
        }
    }

    /// Reads one escape; the next byte is its backslash.
    private mutating func escape() throws(EventError) {
        let letter = offset + 1 < count ? start[offset + 1] : 0
        let byte: UInt8
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = letter
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("this is no escape of JSON; write a backslash as \\\\")
        }
        append(byte)
        offset += 2
    }

    private mutating func unicodeEscape() throws(EventError) {
        guard var scalar = codeUnit(at: offset) else { throw failure("\\u needs four hexadecimal digits") }
        var length = 6
        if (0xD800...0xDFFF).contains(scalar) {
            guard scalar < 0xDC00, let low = codeUnit(at: offset + 6), (0xDC00...0xDFFF).contains(low) else {
                throw failure("this \\u escape is half of a surrogate pair; send both halves, or UTF-8")
            }
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        for byte in UTF8.encode(Unicode.Scalar(scalar)!)! { append(byte) }
        offset += length
    }

    /// The UTF-16 code unit of a `\uHHHH` at `index`.
    private func codeUnit(at index: Int) -> UInt32? {
        guard index + 6 <= count, start[index] == UInt8(ascii: "\\"), start[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var value: UInt32 = 0
        for position in index + 2..<index + 6 {
            switch start[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(start[position] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(start[position] - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = value << 4 | UInt32(start[position] - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}

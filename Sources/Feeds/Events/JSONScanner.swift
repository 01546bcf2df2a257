/// Finds where one JSON value ends, byte by byte, so that a value may arrive in parts. It knows strings, escapes and
/// depth; whether the value is JSON is for the decoder to say.
struct JSONScanner {
    private(set) var depth = 0
    private(set) var lineFeeds = 0
    private var inString = false
    private var isEscaped = false
    private var isFirst = true
    private var isAtLineStart = false
    /// Takes a line that begins with `{` as the start of another value, whatever the depth: the value before it lacks
    /// its end.
    private let endsAtNextObject: Bool

    init(endsAtNextObject: Bool = false) { self.endsAtNextObject = endsAtNextObject }

    /// Scans `bytes` from `index` on. The result is the index behind the value's last byte, `nil` if more bytes are
    /// needed.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int? {
        var index = index
        while index < bytes.count {
            if inString {
                index = scanString(bytes, from: index)
                if !inString, depth == 0 { return index }
                continue
            }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0, !isFirst { return index }
                if endsAtNextObject, isAtLineStart, byte == UInt8(ascii: "{") { return index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth <= 1 { return depth == 0 && !isFirst ? index : index + 1 }
                depth -= 1
            case UInt8(ascii: ","): if depth == 0 { return isFirst ? index + 1 : index }
            case 0x20, 0x09, 0x0D: if depth == 0 { return index }
            case 0x0A:
                if depth == 0 { return index }
                lineFeeds += 1
            default: break
            }
            isAtLineStart = byte == 0x0A
            isFirst = false
            index += 1
        }
        return nil
    }

    /// Goes on inside a string. The result is the index behind its closing quote, or behind the last byte.
    private mutating func scanString(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
        var index = index
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A {
                // A JSON string holds no raw line feed: the closing quote is missing. Going on outside of it saves
                // the events behind.
                (inString, isEscaped, isAtLineStart) = (false, false, true)
                lineFeeds += 1
                return index
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString = false
                return index
            }
        }
        return index
    }
}

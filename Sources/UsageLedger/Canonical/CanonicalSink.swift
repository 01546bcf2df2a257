import Units

/// Where canonical JSON (RFC 8785) is written: an array, or a buffer whose size is known before.
protocol CanonicalSink {
    mutating func append(_ byte: UInt8)
    mutating func append(bytes: UnsafeBufferPointer<UInt8>)
}

extension CanonicalSink {
    @inline(__always) mutating func append(literal: StaticString) {
        append(bytes: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// A string in quotes. Only the quote, the backslash and control characters are escaped, each in its shortest form.
    mutating func append(quoted text: JSONText) {
        append(UInt8(ascii: "\""))
        if text.isPlain {
            append(bytes: text.bytes)
        } else {
            for byte in text.bytes { append(escaping: byte) }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(literal: "\\\"")
        case UInt8(ascii: "\\"): append(literal: "\\\\")
        case 0x08: append(literal: "\\b")
        case 0x09: append(literal: "\\t")
        case 0x0A: append(literal: "\\n")
        case 0x0C: append(literal: "\\f")
        case 0x0D: append(literal: "\\r")
        case 0..<0x20:
            append(literal: "\\u00")
            append(hexadecimal: byte)
        default: append(byte)
        }
    }

    /// Two lowercase digits.
    mutating func append(hexadecimal byte: UInt8) {
        append(Self.hexadecimalDigit(byte >> 4))
        append(Self.hexadecimalDigit(byte & 15))
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    mutating func append(integer value: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = digits.count
            var rest = value.magnitude
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                first -= 1
                digits[first] = UInt8(ascii: "-")
            }
            append(bytes: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[first...]))
        }
    }

    mutating func append(quoted instant: Instant) {
        append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 30) { text in
            let count = RFC3339.writeCanonical(instant, into: text)
            append(bytes: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(text)[..<count]))
        }
        append(UInt8(ascii: "\""))
    }

    /// Whole quantities as an integer, the others as a decimal string without trailing zeros.
    mutating func append(_ quantity: GPUQuantity) {
        guard !quantity.isWhole else { return append(integer: quantity.thousandths / 1000) }
        append(UInt8(ascii: "\""))
        append(integer: quantity.thousandths / 1000)
        append(UInt8(ascii: "."))
        var rest = quantity.thousandths % 1000
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / 100))
            rest = rest % 100 * 10
        }
        append(UInt8(ascii: "\""))
    }
}

extension [UInt8]: CanonicalSink {
    mutating func append(bytes: UnsafeBufferPointer<UInt8>) { append(contentsOf: bytes) }
}

/// Bytes written one after the other into memory of somebody else, never beyond its end.
struct ByteWriter: CanonicalSink {
    let start: UnsafeMutablePointer<UInt8>
    let capacity: Int
    private(set) var count = 0

    init(start: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.start = start
        self.capacity = capacity
    }

    @inline(__always) mutating func append(_ byte: UInt8) {
        precondition(count < capacity, "the buffer holds the longest canonical body")
        start[count] = byte
        count += 1
    }

    @inline(__always) mutating func append(bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= capacity - count, "the buffer holds the longest canonical body")
        guard let source = bytes.baseAddress else { return }
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    /// Takes back all that was written after the first `count` bytes.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count)
        self.count = count
    }

    func bytes(from first: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: UnsafePointer(start) + first, count: count - first)
    }
}

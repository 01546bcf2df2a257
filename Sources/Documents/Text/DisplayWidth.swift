/// How many columns of a terminal a text takes: East Asian wide and fullwidth characters take two (UAX #11), combining
/// marks none.
public enum DisplayWidth {
    public static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return isWide(scalar.value) ? 2 : 1
        }
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]

    private static func isWide(_ value: UInt32) -> Bool {
        value >= 0x1100 && wideRanges.contains { $0.contains(value) }
    }
}

/// Where a text stands in its cell.
public enum Alignment: Sendable {
    case left
    case right
    case center
}

extension String {
    /// Filled up with spaces to a number of columns; a wider text stays as it is.
    public func padded(to columns: Int, _ alignment: Alignment = .left) -> String {
        let missing = max(0, columns - DisplayWidth.of(self))
        switch alignment {
        case .left: return self + String(repeating: " ", count: missing)
        case .right: return String(repeating: " ", count: missing) + self
        case .center:
            return String(repeating: " ", count: missing / 2) + self
                + String(repeating: " ", count: missing - missing / 2)
        }
    }

    /// Control characters replaced, so that a text from outside can't move the cursor or break a line.
    public var printable: String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        var text = ""
        for scalar in unicodeScalars { text.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return text
    }
}

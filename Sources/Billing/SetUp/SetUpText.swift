/// A person's words in the set-up: names, addresses, reasons. They are printed on documents.
public enum SetUpText {
    public static let maximumCharacters = 200

    /// `nil` when the text can be printed, else what is wrong with it.
    public static func fault(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 && $0 != 0xE2 }
        if !isPlain, let bad = text.unicodeScalars.first(where: breaksLines) {
            return "the text holds the control character U+\(hexadecimal(bad.value))"
        }
        // Every character has at least one byte, so the byte count settles most cases without counting characters.
        guard text.utf8.count <= maximumCharacters || text.unicodeScalars.count <= maximumCharacters else {
            return "the text has \(text.unicodeScalars.count) characters; \(maximumCharacters) are allowed"
        }
        return nil
    }

    /// Whether two texts are the same bytes; `==` of strings would take another spelling of an accent for the same.
    static func same(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    /// Control characters, and the line and paragraph separators (U+2028, U+2029), which break a printed line too.
    private static func breaksLines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

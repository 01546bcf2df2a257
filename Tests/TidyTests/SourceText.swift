/// One text file of the repository. Rules about the language look at `code`, rules about the text at `lines`.
struct SourceText: Sendable {
    /// Below the top of the repository, for example `Sources/Units/Yen.swift`.
    let path: String
    let lines: [Substring]
    /// The same lines, of a Swift file, with blanks in the place of comments and of the letters of strings.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var blanked = path.hasSuffix(".swift") ? CodeBlanking(text).result() : text
        blanked.makeContiguousUTF8()
        code = blanked.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `Sources/Units/Yen.swift` → `Units`, `schema/Schema.swift` → `Schema`; nil outside of targets and for tests.
    var target: String? {
        let folders = path.split(separator: "/").dropLast()
        switch folders.first {
        case "Sources": return folders.dropFirst().first.map(String.init)
        case "schema": return "Schema"
        case "reports": return "Reports"
        default: return nil
        }
    }

    /// Lines of the file, the last line's end not counted as one more.
    var length: Int { lines.last == "" ? lines.count - 1 : lines.count }

    /// Each line's words (letters, digits, `_`) with the line's number from 1.
    func words() -> [(line: Int, words: [Substring])] {
        code.enumerated().map { index, line in
            (index + 1, line.split { !($0.isLetter || $0.isNumber || $0 == "_") })
        }
    }
}

/// What a rule found: where, and what to do.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let message: String

    init(_ file: SourceText, _ line: Int, _ message: String) {
        path = file.path
        self.line = line
        self.message = message
    }

    var description: String { "\(path):\(line): \(message)" }
}

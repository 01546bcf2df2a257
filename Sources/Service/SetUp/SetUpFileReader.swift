import Billing
import Yams

/// Reads a set-up file (YAML, or JSON, which is YAML) into what it declares. Values are read from their text, exactly
/// as it is written: prices never pass through floating point, days never through a calendar, `no` and `0120` stay
/// words in text fields. Aliases (`*name`) stand for the values they repeat; merge keys (`<<`) are unknown keys. What
/// the values mean together is judged by `plannedChanges`.
public enum SetUpFileReader {
    public static let maximumBytes = 16 * 1024 * 1024

    /// Reads the bytes of a file. Errors, all at once and by line: `invalid_set_up_file`, `unknown_key`,
    /// `invalid_value`.
    public static func declaration(in bytes: [UInt8]) throws(SetUpErrors) -> SetUpDeclaration {
        try checkSize(bytes.count)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SetUpErrors([SetUpError(.invalidFile, line: 0, "the set-up file isn't UTF-8; save it as UTF-8")])
        }
        return try declaration(in: text)
    }

    /// Reads a text. Errors, all at once and by line: `invalid_set_up_file`, `unknown_key`, `invalid_value`.
    public static func declaration(in text: String) throws(SetUpErrors) -> SetUpDeclaration {
        try checkSize(text.utf8.count)
        // The parser is told the encoding and then takes a byte order mark for text.
        let isMarked = text.unicodeScalars.first == "\u{FEFF}"
        guard let root = try node(of: isMarked ? String(text.unicodeScalars.dropFirst()) : text) else {
            throw SetUpErrors([SetUpError(.invalidFile, line: 0, "the set-up file is empty; \(SetUpFileKeys.advice)")])
        }
        var fields = SetUpFileFields()
        let declaration = fields.declaration(root)
        guard fields.errors.isEmpty else { throw SetUpErrors(fields.errors) }
        return declaration
    }

    private static func checkSize(_ count: Int) throws(SetUpErrors) {
        guard count > maximumBytes else { return }
        throw SetUpErrors([
            SetUpError(
                .invalidFile, line: 0,
                "the set-up file has \(count) bytes; at most \(maximumBytes) are read, so split it")
        ])
    }

    /// The YAML tree. The basic resolver leaves every scalar as text.
    private static func node(of text: String) throws(SetUpErrors) -> Node? {
        do {
            return try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch {
            throw SetUpErrors([SetUpError(yaml: error)])
        }
    }
}

extension SetUpError {
    /// What the YAML parser said, with its line and column.
    fileprivate init(yaml error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = context.map { ", \($0.text) from line \($0.mark.line)" } ?? ""
            self.init(.invalidFile, line: mark.line, "column \(mark.column): this is no valid YAML: \(problem)\(place)")
        case .reader(let problem, let offset, _, let text):
            let line = offset.map { offset in text.prefix(offset).reduce(into: 1) { $0 += $1.isNewline ? 1 : 0 } }
            self.init(.invalidFile, line: line ?? 0, "this is no valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            self.init(
                .invalidFile, line: context.mark.line,
                "the key \(names) is given twice in one entry, first here; keep one of them")
        default:
            self.init(.invalidFile, line: 0, "the set-up file can't be read as YAML: \(error)")
        }
    }
}

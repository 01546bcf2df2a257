import Service

/// A request's query. Reading collects what is wrong, so that all of it is told at once (`check`).
struct QueryParameters {
    private let values: [(name: String, value: String)]
    private(set) var issues: [ServiceError.Issue] = []

    init(_ target: RequestTarget) {
        values = target.query
        if let issue = target.queryIssue { note("query", issue) }
    }

    /// The last value of a name; `nil` where it is missing or empty.
    func text(_ name: String) -> String? {
        guard let value = values.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// All names with their last values; empty values are left out.
    var all: [String: String] {
        Dictionary(values.filter { !$0.value.isEmpty }.map { ($0.name, $0.value) }) { _, last in last }
    }

    /// A whole number of a range, in digits; live clients send `06` for June. A wrong one is noted and read as `nil`.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let value = Int(text), range.contains(value) else {
            note(name, "'\(text.prefix(40))' is no whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// A value of the core's. A wrong one is noted with the core's words and read as `nil`. The `+` of a time's offset
    /// may have been sent unencoded, as which it is a space.
    mutating func value<Value>(_ name: String, _ parse: (String) throws -> Value) -> Value? {
        guard let text = text(name) else { return nil }
        do {
            return try parse(text)
        } catch {
            if text.contains(" "), let value = try? parse(text.replacing(" ", with: "+")) { return value }
            note(name, ErrorTable.show(error).message)
            return nil
        }
    }

    /// `true`, `false`, `1` or `0`.
    mutating func flag(_ name: String) -> Bool? {
        guard let text = text(name) else { return nil }
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default:
            note(name, "'\(text.prefix(40))' is neither true nor false")
            return nil
        }
    }

    mutating func note(_ name: String, _ message: String) {
        issues.append(.init(field: name, code: "invalid", message: message))
    }

    /// Error: `invalid_request` (400) with everything that was wrong.
    func check() throws {
        guard issues.isEmpty else {
            throw ServiceError(
                .invalidRequest, issues.map { "\($0.field): \($0.message)" }.joined(separator: "; "), issues: issues)
        }
    }
}

import Service
import UsageLedger

/// Reads the members of a request's body. Reading collects what is wrong, so that all of it is told at once (`check`).
/// Unknown members are left alone.
struct BodyFields {
    private let body: JSONValue
    private(set) var issues: [ServiceError.Issue] = []

    init(_ body: JSONValue) {
        self.body = body
        if body.members == nil { note("", "invalid_type", "the body must be an object") }
    }

    /// Whether a member is there and not null.
    func has(_ name: String) -> Bool { body[name].map { !$0.isNull } ?? false }

    /// A member that must be there, without control characters. A wrong one is noted and read as empty.
    mutating func text(_ name: String, characters: ClosedRange<Int>) -> String {
        guard let text = string(name) else { return "" }
        return checked(text, name, characters)
    }

    /// The same for a line that may come as it stands in a file, with the file's line end.
    mutating func line(_ name: String, characters: ClosedRange<Int>) -> String {
        guard var text = string(name) else { return "" }
        while text.last?.isNewline == true { text.removeLast() }
        return checked(text, name, characters)
    }

    private mutating func string(_ name: String) -> String? {
        guard let value = required(name) else { return nil }
        if let text = value.string { return text }
        note(name, "invalid_type", "\(name) must be a string")
        return nil
    }

    private mutating func checked(_ text: String, _ name: String, _ characters: ClosedRange<Int>) -> String {
        guard characters.contains(text.unicodeScalars.count) else {
            let isShort = text.unicodeScalars.count < characters.lowerBound
            note(
                name, isShort ? "invalid_value" : "too_long",
                "\(name) must have \(characters.lowerBound) to \(characters.upperBound) characters")
            return ""
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            note(name, "invalid_value", "\(name) has control characters in it; leave them out")
            return ""
        }
        return text
    }

    /// A member that must be there. A wrong one is noted and read as `false`.
    mutating func flag(_ name: String) -> Bool {
        guard let value = required(name) else { return false }
        guard case .bool(let flag) = value else {
            note(name, "invalid_type", "\(name) must be true or false")
            return false
        }
        return flag
    }

    /// Ids of a member that must be there: whole numbers from 1, also as text.
    mutating func ids(_ name: String, atMost count: Int) -> [Int64] {
        guard let value = required(name) else { return [] }
        guard let elements = value.array, elements.count <= count else {
            note(name, "invalid_type", "\(name) must be an array of at most \(count) whole numbers")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            if let id = element.integer ?? element.string.flatMap({ Int64($0) }), id > 0 { return id }
            note("\(name)[\(index)]", "invalid_type", "\(name)[\(index)] must be a whole number from 1")
            return nil
        }
    }

    mutating func note(_ name: String, _ code: String, _ message: String) {
        issues.append(.init(field: name, code: code, message: message))
    }

    /// Error: everything that was wrong, as `invalid_body` (422) unless told otherwise.
    func check(_ code: ServiceError.Code = .invalidBody) throws {
        guard issues.isEmpty else {
            throw ServiceError(code, issues.map(\.message).joined(separator: "; "), issues: issues)
        }
    }

    private mutating func required(_ name: String) -> JSONValue? {
        guard body.members != nil else { return nil }
        if let value = body[name], !value.isNull { return value }
        note(name, "required", "\(name) is missing")
        return nil
    }
}

import UsageLedger

/// Reads values of a request and collects what is wrong.
struct RequestFields {
    private(set) var issues: [FieldIssue] = []

    mutating func note(_ path: String, _ code: FieldIssue.Code, _ message: String) {
        issues.append(FieldIssue(path, code, message))
    }

    /// A string without NUL; `nil` when it is wrong or missing.
    mutating func text(_ value: JSONValue?, _ path: String, _ characters: ClosedRange<Int>) -> String? {
        guard let value, !value.isNull else {
            note(path, .required, "\(path) is missing")
            return nil
        }
        guard let text = value.string else {
            note(path, .invalidType, "\(path) must be a string")
            return nil
        }
        return isRight(text, path, characters) ? text : nil
    }

    /// Strings; none when the key is missing or null.
    mutating func texts(
        _ value: JSONValue?, _ path: String, atMost count: Int, characters: ClosedRange<Int>
    ) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let elements = value.array else {
            note(path, .invalidType, "\(path) must be an array of strings")
            return []
        }
        guard elements.count <= count else {
            note(path, .tooLong, "\(path) has \(elements.count) elements; at most \(count) are taken")
            return []
        }
        return elements.enumerated().compactMap { text($0.element, "\(path)[\($0.offset)]", characters) }
    }

    mutating func integer(_ value: JSONValue?, _ path: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let value, !value.isNull else {
            note(path, .required, "\(path) is missing")
            return nil
        }
        guard let number = value.integer else {
            note(path, .invalidType, "\(path) must be a whole number")
            return nil
        }
        guard range.contains(number) else {
            note(
                path, .outOfRange,
                "\(path) is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// An object, or `nil` for null and for a missing one.
    mutating func object(_ value: JSONValue?, _ path: String) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        guard value.members != nil else {
            note(path, .invalidType, "\(path) must be an object or null")
            return nil
        }
        return value
    }

    private mutating func isRight(_ text: String, _ path: String, _ characters: ClosedRange<Int>) -> Bool {
        let count = text.unicodeScalars.count
        guard characters.contains(count) else {
            note(
                path, count < characters.lowerBound ? .invalidValue : .tooLong,
                "\(path) has \(count) characters; it must have \(characters.lowerBound) to \(characters.upperBound)")
            return false
        }
        guard !text.utf8.contains(0) else {
            note(path, .invalidValue, "\(path) has a NUL character in it; leave it out")
            return false
        }
        return true
    }
}

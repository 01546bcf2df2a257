import UsageLedger
import Yams

extension FileEntry {
    /// An entry made of JSON's members with these keys, and those of another type than they must have. What is null
    /// counts as absent.
    static func entry(
        of members: [JSONValue.Member], keys: [String]
    ) -> (entry: FileEntry, mistyped: [ServiceError.Issue]) {
        var values: [String: Node] = [:]
        var mistyped: [ServiceError.Issue] = []
        for member in members where keys.contains(member.key) && !member.value.isNull {
            switch (member.key, member.value) {
            case ("yen", .integer(let number)): values[member.key] = Node(String(number), .implicit, .plain)
            case ("users", .array(let elements)), ("plans", .array(let elements)):
                values[member.key] = .sequence(Node.Sequence(texts(elements, member.key, &mistyped)))
            case ("yen", _): mistyped.append(issue(member.key, "a whole number", member.value))
            case ("users", _), ("plans", _): mistyped.append(issue(member.key, "an array of strings", member.value))
            case (_, .string(let text)): values[member.key] = Node(text, .implicit, .doubleQuoted)
            default: mistyped.append(issue(member.key, "a string", member.value))
            }
        }
        return (FileEntry(section: "", line: 0, values: values), mistyped)
    }

    /// The texts of a list. Others are kept as empty ones, so that the rest keep their places.
    private static func texts(
        _ elements: [JSONValue], _ key: String, _ mistyped: inout [ServiceError.Issue]
    ) -> [Node] {
        elements.enumerated().map { index, element in
            if element.string == nil { mistyped.append(issue("\(key)[\(index)]", "a string", element)) }
            return Node(element.string ?? "", .implicit, .doubleQuoted)
        }
    }

    private static func issue(_ field: String, _ type: String, _ value: JSONValue) -> ServiceError.Issue {
        .init(
            field: field, code: "invalid_type",
            message: "\(field) must be \(type), not \(value.canonicalText.prefix(40))")
    }
}

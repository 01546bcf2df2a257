import UsageLedger

/// A schema in a few words of HTML: its type, its range, and links to named schemas.
enum DocsTypes {
    static func html(_ schema: JSONValue) -> String {
        if let reference = schema["$ref"]?.string {
            let name = DocsProse.escaped(String(reference.split(separator: "/").last ?? ""))
            return "<a href=\"#schema-\(name)\">\(name)</a>"
        }
        for key in ["anyOf", "oneOf"] {
            if let choices = schema[key]?.array { return choices.map(html).joined(separator: " or ") }
        }
        if let parts = schema["allOf"]?.array { return parts.map(html).joined(separator: " and ") }
        if case .bool(false) = schema { return "never there" }
        if let constant = schema["const"] { return "always <code>\(code(constant))</code>" }
        if let values = schema["enum"]?.array {
            return values.map { "<code>\(code($0))</code>" }.joined(separator: " · ")
        }
        return ([named(schema)] + ranges(schema)).joined(separator: ", ")
    }

    private static func named(_ schema: JSONValue) -> String {
        let names = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? "any"]
        return names.map { name in
            switch name {
            case "array": "list of " + html(schema["items"] ?? .null)
            case "string": schema["format"]?.string.map(DocsProse.escaped) ?? "text"
            default: DocsProse.escaped(name)
            }
        }.joined(separator: " or ")
    }

    private static func ranges(_ schema: JSONValue) -> [String] {
        let words = [
            ("minimum", "from "), ("maximum", "to "), ("minLength", "at least "), ("maxLength", "at most "),
            ("minItems", "at least "), ("maxItems", "at most "),
        ]
        return words.compactMap { key, word in
            schema[key]?.integer.map { "\(word)\($0)\(key.hasSuffix("Length") ? " characters" : "")" }
        } + (schema["default"].map { ["without it <code>\(code($0))</code>"] } ?? [])
    }

    private static func code(_ value: JSONValue) -> String {
        DocsProse.escaped(value.string ?? value.canonicalText)
    }
}

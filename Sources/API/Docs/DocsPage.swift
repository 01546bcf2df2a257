import Documents
import Mustache
import UsageLedger

/// The contract as a page: what can be asked, who may ask, what is answered, with every example.
struct DocsPage {
    private let document: JSONValue

    /// Error: the template's, if it is broken.
    static func html(_ document: JSONValue) throws -> String {
        try MustacheTemplate(string: DocsTemplate.page).render(DocsPage(document: document).model)
    }

    private var model: [String: Any] {
        let info = document["info"]
        return [
            "title": info?["title"]?.string ?? "", "version": info?["version"]?.string ?? "",
            "summary": info?["summary"]?.string ?? "",
            "description": DocsProse.html(info?["description"]?.string ?? ""), "style": DocsTemplate.style,
            "groups": (document["tags"]?.array ?? []).map(group),
            "schemas": (document["components"]?["schemas"]?.members ?? []).map { schema($0.key, $0.value) },
        ]
    }

    private func group(_ tag: JSONValue) -> [String: Any] {
        let name = tag["name"]?.string ?? ""
        let operations = (document["paths"]?.members ?? []).flatMap { path in
            (path.value.members ?? []).compactMap { method -> [String: Any]? in
                guard method.value["tags"]?.array?.first?.string == name else { return nil }
                return operation(method.key.uppercased(), path.key, method.value, of: path.value)
            }
        }
        return [
            "name": name, "anchor": Self.anchor(name), "description": tag["description"]?.string ?? "",
            "operations": operations,
        ]
    }

    private func operation(
        _ method: String, _ path: String, _ operation: JSONValue, of item: JSONValue
    ) -> [String: Any] {
        let roles = (operation["x-roles"]?.array ?? []).compactMap(\.string)
        let parameters = (item["parameters"]?.array ?? []) + (operation["parameters"]?.array ?? [])
        return [
            "anchor": operation["operationId"]?.string ?? "", "method": method, "path": path,
            "summary": operation["summary"]?.string ?? "",
            "description": DocsProse.html(operation["description"]?.string ?? ""),
            "roles": roles.isEmpty ? "everybody, without a key" : roles.joined(separator: ", "),
            "parameters": parameters.map(parameter), "hasParameters": !parameters.isEmpty,
            "bodies": contents(of: operation["requestBody"]),
            "answers": (operation["responses"]?.members ?? []).map { answer($0.key, $0.value) },
        ]
    }

    private func parameter(_ reference: JSONValue) -> [String: Any] {
        let parameter = resolved(reference)
        var required = false
        if case .bool(true) = parameter["required"] { required = true }
        return [
            "name": parameter["name"]?.string ?? "", "place": parameter["in"]?.string ?? "", "required": required,
            "type": DocsTypes.html(parameter["schema"] ?? .null),
            "description": DocsProse.inline(parameter["description"]?.string ?? ""),
        ]
    }

    private func answer(_ status: String, _ reference: JSONValue) -> [String: Any] {
        let answer = resolved(reference)
        // The one error body is shown once, with its schema.
        let isError = reference["$ref"] != nil
        return [
            "status": status, "description": DocsProse.inline(answer["description"]?.string ?? ""),
            "bodies": isError ? [] : contents(of: answer),
        ]
    }

    private func contents(of reference: JSONValue?) -> [[String: Any]] {
        guard let reference else { return [] }
        return (resolved(reference)["content"]?.members ?? []).map { content in
            let schema = content.value["schema"] ?? .null
            let example = content.value["example"] ?? resolved(schema)["example"]
            return [
                "media": content.key, "type": DocsTypes.html(schema), "example": example.map(Self.text) ?? "",
            ]
        }
    }

    private func schema(_ name: String, _ schema: JSONValue) -> [String: Any] {
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        let fields = (schema["properties"]?.members ?? []).map { field -> [String: Any] in
            [
                "name": field.key, "required": required.contains(field.key), "type": DocsTypes.html(field.value),
                "description": DocsProse.inline(field.value["description"]?.string ?? ""),
            ]
        }
        return [
            "name": name, "type": DocsTypes.html(schema), "fields": fields, "hasFields": !fields.isEmpty,
            "description": DocsProse.inline(schema["description"]?.string ?? ""),
            "example": schema["example"].map(Self.text) ?? "",
        ]
    }

    /// What a `$ref` points at.
    private func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.string else { return value }
        var found = document
        for part in reference.dropFirst(2).split(separator: "/") { found = found[String(part)] ?? .null }
        return resolved(found)
    }

    private static func text(_ example: JSONValue) -> String {
        example.string ?? IndentedJSON.text(example)
    }

    private static func anchor(_ name: String) -> String {
        String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }
}

import Yams

/// A file of settings: YAML (or JSON) whose keys nest, as `name.name: value`.
public enum SettingsFile {
    /// One value with its place.
    public struct Value: Hashable, Sendable {
        /// Names joined with dots.
        public let key: String
        public let text: String
        public let line: Int
    }

    /// All values in their order, as text. Error: `invalid_configuration` for what is no such file.
    public static func values(in text: String) throws -> [Value] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ServiceError(.invalidConfiguration, "this is no YAML: \(error)")
        }
        guard let root else { return [] }
        var values: [Value] = []
        try collect(root, under: "", line: root.mark?.line ?? 1, &values)
        return values
    }

    /// - Parameter line: of the node's name; where a list or an empty value stands, the parser doesn't say.
    private static func collect(_ node: Node, under key: String, line: Int, _ values: inout [Value]) throws {
        switch node {
        case .mapping(let mapping):
            for (name, value) in mapping {
                try collect(
                    value, under: (key.isEmpty ? "" : key + ".") + (name.string ?? "?"), line: name.mark?.line ?? line,
                    &values)
            }
        case .scalar(let scalar) where !key.isEmpty:
            values.append(Value(key: key, text: scalar.string, line: line))
        default:
            throw ServiceError(
                .invalidConfiguration,
                "line \(line): "
                    + (key.isEmpty ? "keys and values are needed" : "'\(key)' is a list; give it one value, or keys"))
        }
    }
}

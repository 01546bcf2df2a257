import UsageLedger
import Yams

/// A YAML text as the value that it says, keys in the order written. Only whole numbers, truth values, null and text
/// are known; a plain fraction stays text, as it is written.
public enum YAMLDocument {
    /// Errors: those of the parser. An empty text is null.
    public static func value(in text: String) throws -> JSONValue {
        guard let node = try Yams.compose(yaml: text) else { return .null }
        return value(node)
    }

    private static func value(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            .object(mapping.map { JSONValue.Member($0.key.scalar?.string ?? "", value($0.value)) })
        case .sequence(let sequence): .array(sequence.map(value))
        case .scalar(let scalar): value(scalar)
        case .alias: .null
        }
    }

    private static func value(_ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null", "~", "": return .null
        default: return Int64(scalar.string).map(JSONValue.integer) ?? .string(scalar.string)
        }
    }
}

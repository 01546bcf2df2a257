/// One field of a request that is wrong, by its path: `containers[0].plan`.
public struct FieldIssue: Hashable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        case required
        case invalidType = "invalid_type"
        case invalidValue = "invalid_value"
        case outOfRange = "out_of_range"
        case tooLong = "too_long"
        case unknownPlan = "unknown_plan"
        case unknownRegistry = "unknown_registry"
        case reservedName = "reserved_name"
    }

    public let field: String
    public let code: Code
    public let message: String

    public init(_ field: String, _ code: Code, _ message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}

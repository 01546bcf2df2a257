/// What is wrong with a value that was read from outside, in words that a person can act on.
public struct UnitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the error table of the shell maps them to exit statuses.
    public enum Code: String, Sendable, CaseIterable {
        case invalidInstant = "invalid_instant"
        case instantOutOfRange = "instant_out_of_range"
        case invalidDay = "invalid_day"
        case invalidPeriod = "invalid_period"
        case invalidDecimal = "invalid_decimal"
        case decimalOutOfRange = "decimal_out_of_range"
        case invalidIdentifier = "invalid_identifier"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

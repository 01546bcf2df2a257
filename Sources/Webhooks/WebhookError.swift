/// Why a message can't be brought to a target.
public struct WebhookError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The address is no URL that a message can go to.
        case invalidAddress = "invalid_address"
        /// It leads to a place where the operator lets nobody point us.
        case targetNotAllowed = "target_not_allowed"
        case cannotConnect = "cannot_connect"
        case timedOut = "timed_out"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

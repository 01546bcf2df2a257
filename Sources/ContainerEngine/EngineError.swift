/// Why an engine didn't do what it was asked for.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// No answer, or none in time. Nobody knows whether it was done.
        case unreachable = "engine_unreachable"
        /// The registry wants a login, or another one.
        case unauthorized = "registry_unauthorized"
        case imageNotFound = "image_not_found"
        case nameInUse = "container_name_in_use"
        case noSuchContainer = "no_such_container"
        case noSuchPath = "no_such_path"
        /// The image has no such program.
        case commandNotFound = "command_not_found"
        case refused = "engine_refused"
        case badAnswer = "engine_bad_answer"
    }

    public let code: Code
    /// What was wrong with what, and what to do. Names no secret.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

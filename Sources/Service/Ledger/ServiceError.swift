/// Why a use case can't go on, where neither core nor store is at fault.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case cannotReadFile = "cannot_read_file"
        case cannotWriteFile = "cannot_write_file"
        /// Arguments that make no sense together.
        case invalidRequest = "invalid_request"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

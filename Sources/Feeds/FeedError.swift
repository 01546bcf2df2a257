/// Why a feed can't be opened, or can't be read to its end.
public struct FeedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable codes; the error table of the shell maps them to exit statuses.
    public enum Code: String, Sendable, CaseIterable {
        case cannotOpen = "cannot_open"
        case cannotRead = "cannot_read"
        case corruptGzip = "corrupt_gzip"
        case unknownTimeZone = "unknown_time_zone"
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

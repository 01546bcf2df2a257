import Foundation
import Service

#if canImport(Glibc)
    import Glibc
#endif

/// What a command finds around it: streams, environment variables, clock and ids. Tests put their own in its place.
public struct Surroundings: Sendable {
    @TaskLocal public static var current = Surroundings.live

    public let output: TextStream
    public let diagnostics: TextStream
    public let variable: @Sendable (String) -> String?
    /// Names of all environment variables.
    public let variableNames: @Sendable () -> [String]
    public let environment: ServiceEnvironment

    public init(
        output: TextStream, diagnostics: TextStream, variable: @escaping @Sendable (String) -> String?,
        variableNames: @escaping @Sendable () -> [String] = { [] }, environment: ServiceEnvironment
    ) {
        self.output = output
        self.diagnostics = diagnostics
        self.variable = variable
        self.variableNames = variableNames
        self.environment = environment
    }

    private static let live = Surroundings(
        output: TextStream(descriptor: STDOUT_FILENO), diagnostics: TextStream(descriptor: STDERR_FILENO),
        variable: { name in getenv(name).map { String(cString: $0) } },
        variableNames: { Array(ProcessInfo.processInfo.environment.keys) }, environment: .live)

    /// Whether colour and a moving bar may be shown on a stream (https://no-color.org).
    public func isColourful(_ stream: TextStream) -> Bool { stream.isTerminal && (variable("NO_COLOR") ?? "").isEmpty }
}

import Service

/// What an operator may set about the server.
public struct APISettings: Sendable {
    /// The part `{zone}` of the base path.
    public var zone = "is1a"
    /// Longest body of a request that isn't a batch of events.
    public var bodyBytes = 1 << 20
    /// The address under which clients reach the server, without a slash at its end; `nil` takes the Host header's.
    public var publicAddress: String?

    /// Under which tasks that take HTTP are reached, each with a name of its own in place of the `*`, for example
    /// `https://*.tasks.example.jp`; `nil`: under `/t/` of the public address.
    public var taskAddress: TaskAddress?

    /// PEM files of the certificate with its chain, and of its key; with them, HTTPS is spoken.
    public var tlsCertificateFile: String?
    public var tlsKeyFile: String?
    /// What the operator says about tasks.
    public var tasks = TaskSettings()
    /// The terms of service that users of an account must have agreed to; `nil` where the operator asks for none.
    public var termsVersion: String?
    /// Requests a second of one key; 0 for no limit. The default stops a loop gone wild and nobody else.
    public var requestsPerSecond = 50_000
    /// Bytes of all bodies that are held in memory at once.
    public var heldBodyBytes = 64 << 20
    public var connections = ConnectionLimits()

    public init() {}

    /// Where the task API and the billing API begin.
    public var basePath: String { Self.basePathTemplate.replacing("{zone}", with: zone) }

    static let basePathTemplate = "/cloud/zone/{zone}/api/managed-container/1.0"
}

/// One message on its way.
public struct WebhookPost: Hashable, Sendable {
    /// Names in lower case.
    public let headers: [String: String]
    /// JSON.
    public let body: [UInt8]

    public init(headers: [String: String], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

/// What a target answered.
public struct WebhookReply: Hashable, Sendable {
    /// Status of HTTP.
    public let status: Int
    /// Its first 4,096 bytes.
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }

    public var isTaken: Bool { (200...299).contains(status) }
}

/// Brings messages to their targets.
public protocol WebhookTransport: Sendable {
    /// Errors: `target_not_allowed`, `cannot_connect`, `timed_out`.
    func post(_ post: WebhookPost, to target: WebhookTarget) async throws(WebhookError) -> WebhookReply
}

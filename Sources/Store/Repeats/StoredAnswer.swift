import Units

/// What a request was answered, kept for its repeats.
public struct StoredAnswer: Hashable, Sendable {
    /// Status of HTTP.
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// A request that its sender may repeat: a repeat bears the same key and asks for the same.
public struct RepeatableRequest: Hashable, Sendable {
    public let account: AccountID
    public let user: UserID
    /// Method and path.
    public let route: String
    /// The sender's own name for the request, 1–255 characters.
    public let key: String
    /// SHA-256 of all that it asks for: 32 bytes.
    public let fingerprint: [UInt8]

    public init(account: AccountID, user: UserID, route: String, key: String, fingerprint: [UInt8]) {
        self.account = account
        self.user = user
        self.route = route
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What is known of a request's key.
public enum EarlierRequest: Hashable, Sendable {
    case none
    /// The same request was answered.
    case answered(StoredAnswer)
    /// The key was used for another request.
    case different
}

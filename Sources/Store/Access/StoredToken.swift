import Units

/// A key of the API as it is stored: whose it is and what it may do. Of its secret only the hash is known.
public struct StoredToken: Hashable, Sendable {
    /// Random and public: the user name of HTTP Basic.
    public let token: String
    public let account: AccountID
    public let user: UserID
    public let role: String
    /// SHA-256 of the secret: 32 bytes.
    public let secretSHA256: [UInt8]
    public let createdAt: Instant
    public var revokedAt: Instant?
    /// To the minute: it is written when it has grown by that much.
    public var lastUsedAt: Instant?

    public init(
        token: String, account: AccountID, user: UserID, role: String, secretSHA256: [UInt8], createdAt: Instant,
        revokedAt: Instant? = nil, lastUsedAt: Instant? = nil
    ) {
        self.token = token
        self.account = account
        self.user = user
        self.role = role
        self.secretSHA256 = secretSHA256
        self.createdAt = createdAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }
}

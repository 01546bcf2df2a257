import Store
import UsageLedger
import Units

/// A key that was made just now. Its secret is shown once and kept nowhere.
public struct NewToken: Sendable {
    public let stored: StoredToken
    public let secret: String
}

extension LedgerService {
    /// Makes a key. Several keys of one user may hold at once, so that one can be rotated without a gap.
    /// Error: `not_found` when the account isn't registered.
    public func createToken(account: AccountID, user: UserID, role: AccessRole) throws -> NewToken {
        guard try store.account(account) != nil else {
            throw StoreError(
                .notFound, "there is no account '\(account)'; register it first, or name another")
        }
        let secret = Self.hexadecimal(environment.makeSalt() + environment.makeSalt())
        let token = StoredToken(
            token: environment.makeID(), account: account, user: user, role: role.rawValue,
            secretSHA256: SecretHash.of(secret), createdAt: environment.now())
        try store.add(token)
        return NewToken(stored: token, secret: secret)
    }

    /// Makes a key, and records who made it for whom and why. Errors: `not_found` when the account isn't registered.
    public func createToken(account: AccountID, user: UserID, role: AccessRole, by author: Author) throws -> NewToken {
        try store.transaction {
            let made = try createToken(account: account, user: user, role: role)
            try store.recordKeyChange(.tokenCreated, of: made.stored, by: actor(author))
            return made
        }
    }

    /// Takes a key back, now, and records who did and why. Taken back before, nothing changes.
    /// Error: `not_found`.
    public func revokeToken(_ token: String, by author: Author) throws {
        try store.transaction {
            guard let stored = try store.tokens().first(where: { $0.token == token }) else {
                throw StoreError(.notFound, "there is no token '\(token.prefix(80))'")
            }
            guard stored.revokedAt == nil else { return }
            try revokeToken(token)
            try store.recordKeyChange(.tokenRevoked, of: stored, by: actor(author))
        }
    }

    /// Takes a key back, now. Error: `not_found`.
    public func revokeToken(_ token: String) throws { try store.revoke(token: token, at: environment.now()) }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

import Store
import Synchronization
import Units

/// All keys in memory, for a server: its process is the only one that writes the database, so what it knows is what
/// holds.
public final class KeyRing: Sendable {
    private struct State {
        var tokens: [String: StoredToken] = [:]
        var unsavedUse: [String: Instant] = [:]
        /// Keys that were made or have changed, since the start.
        var changes = 0
    }

    private let state: Mutex<State>
    private static let useIntervalNanoseconds: Int64 = 60_000_000_000

    init(_ tokens: [StoredToken]) {
        state = Mutex(State(tokens: Dictionary(uniqueKeysWithValues: tokens.map { ($0.token, $0) })))
    }

    /// Who a key is; `nil` for an unknown token, a wrong secret and a revoked key alike, with the same work for each.
    public func credential(token: String, secret: String, at now: Instant) -> Credential? {
        prove(token: token, secret: secret, at: now)?.credential
    }

    /// The same, to be asked about again without its secret.
    public func prove(token: String, secret: String, at now: Instant) -> ProvenKey? {
        let sent = SecretHash.of(secret)
        return state.withLock { state in
            let stored = state.tokens[token]
            let isRight = sent.hasSameBytesInSameTime(as: stored?.secretSHA256 ?? Self.nobodysHash)
            guard let stored, isRight, stored.revokedAt == nil, let role = AccessRole(rawValue: stored.role) else {
                return nil
            }
            Self.noteUse(of: stored, at: now, &state)
            return ProvenKey(
                credential: Credential(token: token, account: stored.account, user: stored.user, role: role),
                changes: state.changes)
        }
    }

    /// Who a key that was right before is; `nil` when any key was made or has changed since: then it must be shown
    /// again.
    public func credential(of key: ProvenKey, at now: Instant) -> Credential? {
        state.withLock { state in
            guard key.changes == state.changes, let stored = state.tokens[key.credential.token] else { return nil }
            Self.noteUse(of: stored, at: now, &state)
            return key.credential
        }
    }

    private static func noteUse(of stored: StoredToken, at now: Instant, _ state: inout State) {
        if let last = stored.lastUsedAt, now.nanoseconds - last.nanoseconds < useIntervalNanoseconds { return }
        state.tokens[stored.token]?.lastUsedAt = now
        state.unsavedUse[stored.token] = now
    }

    /// Whether a key that was right a while ago still is.
    func holds(_ token: String) -> Bool { state.withLock { $0.tokens[token].map { $0.revokedAt == nil } ?? false } }

    /// When a key was last used, to the minute; `nil` for never.
    public func lastUse(of token: String) -> Instant? { state.withLock { $0.tokens[token]?.lastUsedAt } }

    /// Takes in a key that was made just now, or a stored one's newer state.
    func put(_ token: StoredToken) { state.withLock { $0.tokens[token.token] = token } }

    /// A key holds no more. Again, nothing changes.
    func revoke(_ token: String, at now: Instant) {
        state.withLock { state in
            guard var stored = state.tokens[token], stored.revokedAt == nil else { return }
            stored.revokedAt = now
            state.tokens[token] = stored
            state.changes += 1
        }
    }

    /// Keys whose last use isn't in the database yet, with the instant; the next call gives only later ones.
    func takeUnsavedUse() -> [String: Instant] {
        state.withLock { state in
            defer { state.unsavedUse = [:] }
            return state.unsavedUse
        }
    }

    /// What was taken couldn't be written down.
    func putBackUnsavedUse(_ use: [String: Instant]) {
        state.withLock { $0.unsavedUse.merge(use) { later, _ in later } }
    }

    /// No secret has this hash.
    private static let nobodysHash = [UInt8](repeating: 0, count: 32)
}

/// A key that was right when it was shown.
public struct ProvenKey: Sendable {
    public let credential: Credential
    fileprivate let changes: Int
}

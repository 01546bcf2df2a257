import UsageLedger
import Units

extension LedgerStore {
    /// Adds a key. Error: `refused` when the token is taken or the role is none.
    public func add(_ token: StoredToken) throws {
        try write { session in
            let row = try session.statements("INSERT INTO access_token VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")
            row.bind(1, token.token)
            row.bind(2, try session.keys.accounts.numberAddingIfNeeded(of: token.account))
            row.bind(3, try session.keys.users.numberAddingIfNeeded(of: token.user))
            row.bind(4, token.role)
            row.bind(5, token.secretSHA256)
            row.bind(6, token.createdAt.nanoseconds)
            row.bind(7, token.revokedAt?.nanoseconds)
            row.bind(8, token.lastUsedAt?.nanoseconds)
            try row.run()
        }
    }

    /// All keys, revoked ones included, in the order in which they were made.
    public func tokens() throws -> [StoredToken] {
        try read { statements, keys in
            let row = try statements("SELECT * FROM access_token ORDER BY created_at, token")
            var found: [StoredToken] = []
            while try row.step() {
                found.append(
                    StoredToken(
                        token: row.text(0), account: try keys.accounts.name(of: row.integer(1)),
                        user: try keys.users.name(of: row.integer(2)), role: row.text(3), secretSHA256: row.bytes(4),
                        createdAt: Instant(nanoseconds: row.integer(5)),
                        revokedAt: row.optionalInteger(6).map(Instant.init(nanoseconds:)),
                        lastUsedAt: row.optionalInteger(7).map(Instant.init(nanoseconds:))))
            }
            return found
        }
    }

    /// Takes a key back; what was revoked before keeps its instant. Error: `not_found`.
    public func revoke(token: String, at now: Instant) throws {
        try write { session in
            let row = try session.statements(
                "UPDATE access_token SET revoked_at = coalesce(revoked_at, ?2) WHERE token = ?1")
            row.bind(1, token)
            row.bind(2, now.nanoseconds)
            try row.run()
            guard row.changes == 1 else {
                throw StoreError(.notFound, "there is no token '\(token)'; list those there are")
            }
        }
    }

    /// Notes when keys were last used.
    public func noteUse(of tokens: [String: Instant]) throws {
        try write { session in
            let row = try session.statements("UPDATE access_token SET last_used_at = ?2 WHERE token = ?1")
            for (token, instant) in tokens {
                row.bind(1, token)
                row.bind(2, instant.nanoseconds)
                try row.run()
            }
        }
    }

    /// Writes and flushes one row, so that "ready" means that a write reaches the disk.
    public func probeWrite(at now: Instant) throws {
        try write { session in
            let row = try session.statements("INSERT OR REPLACE INTO write_probe VALUES (1, ?1)")
            row.bind(1, now.nanoseconds)
            try row.run()
        }
    }
}

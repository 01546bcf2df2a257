-- Access to the API. Beside the log: not part of it, not made from it, never rebuilt. A secret itself is nowhere.
CREATE TABLE access_token (
    -- Random and public: the user name of HTTP Basic.
    token TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account_key (account),
    user INTEGER NOT NULL REFERENCES user_key (user),
    role TEXT NOT NULL CHECK (role IN ('user', 'scheduler', 'billing', 'admin', 'auditor')),
    secret_sha256 BLOB NOT NULL CHECK (length(secret_sha256) = 32),
    -- Nanoseconds since 1970-01-01T00:00:00Z.
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_account ON access_token (account);
-- What a readiness check writes: ready means that a write reaches the disk.
CREATE TABLE write_probe (one INTEGER PRIMARY KEY CHECK (one = 1), written_at INTEGER NOT NULL) STRICT;

-- What the API keeps beside the log: not part of it, not made from it, never rebuilt.

-- Answers to requests that bore an Idempotency-Key, written in the transaction of their effect.
CREATE TABLE idempotency_key (
    account INTEGER NOT NULL REFERENCES account_key (account),
    user INTEGER NOT NULL REFERENCES user_key (user),
    -- Method and path, for example POST /tasks/.
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of query and body.
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    -- Nanoseconds since 1970-01-01T00:00:00Z.
    answered_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (account, user, route, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_age ON idempotency_key (answered_at);

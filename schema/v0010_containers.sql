-- What the scheduler keeps beside the log: not part of it, not made from it, never rebuilt. Instants in nanoseconds
-- since 1970-01-01T00:00:00Z.

-- Containers that aren't settled yet. A row is written before an engine is asked for anything, and goes when the engine
-- has nothing of it any more.
CREATE TABLE container (
    task TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account_key (account),
    user INTEGER NOT NULL REFERENCES user_key (user),
    plan INTEGER NOT NULL REFERENCES plan_key (plan),
    attempt INTEGER NOT NULL,
    host TEXT NOT NULL,
    -- Made of task and attempt, so that an engine refuses a second one.
    name TEXT NOT NULL UNIQUE,
    -- placed: nothing was started yet; starting: it may have been; running: its start is in the log; ended: its end is.
    phase TEXT NOT NULL CHECK (phase IN ('placed', 'starting', 'running', 'ended')),
    limit_seconds INTEGER,
    placed_at INTEGER NOT NULL,
    started_at INTEGER,
    -- The engine has last shown it alive.
    last_proof_at INTEGER,
    -- Who has ended it other than itself: canceled or limit.
    ended_by TEXT CHECK (ended_by IN ('canceled', 'limit'))
) STRICT, WITHOUT ROWID;

-- What tasks have left behind: a file each, and the row goes with the file.
CREATE TABLE artifact (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account_key (account),
    task TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX artifact_account ON artifact (account, created_at);
CREATE INDEX artifact_expiry ON artifact (expires_at);
-- What tasks have written to their standard output and error.
CREATE TABLE task_output (
    task TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account_key (account),
    created_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

-- Resources of an account. Instants in nanoseconds since 1970-01-01T00:00:00Z; changed_by is the key's user.

CREATE TABLE registry (
    account INTEGER NOT NULL REFERENCES account_key (account),
    -- UUID, ordered by time like every id here.
    id TEXT NOT NULL UNIQUE,
    hostname TEXT NOT NULL,
    username TEXT NOT NULL,
    -- Encrypted with the key of the secret key file.
    sealed_password TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES user_key (user),
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE ssh_key (
    account INTEGER NOT NULL REFERENCES account_key (account),
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    pub_key TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES user_key (user),
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- Where an account wants to be told. An id is never given twice.
CREATE TABLE notification_endpoint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account_key (account),
    endpoint_type TEXT NOT NULL CHECK (endpoint_type IN ('webhook')),
    address TEXT NOT NULL,
    -- What signs its messages, encrypted.
    sealed_secret TEXT NOT NULL,
    -- It has answered a message with 2xx at this address.
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES user_key (user),
    UNIQUE (account, id)
) STRICT;

-- What an account wants to be told.
CREATE TABLE notification_setting (
    account INTEGER NOT NULL REFERENCES account_key (account),
    id TEXT NOT NULL UNIQUE,
    event_type TEXT NOT NULL CHECK (event_type IN ('task_completed', 'invoice_issued', 'budget_threshold')),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES user_key (user),
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_setting_endpoint (
    setting TEXT NOT NULL REFERENCES notification_setting (id) ON DELETE CASCADE,
    endpoint INTEGER NOT NULL REFERENCES notification_endpoint (id) ON DELETE CASCADE,
    PRIMARY KEY (setting, endpoint)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_setting_endpoint_endpoint ON notification_setting_endpoint (endpoint);

-- What one task's end wants otherwise; NULL leaves it to the settings.
CREATE TABLE task_notification (
    account INTEGER NOT NULL REFERENCES account_key (account),
    task TEXT NOT NULL,
    is_enabled INTEGER CHECK (is_enabled IN (0, 1)),
    -- Endpoint ids, separated by spaces.
    endpoints TEXT,
    updated_at INTEGER NOT NULL,
    changed_by INTEGER NOT NULL REFERENCES user_key (user),
    PRIMARY KEY (account, task)
) STRICT, WITHOUT ROWID;

-- Messages to endpoints, written in the transaction of what they tell: of each kind at most one for an event and an
-- endpoint.
CREATE TABLE webhook_message (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint INTEGER NOT NULL REFERENCES notification_endpoint (id) ON DELETE CASCADE,
    -- Of the event that it tells of.
    position INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- NULL when it was delivered or given up.
    next_attempt_at INTEGER,
    delivered_at INTEGER,
    -- What the last attempt came to: a status of HTTP or words.
    last_result TEXT,
    UNIQUE (position, endpoint, event_type)
) STRICT;
CREATE INDEX webhook_message_waiting ON webhook_message (endpoint, sequence) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_message_of_endpoint ON webhook_message (endpoint);
CREATE INDEX webhook_message_done ON webhook_message (created_at) WHERE next_attempt_at IS NULL;

-- A fresh database, as the migrations v0001_… make it. A test compares; KANJO_RECORD=1 writes it anew.

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

CREATE TABLE account_key (account INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE account_user (
    account INTEGER NOT NULL REFERENCES account_key (account), user INTEGER NOT NULL REFERENCES user_key (user),
    position INTEGER NOT NULL,
    PRIMARY KEY (account, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_version (
    account INTEGER NOT NULL REFERENCES account_key (account), position INTEGER NOT NULL, name TEXT NOT NULL,
    postal_code TEXT NOT NULL, address TEXT NOT NULL, department TEXT NOT NULL, registration_number TEXT NOT NULL,
    email TEXT NOT NULL, payment TEXT NOT NULL, country TEXT NOT NULL DEFAULT 'JP',
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE budget_alert (
    account INTEGER NOT NULL, month INTEGER NOT NULL, threshold_yen INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (account, month, threshold_yen)
) STRICT, WITHOUT ROWID;

CREATE TABLE budget_version (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL,
    -- NULL: no cap. Thresholds in whole yen, ascending, separated by spaces.
    hard_cap_yen INTEGER, alert_yen TEXT NOT NULL
) STRICT;

CREATE INDEX budget_version_account ON budget_version (account, position);

CREATE TABLE closing (
    -- Of the event that closed the month.
    position INTEGER PRIMARY KEY, period INTEGER NOT NULL UNIQUE, log_cut INTEGER NOT NULL, issue_day INTEGER NOT NULL,
    rules_version INTEGER NOT NULL, invoice_minimum_yen INTEGER NOT NULL, grace_hours INTEGER NOT NULL,
    runaway_silence_minutes INTEGER, documents INTEGER NOT NULL, payable_yen INTEGER NOT NULL
) STRICT;

CREATE TABLE compute_task (
    task INTEGER PRIMARY KEY,
    account INTEGER NOT NULL, user INTEGER NOT NULL, plan INTEGER,
    -- Nanoseconds since 1970-01-01T00:00:00Z, like all instants here.
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, canceled_at INTEGER,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'error', 'done', 'aborted', 'canceled')),
    -- The attempt whose run the task shows.
    attempt INTEGER,
    -- Positions of the submission that counts and of the stop of the shown run.
    submission INTEGER NOT NULL, stop INTEGER,
    -- From our own events: somebody wants a running task to end; it was deleted from the list.
    cancel_asked_at INTEGER, deleted_at INTEGER
, placed_at INTEGER, failed_at INTEGER, failed_status TEXT CHECK (failed_status IN ('error', 'aborted')), failure INTEGER) STRICT;

CREATE INDEX compute_task_account ON compute_task (account, created_at, task) WHERE deleted_at IS NULL;

CREATE INDEX compute_task_status ON compute_task (account, status, created_at, task) WHERE deleted_at IS NULL;

CREATE INDEX compute_task_unwanted ON compute_task (created_at, task)
    WHERE status = 'running' AND cancel_asked_at IS NOT NULL;

CREATE INDEX compute_task_waiting ON compute_task (created_at, task) WHERE status = 'waiting';

CREATE TABLE compute_task_count (
    account INTEGER NOT NULL, status TEXT NOT NULL, tasks INTEGER NOT NULL, PRIMARY KEY (account, status)
) STRICT, WITHOUT ROWID;

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
, gpus TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE coverage (class TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE credit (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account_key (account), yen INTEGER NOT NULL,
    from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, plans TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;

CREATE INDEX credit_account ON credit (account);

CREATE TABLE document (
    -- Position of the event that issued it.
    position INTEGER PRIMARY KEY REFERENCES event (position),
    account INTEGER NOT NULL REFERENCES account_key (account),
    -- year × 12 + month − 1.
    period INTEGER NOT NULL,
    kind TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    number TEXT NOT NULL UNIQUE,
    issue_day INTEGER NOT NULL,
    payable_yen INTEGER NOT NULL CHECK (payable_yen >= 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    body BLOB NOT NULL,
    UNIQUE (account, period, kind, revision)
) STRICT;

CREATE INDEX document_account_day ON document (account, issue_day);

CREATE INDEX document_amount ON document (payable_yen);

CREATE INDEX document_issue_day ON document (issue_day);

CREATE INDEX document_period ON document (period, number);

CREATE TRIGGER document_refuses_delete BEFORE DELETE ON document
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;

CREATE TRIGGER document_refuses_replacement BEFORE INSERT ON document
    WHEN EXISTS (
        SELECT 1 FROM document WHERE position = NEW.position OR number = NEW.number
            OR (account = NEW.account AND period = NEW.period AND kind = NEW.kind AND revision = NEW.revision))
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;

CREATE TRIGGER document_refuses_update BEFORE UPDATE ON document
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;

CREATE TABLE document_end (
    document INTEGER PRIMARY KEY REFERENCES document (position),
    -- Of the event that voided it, or issued what replaces it.
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('replaced', 'void'))
) STRICT;

CREATE INDEX document_end_position ON document_end (position);

CREATE TABLE document_line (
    document INTEGER NOT NULL REFERENCES document (position), line INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES account_key (account), class TEXT NOT NULL, charge_month INTEGER NOT NULL,
    plan INTEGER NOT NULL REFERENCES plan_key (plan), yen_billionths INTEGER, basis TEXT, tax TEXT NOT NULL,
    seconds INTEGER NOT NULL, shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    amount_yen INTEGER NOT NULL, credit INTEGER,
    PRIMARY KEY (account, document, line)
) STRICT, WITHOUT ROWID;

CREATE VIEW document_state (
    position, account, period, kind, revision, number, issue_day, payable_yen, state, ended_by, receivable_yen
) AS
SELECT d.position, d.account, d.period, d.kind, d.revision, d.number, d.issue_day, d.payable_yen,
    coalesce(e.state, 'issued'), e.position,
    CASE WHEN e.state IS NOT NULL THEN 0 WHEN d.kind = 'return' THEN -d.payable_yen ELSE d.payable_yen END
FROM document d LEFT JOIN document_end e ON e.document = d.position;

CREATE TABLE draft (
    period INTEGER PRIMARY KEY, drafted_at INTEGER NOT NULL, log_cut INTEGER NOT NULL, totals TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    -- 1, 2, 3 … without a gap.
    position INTEGER PRIMARY KEY CHECK (position > 0),
    -- Nanoseconds since 1970-01-01T00:00:00Z. recorded_at never decreases along the log.
    recorded_at INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    type INTEGER NOT NULL,
    -- NULL for events that are about no task.
    task INTEGER REFERENCES task (task) DEFERRABLE INITIALLY DEFERRED,
    source INTEGER NOT NULL REFERENCES event_source (source),
    id TEXT NOT NULL,
    -- SHA-256(0x00 ‖ body), RFC 6962.
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
    -- Canonical body, RFC 8785.
    body BLOB NOT NULL,
    UNIQUE (source, id)
) STRICT;

CREATE INDEX event_restated ON event (task) WHERE type = 7;

CREATE INDEX event_task ON event (task) WHERE task IS NOT NULL;

CREATE INDEX event_without_task ON event (type) WHERE task IS NULL;

CREATE TRIGGER event_refuses_delete BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

CREATE TRIGGER event_refuses_update BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

CREATE TABLE event_source (source INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TRIGGER event_source_refuses_delete BEFORE DELETE ON event_source
    BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

CREATE TRIGGER event_source_refuses_update BEFORE UPDATE ON event_source
    BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

CREATE TABLE gate_acceptance (
    position INTEGER PRIMARY KEY, item TEXT NOT NULL, fingerprint BLOB NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;

CREATE INDEX gate_acceptance_item ON gate_acceptance (item);

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

CREATE TABLE issuer_version (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, registration_number TEXT NOT NULL, postal_code TEXT NOT NULL,
    address TEXT NOT NULL, phone TEXT NOT NULL, bank_account TEXT NOT NULL
) STRICT;

CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT;

CREATE TABLE log_subtree (
    -- 2^level leaves.
    level INTEGER NOT NULL CHECK (level >= 8),
    -- From 0, among those of the level.
    number INTEGER NOT NULL CHECK (number >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE open_run (
    account INTEGER NOT NULL, task INTEGER NOT NULL, attempt INTEGER NOT NULL,
    user INTEGER NOT NULL, plan INTEGER, gpu_thousandths INTEGER, minimum_seconds INTEGER NOT NULL,
    started_at INTEGER, last_proof_at INTEGER, limit_ends_at INTEGER,
    -- from/to pairs in nanoseconds, separated by spaces; NULL without waivers.
    waived TEXT, pays_minimum INTEGER NOT NULL, first_instant INTEGER, last_instant INTEGER,
    -- One bit for each kind of anomaly that doesn't depend on a cut or a price.
    anomalies INTEGER NOT NULL, event_count INTEGER NOT NULL,
    PRIMARY KEY (account, task, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX open_run_waived ON open_run (task) WHERE waived IS NOT NULL;

CREATE INDEX open_run_with_anomaly ON open_run (task) WHERE anomalies <> 0;

CREATE TABLE payment (
    position INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('received', 'applied', 'refunded')),
    method TEXT NOT NULL, reference TEXT NOT NULL, day INTEGER NOT NULL,
    yen INTEGER NOT NULL, fee_yen INTEGER NOT NULL,
    UNIQUE (method, reference)
) STRICT;

CREATE INDEX payment_account ON payment (account, day);

CREATE TABLE payment_part (
    payment INTEGER NOT NULL, account INTEGER NOT NULL, period INTEGER NOT NULL, number TEXT NOT NULL,
    yen INTEGER NOT NULL,
    PRIMARY KEY (account, period, payment)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_key (plan INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE plan_version (
    plan INTEGER NOT NULL REFERENCES plan_key (plan), position INTEGER NOT NULL, name TEXT NOT NULL, gpu_model TEXT NOT NULL,
    gpu_thousandths INTEGER NOT NULL, minimum_seconds INTEGER NOT NULL,
    PRIMARY KEY (plan, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_row (
    position INTEGER PRIMARY KEY, plan INTEGER NOT NULL REFERENCES plan_key (plan),
    account INTEGER REFERENCES account_key (account), yen_billionths INTEGER NOT NULL, basis TEXT NOT NULL, tax TEXT NOT NULL,
    from_day INTEGER NOT NULL, to_day INTEGER
) STRICT;

CREATE TABLE price_row_end (
    position INTEGER PRIMARY KEY, price_row INTEGER NOT NULL REFERENCES price_row (position), to_day INTEGER,
    withdrawn INTEGER NOT NULL
) STRICT;

CREATE TABLE price_row_use (price_row INTEGER PRIMARY KEY, last_day INTEGER NOT NULL) STRICT;

CREATE TABLE private_text (
    position INTEGER NOT NULL REFERENCES event (position),
    field TEXT NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    text BLOB NOT NULL,
    PRIMARY KEY (position, field)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER private_text_refuses_update BEFORE UPDATE ON private_text
    BEGIN SELECT raise(ABORT, 'a private text is erased, never changed'); END;

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

CREATE TABLE reservation (
    task INTEGER PRIMARY KEY, position INTEGER NOT NULL, account INTEGER NOT NULL, plan INTEGER NOT NULL,
    yen_billionths INTEGER NOT NULL, basis TEXT NOT NULL, tax TEXT NOT NULL,
    -- Japanese day from which on it may run.
    from_day INTEGER NOT NULL,
    -- Millionths of a yen, tax included, rounded up.
    micro_yen INTEGER NOT NULL,
    -- Until the task has ended; then the last Japanese day on which it may have run, NULL when it never did.
    is_open INTEGER NOT NULL, to_day INTEGER
) STRICT;

CREATE INDEX reservation_open ON reservation (account, plan, micro_yen) WHERE is_open = 1;

CREATE TABLE rules_version (
    position INTEGER PRIMARY KEY, version INTEGER NOT NULL, invoice_minimum_yen INTEGER NOT NULL, grace_hours INTEGER NOT NULL,
    runaway_silence_minutes INTEGER
) STRICT;

CREATE VIEW run (
    task, attempt, account, user, plan, gpu_thousandths, minimum_seconds, started_at, stopped_at, last_proof_at,
    limit_ends_at, waived, pays_minimum, first_instant, last_instant, anomalies, event_count
) AS
SELECT task, attempt, nullif(account, 0), user, plan, gpu_thousandths, minimum_seconds, started_at, NULL,
    coalesce(last_proof_at, started_at), limit_ends_at, waived, pays_minimum, coalesce(first_instant, started_at),
    coalesce(last_instant, started_at), anomalies, event_count
FROM open_run
UNION ALL
SELECT task, attempt, nullif(account, 0), user, plan, gpu_thousandths, minimum_seconds, started_at, stopped_at,
    coalesce(last_proof_at, started_at), limit_ends_at, waived, pays_minimum, coalesce(first_instant, started_at),
    coalesce(last_instant, stopped_at), anomalies, event_count
FROM stopped_run;

CREATE TABLE sqlite_sequence(name,seq);

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

CREATE TABLE stopped_run (
    stop_day INTEGER NOT NULL, account INTEGER NOT NULL, stopped_at INTEGER NOT NULL,
    task INTEGER NOT NULL, attempt INTEGER NOT NULL,
    user INTEGER NOT NULL, plan INTEGER, gpu_thousandths INTEGER, minimum_seconds INTEGER NOT NULL,
    started_at INTEGER, last_proof_at INTEGER, limit_ends_at INTEGER,
    waived TEXT, pays_minimum INTEGER NOT NULL, first_instant INTEGER, last_instant INTEGER,
    anomalies INTEGER NOT NULL, event_count INTEGER NOT NULL,
    PRIMARY KEY (stop_day, account, stopped_at, task, attempt)
) STRICT, WITHOUT ROWID;

CREATE INDEX stopped_run_waived ON stopped_run (task) WHERE waived IS NOT NULL;

CREATE INDEX stopped_run_with_anomaly ON stopped_run (task) WHERE anomalies <> 0;

CREATE TABLE task (task INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TRIGGER task_refuses_delete BEFORE DELETE ON task BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

CREATE TRIGGER task_refuses_update BEFORE UPDATE ON task BEGIN SELECT raise(ABORT, 'the log is never changed'); END;

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

CREATE TABLE task_output (
    task TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account_key (account),
    created_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL
, expires_at INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE INDEX task_output_expiry ON task_output (expires_at);

CREATE TABLE terms_agreement (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL, user INTEGER NOT NULL, version TEXT NOT NULL,
    agreed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX terms_agreement_account ON terms_agreement (account, position);

CREATE TABLE unsettled_month (
    account INTEGER NOT NULL, month INTEGER NOT NULL, PRIMARY KEY (account, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_day (
    account INTEGER NOT NULL, day INTEGER NOT NULL, plan INTEGER NOT NULL, seconds INTEGER NOT NULL,
    shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    PRIMARY KEY (day, account, plan)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_month (
    account INTEGER NOT NULL, month INTEGER NOT NULL, plan INTEGER NOT NULL, price_row INTEGER NOT NULL,
    seconds INTEGER NOT NULL, shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    PRIMARY KEY (month, account, plan, price_row)
) STRICT, WITHOUT ROWID;

CREATE INDEX usage_month_unpriced ON usage_month (account, plan) WHERE price_row = 0;

CREATE TABLE user_key (user INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

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

CREATE INDEX webhook_message_done ON webhook_message (created_at) WHERE next_attempt_at IS NULL;

CREATE INDEX webhook_message_of_endpoint ON webhook_message (endpoint);

CREATE INDEX webhook_message_waiting ON webhook_message (endpoint, sequence) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE write_probe (one INTEGER PRIMARY KEY CHECK (one = 1), written_at INTEGER NOT NULL) STRICT;

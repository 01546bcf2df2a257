-- Projections: what queries and closes need, kept in the transaction of the events, rebuilt from the log at any time.

-- Size of the log and the Merkle frontier over its leaf hashes.
CREATE TABLE log_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT;

-- Set-up. Each row bears the position of the event that recorded it, so that it can be read as known at a position.
CREATE TABLE issuer_version (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, registration_number TEXT NOT NULL, postal_code TEXT NOT NULL,
    address TEXT NOT NULL, phone TEXT NOT NULL, bank_account TEXT NOT NULL
) STRICT;
CREATE TABLE account_version (
    account INTEGER NOT NULL REFERENCES account_key (account), position INTEGER NOT NULL, name TEXT NOT NULL,
    postal_code TEXT NOT NULL, address TEXT NOT NULL, department TEXT NOT NULL, registration_number TEXT NOT NULL,
    email TEXT NOT NULL, payment TEXT NOT NULL,
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_user (
    account INTEGER NOT NULL REFERENCES account_key (account), user INTEGER NOT NULL REFERENCES user_key (user),
    position INTEGER NOT NULL,
    PRIMARY KEY (account, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE plan_version (
    plan INTEGER NOT NULL REFERENCES plan_key (plan), position INTEGER NOT NULL, name TEXT NOT NULL, gpu_model TEXT NOT NULL,
    gpu_thousandths INTEGER NOT NULL, minimum_seconds INTEGER NOT NULL,
    PRIMARY KEY (plan, position)
) STRICT, WITHOUT ROWID;
-- Days are counted from 1970-01-01, in Japan time; both ends belong to the row.
CREATE TABLE price_row (
    position INTEGER PRIMARY KEY, plan INTEGER NOT NULL REFERENCES plan_key (plan),
    account INTEGER REFERENCES account_key (account), yen_billionths INTEGER NOT NULL, basis TEXT NOT NULL, tax TEXT NOT NULL,
    from_day INTEGER NOT NULL, to_day INTEGER
) STRICT;
-- The last one of a row holds. A withdrawn row was never used.
CREATE TABLE price_row_end (
    position INTEGER PRIMARY KEY, price_row INTEGER NOT NULL REFERENCES price_row (position), to_day INTEGER,
    withdrawn INTEGER NOT NULL
) STRICT;
CREATE TABLE credit (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account_key (account), yen INTEGER NOT NULL,
    from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, plans TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX credit_account ON credit (account);
-- runaway_silence_minutes NULL: an open run counts as alive.
CREATE TABLE rules_version (
    position INTEGER PRIMARY KEY, version INTEGER NOT NULL, invoice_minimum_yen INTEGER NOT NULL, grace_hours INTEGER NOT NULL,
    runaway_silence_minutes INTEGER
) STRICT;
CREATE TABLE gate_acceptance (
    position INTEGER PRIMARY KEY, item TEXT NOT NULL, fingerprint BLOB NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX gate_acceptance_item ON gate_acceptance (item);

-- Use. Account, user and plan are numbers of the key tables, given there before they are used here; account 0 stands for
-- none. Instants are nanoseconds since 1970-01-01T00:00:00Z, days count from 1970-01-01 in Japan time.
-- A run moves from the first table to the second at its stop. Three instants are NULL where they are what they mostly are:
-- last_proof_at and first_instant the start, last_instant the stop, or without a stop the start.
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
CREATE INDEX open_run_with_anomaly ON open_run (task) WHERE anomalies <> 0;
CREATE INDEX open_run_waived ON open_run (task) WHERE waived IS NOT NULL;
-- The day leads, so that the runs that stop now lie together, whoever's they are.
CREATE TABLE stopped_run (
    stop_day INTEGER NOT NULL, account INTEGER NOT NULL, stopped_at INTEGER NOT NULL,
    task INTEGER NOT NULL, attempt INTEGER NOT NULL,
    user INTEGER NOT NULL, plan INTEGER, gpu_thousandths INTEGER, minimum_seconds INTEGER NOT NULL,
    started_at INTEGER, last_proof_at INTEGER, limit_ends_at INTEGER,
    waived TEXT, pays_minimum INTEGER NOT NULL, first_instant INTEGER, last_instant INTEGER,
    anomalies INTEGER NOT NULL, event_count INTEGER NOT NULL,
    PRIMARY KEY (stop_day, account, stopped_at, task, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX stopped_run_with_anomaly ON stopped_run (task) WHERE anomalies <> 0;
CREATE INDEX stopped_run_waived ON stopped_run (task) WHERE waived IS NOT NULL;
-- Every run, with all that a row leaves out.
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

-- Billable use of stopped runs by Japanese day. Seconds include the shortfall to the plan's minimum.
CREATE TABLE usage_day (
    account INTEGER NOT NULL, day INTEGER NOT NULL, plan INTEGER NOT NULL, seconds INTEGER NOT NULL,
    shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    PRIMARY KEY (day, account, plan)
) STRICT, WITHOUT ROWID;
-- The same by month and price row; price_row 0 where no single row prices the day.
CREATE TABLE usage_month (
    account INTEGER NOT NULL, month INTEGER NOT NULL, plan INTEGER NOT NULL, price_row INTEGER NOT NULL,
    seconds INTEGER NOT NULL, shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    PRIMARY KEY (month, account, plan, price_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_month_unpriced ON usage_month (account, plan) WHERE price_row = 0;
-- Every recorded usage event is in exactly one class (coverage identity).
CREATE TABLE coverage (class TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Closes.
CREATE TABLE closing (
    -- Of the event that closed the month.
    position INTEGER PRIMARY KEY, period INTEGER NOT NULL UNIQUE, log_cut INTEGER NOT NULL, issue_day INTEGER NOT NULL,
    rules_version INTEGER NOT NULL, invoice_minimum_yen INTEGER NOT NULL, grace_hours INTEGER NOT NULL,
    runaway_silence_minutes INTEGER, documents INTEGER NOT NULL, payable_yen INTEGER NOT NULL
) STRICT;
CREATE TABLE document_line (
    document INTEGER NOT NULL REFERENCES document (position), line INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES account_key (account), class TEXT NOT NULL, charge_month INTEGER NOT NULL,
    plan INTEGER NOT NULL REFERENCES plan_key (plan), yen_billionths INTEGER, basis TEXT, tax TEXT NOT NULL,
    seconds INTEGER NOT NULL, shortfall_seconds INTEGER NOT NULL, gpu_second_thousandths INTEGER NOT NULL,
    amount_yen INTEGER NOT NULL, credit INTEGER,
    PRIMARY KEY (account, document, line)
) STRICT, WITHOUT ROWID;
-- Price row → last day on which an issued line used it.
CREATE TABLE price_row_use (price_row INTEGER PRIMARY KEY, last_day INTEGER NOT NULL) STRICT;
-- Months at or before the last closed one in which an account's use may differ from what is billed.
CREATE TABLE unsettled_month (
    account INTEGER NOT NULL, month INTEGER NOT NULL, PRIMARY KEY (account, month)
) STRICT, WITHOUT ROWID;
-- The last draft of a month, to tell what has changed since.
CREATE TABLE draft (
    period INTEGER PRIMARY KEY, drafted_at INTEGER NOT NULL, log_cut INTEGER NOT NULL, totals TEXT NOT NULL
) STRICT;

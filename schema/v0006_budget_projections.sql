-- Limits on spending: projections of the log, like v0002.
CREATE TABLE budget_version (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL,
    -- NULL: no cap. Thresholds in whole yen, ascending, separated by spaces.
    hard_cap_yen INTEGER, alert_yen TEXT NOT NULL
) STRICT;
CREATE INDEX budget_version_account ON budget_version (account, position);
-- What a task of a capped account may cost at most, at the price that was known when it was reserved.
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
-- Thresholds that a month's use has reached; each is told once.
CREATE TABLE budget_alert (
    account INTEGER NOT NULL, month INTEGER NOT NULL, threshold_yen INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (account, month, threshold_yen)
) STRICT, WITHOUT ROWID;

-- Tasks as their owners see them: projections of the log, like v0002. People's words aren't here: they are read from
-- private_text, so that what is erased there is gone.

-- One row for each task that was submitted for an account.
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
) STRICT;
CREATE INDEX compute_task_account ON compute_task (account, created_at, task) WHERE deleted_at IS NULL;
CREATE INDEX compute_task_status ON compute_task (account, status, created_at, task) WHERE deleted_at IS NULL;
-- What a scheduler asks for.
CREATE INDEX compute_task_waiting ON compute_task (created_at, task) WHERE status = 'waiting';
CREATE INDEX compute_task_unwanted ON compute_task (created_at, task)
    WHERE status = 'running' AND cancel_asked_at IS NOT NULL;
-- Tasks of an account that aren't deleted, so that a long list needn't be counted.
CREATE TABLE compute_task_count (
    account INTEGER NOT NULL, status TEXT NOT NULL, tasks INTEGER NOT NULL, PRIMARY KEY (account, status)
) STRICT, WITHOUT ROWID;
-- Who has agreed to which terms of service.
CREATE TABLE terms_agreement (
    position INTEGER PRIMARY KEY, account INTEGER NOT NULL, user INTEGER NOT NULL, version TEXT NOT NULL,
    agreed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX terms_agreement_account ON terms_agreement (account, position);

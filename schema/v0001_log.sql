-- The log: the only truth. Everything in v0002 can be thrown away and rebuilt from these tables.

-- Small dense numbers for long names. Append-only like the log that uses them.
CREATE TABLE event_source (source INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE task (task INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE account_key (account INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE user_key (user INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE plan_key (plan INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

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
CREATE INDEX event_task ON event (task) WHERE task IS NOT NULL;
-- Restated tasks may have belonged to another account at an earlier log cut.
CREATE INDEX event_restated ON event (task) WHERE type = 7;
CREATE INDEX event_without_task ON event (type) WHERE task IS NULL;

-- A person's words and secrets; the body holds SHA-256(salt ‖ text). A row may be erased, never changed.
CREATE TABLE private_text (
    position INTEGER NOT NULL REFERENCES event (position),
    field TEXT NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    text BLOB NOT NULL,
    PRIMARY KEY (position, field)
) STRICT, WITHOUT ROWID;

-- Issued documents, frozen: canonical JSON bytes and their SHA-256.
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
CREATE INDEX document_issue_day ON document (issue_day);
CREATE INDEX document_period ON document (period, number);

CREATE TRIGGER event_refuses_update BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_refuses_delete BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER task_refuses_update BEFORE UPDATE ON task BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER task_refuses_delete BEFORE DELETE ON task BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_source_refuses_update BEFORE UPDATE ON event_source
    BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_source_refuses_delete BEFORE DELETE ON event_source
    BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER private_text_refuses_update BEFORE UPDATE ON private_text
    BEGIN SELECT raise(ABORT, 'a private text is erased, never changed'); END;
CREATE TRIGGER document_refuses_update BEFORE UPDATE ON document
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;
CREATE TRIGGER document_refuses_delete BEFORE DELETE ON document
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;
-- REPLACE deletes without asking the trigger above, unless the connection wants recursive triggers.
CREATE TRIGGER document_refuses_replacement BEFORE INSERT ON document
    WHEN EXISTS (
        SELECT 1 FROM document WHERE position = NEW.position OR number = NEW.number
            OR (account = NEW.account AND period = NEW.period AND kind = NEW.kind AND revision = NEW.revision))
    BEGIN SELECT raise(ABORT, 'an issued document is never changed'); END;

-- What became of documents after their issue: projections of the log, like v0002.

-- Documents that charge nothing any more: void, or replaced by their next revision. Lines of void documents leave
-- `document_line`; those of replaced ones stay there once, under the first revision.
CREATE TABLE document_end (
    document INTEGER PRIMARY KEY REFERENCES document (position),
    -- Of the event that voided it, or issued what replaces it.
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('replaced', 'void'))
) STRICT;
CREATE INDEX document_end_position ON document_end (position);

-- Every document with its state (issued, replaced, void) and what it adds to what its account owes: below zero for a
-- return, whose column payable_yen holds what it gives back, and 0 for what is replaced or void.
CREATE VIEW document_state (
    position, account, period, kind, revision, number, issue_day, payable_yen, state, ended_by, receivable_yen
) AS
SELECT d.position, d.account, d.period, d.kind, d.revision, d.number, d.issue_day, d.payable_yen,
    coalesce(e.state, 'issued'), e.position,
    CASE WHEN e.state IS NOT NULL THEN 0 WHEN d.kind = 'return' THEN -d.payable_yen ELSE d.payable_yen END
FROM document d LEFT JOIN document_end e ON e.document = d.position;

-- Money that came in or went back: projections of the log, like v0002.

-- received: money came from the customer, less what its bank kept (fee_yen); applied: money that was held pays invoices
-- now; refunded: money that was held went back. Whole yen; days count from 1970-01-01.
CREATE TABLE payment (
    position INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('received', 'applied', 'refunded')),
    method TEXT NOT NULL, reference TEXT NOT NULL, day INTEGER NOT NULL,
    yen INTEGER NOT NULL, fee_yen INTEGER NOT NULL,
    UNIQUE (method, reference)
) STRICT;
CREATE INDEX payment_account ON payment (account, day);
-- What of it pays the invoice of a month, in whatever revision; the rest is held for the account.
CREATE TABLE payment_part (
    payment INTEGER NOT NULL, account INTEGER NOT NULL, period INTEGER NOT NULL, number TEXT NOT NULL,
    yen INTEGER NOT NULL,
    PRIMARY KEY (account, period, payment)
) STRICT, WITHOUT ROWID;

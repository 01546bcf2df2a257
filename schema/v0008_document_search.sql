-- Documents by amount, and an account's by day; both with the day, so that newest first needs no sorting of all.
CREATE INDEX document_amount ON document (payable_yen);
CREATE INDEX document_account_day ON document (account, issue_day);

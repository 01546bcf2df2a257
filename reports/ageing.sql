-- title: Ageing
-- question: Who owes how much, and how long is it due?
-- note: Invoices that stand, less returns and payments. Money that is held for an account isn't taken off.
-- parameter: at instant default now "As seen at"
-- column: account text "Account"
-- column: name text "Name"
-- column: open_yen yen "Open, yen"
-- column: not_due_yen yen "Not due yet"
-- column: due_30_yen yen "Due for 1–30 days"
-- column: due_60_yen yen "31–60"
-- column: due_90_yen yen "61–90"
-- column: older_yen yen "More than 90"
-- chart: bars account open_yen
WITH owed AS (
    SELECT s.account, s.period, sum(s.receivable_yen) - (
        SELECT coalesce(sum(p.yen), 0) FROM payment_part p JOIN payment m ON m.position = p.payment
        WHERE p.account = s.account AND p.period = s.period AND m.day <= day_of(:at)
    ) AS open, day_of(:at) - due_day(s.period) AS days
    FROM document_state s WHERE s.issue_day <= day_of(:at) GROUP BY s.account, s.period
)
SELECT k.name AS account,
    (SELECT v.name FROM account_version v WHERE v.account = k.account ORDER BY v.position DESC LIMIT 1) AS name,
    sum_exact(open) AS open_yen, sum_exact(iif(days <= 0, open, 0)) AS not_due_yen,
    sum_exact(iif(days BETWEEN 1 AND 30, open, 0)) AS due_30_yen,
    sum_exact(iif(days BETWEEN 31 AND 60, open, 0)) AS due_60_yen,
    sum_exact(iif(days BETWEEN 61 AND 90, open, 0)) AS due_90_yen, sum_exact(iif(days > 90, open, 0)) AS older_yen
FROM owed JOIN account_key k USING (account)
WHERE open > 0 GROUP BY k.account ORDER BY open_yen DESC, k.name

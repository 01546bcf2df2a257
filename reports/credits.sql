-- title: Credits
-- question: What was granted, what of it has paid for use, and what is left?
-- note: After its end a credit can only pay late lines of the months that it covers.
-- parameter: account text optional "Account"
-- column: credit integer "Credit"
-- column: account text "Account"
-- column: reason text "Reason"
-- column: from_day day "From"
-- column: to_day day "To"
-- column: plans text "Plans"
-- column: granted_yen yen "Granted"
-- column: used_yen yen "Used"
-- column: given_back_yen yen "Given back"
-- column: left_yen yen "Left"
SELECT c.position AS credit, a.name AS account, c.reason, c.from_day, c.to_day,
    iif(c.plans = '', 'all', c.plans) AS plans,
    c.yen AS granted_yen, sum_exact(max(-l.amount_yen, 0)) AS used_yen,
    sum_exact(max(l.amount_yen, 0)) AS given_back_yen, c.yen + sum_exact(l.amount_yen) AS left_yen
FROM credit c JOIN account_key a USING (account)
    LEFT JOIN document_line l ON l.account = c.account AND l.credit = c.position AND l.class = 'credit'
WHERE :account IS NULL OR a.name = :account
GROUP BY c.position ORDER BY a.name, c.to_day, c.position

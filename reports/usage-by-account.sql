-- title: Usage by account
-- question: Who used how much in a month, and what is it worth?
-- note: Stopped runs; those still going are in open-runs. Amounts are exact and unrounded; use without one clear price
--       counts nothing.
-- parameter: period month required "Month"
-- column: account text "Account"
-- column: name text "Name"
-- column: seconds seconds "Seconds"
-- column: shortfall_seconds seconds "of them up to the minimum"
-- column: gpu_seconds gpu_seconds "GPU seconds"
-- column: amount_yen decimal "Yen, exact"
-- column: unpriced_seconds seconds "Seconds without a price"
-- column: billed_yen yen "Yen billed so far"
WITH billed AS (
    SELECT account, sum_exact(amount_yen) AS yen FROM document_line
    WHERE charge_month = :period AND class <> 'credit' GROUP BY account
),
used AS (
    SELECT u.account, sum(u.seconds) AS seconds, sum(u.shortfall_seconds) AS shortfall_seconds,
        sum_exact(u.gpu_second_thousandths) AS gpu_seconds,
        sum_exact_yen(iif(p.basis = 'gpu', u.gpu_second_thousandths, u.seconds * 1000), p.yen_billionths) AS amount_yen,
        sum(iif(p.position IS NULL, u.seconds, 0)) AS unpriced_seconds
    FROM usage_month u LEFT JOIN price_row p ON p.position = u.price_row
    WHERE u.month = :period GROUP BY u.account
)
SELECT k.name AS account,
    (SELECT v.name FROM account_version v WHERE v.account = k.account ORDER BY v.position DESC LIMIT 1) AS name,
    coalesce(u.seconds, 0) AS seconds, coalesce(u.shortfall_seconds, 0) AS shortfall_seconds,
    coalesce(u.gpu_seconds, 0) AS gpu_seconds, coalesce(u.amount_yen, '0') AS amount_yen,
    coalesce(u.unpriced_seconds, 0) AS unpriced_seconds, coalesce(b.yen, 0) AS billed_yen
FROM account_key k LEFT JOIN used u USING (account) LEFT JOIN billed b USING (account)
WHERE u.account IS NOT NULL OR b.account IS NOT NULL
ORDER BY k.name

-- title: Month close
-- question: What did a month's documents charge, and what of its use is on no document yet?
-- note: The lines add up to the total. Tax is that printed on the documents. What is void or replaced counts nothing;
--       returns are below zero, in the sums and once more on a row of their own. "Not billed yet" is use of the month less
--       what lines charge for it; runs that are still going are left out of it.
-- parameter: period month required "Month"
-- column: item text "Item"
-- column: count integer "Count"
-- column: seconds seconds "Seconds"
-- column: gpu_seconds gpu_seconds "GPU seconds"
-- column: yen yen "Yen"
WITH issued AS (
    SELECT position, s.kind, s.receivable_yen, CAST(d.body AS TEXT) AS json
    FROM document_state s JOIN document d USING (position) WHERE s.period = :period AND s.state = 'issued'
),
line AS (
    SELECT iif(l.class = 'credit', iif(l.amount_yen < 0, 'credit used', 'credit given back'), l.class) AS item,
        l.seconds, l.gpu_second_thousandths AS gpu_seconds, l.amount_yen AS yen
    FROM document d JOIN document_line l ON l.account = d.account AND l.document = d.position
    WHERE d.period = :period
),
tax AS (
    SELECT iif(json ->> '$.tax_basis' = 'inclusive', 'tax included', 'tax added') AS item, json ->> '$.tax_yen' AS yen
    FROM issued
),
-- Use of the month by what one line would sum up, beside what lines have charged for it.
part AS (
    SELECT u.account, u.plan, p.basis, p.yen_billionths, u.seconds, u.gpu_second_thousandths AS gpu_seconds,
        0 AS billed_seconds, 0 AS billed_gpu_seconds, 0 AS billed_yen
    FROM usage_month u LEFT JOIN price_row p ON p.position = u.price_row WHERE u.month = :period
    UNION ALL
    SELECT account, plan, basis, yen_billionths, 0, 0, seconds, gpu_second_thousandths, amount_yen
    FROM document_line WHERE charge_month = :period AND class <> 'credit'
),
rate AS (
    SELECT account, plan, basis, sum(seconds) - sum(billed_seconds) AS seconds,
        sum_exact(gpu_seconds) - sum_exact(billed_gpu_seconds) AS gpu_seconds,
        sum_floor_yen(iif(basis = 'gpu', gpu_seconds, seconds * 1000), yen_billionths) - sum_exact(billed_yen) AS yen
    FROM part GROUP BY account, plan, basis, yen_billionths
),
going AS (
    SELECT account, plan FROM open_run WHERE account <> 0 AND started_at < end_of_month(:period)
),
item (place, item, count, seconds, gpu_seconds, yen) AS (
    SELECT CASE item
            WHEN 'usage' THEN 1 WHEN 'carried' THEN 2 WHEN 'correction' THEN 3 WHEN 'credit used' THEN 4 ELSE 5
        END, item, count(*), sum(seconds), sum_exact(gpu_seconds), sum_exact(yen) FROM line GROUP BY item
    UNION ALL SELECT 6, 'all lines', count(*), sum_exact(seconds), sum_exact(gpu_seconds), sum_exact(yen) FROM line
    UNION ALL SELECT 7, item, count(*), NULL, NULL, sum_exact(yen) FROM tax GROUP BY item
    UNION ALL SELECT 8, 'payable on documents', count(*), NULL, NULL, sum_exact(receivable_yen) FROM issued
    UNION ALL SELECT 8, 'of it returned', count(*), NULL, NULL, sum_exact(receivable_yen) FROM issued
        WHERE kind = 'return' HAVING count(*) > 0
    UNION ALL SELECT 8, 'documents ' || state, count(*), NULL, NULL, NULL FROM document_state
        WHERE period = :period AND state <> 'issued' GROUP BY state
    UNION ALL SELECT 9, 'not billed yet', count(DISTINCT account), sum_exact(seconds), sum_exact(gpu_seconds),
            sum_exact(yen)
        FROM rate WHERE basis IS NOT NULL AND yen <> 0 AND (account, plan) NOT IN (
            SELECT account, plan FROM going WHERE plan IS NOT NULL)
    UNION ALL SELECT 10, 'without one clear price', count(DISTINCT account), sum_exact(seconds),
            sum_exact(gpu_seconds), NULL
        FROM rate WHERE basis IS NULL AND seconds <> 0
    UNION ALL SELECT 11, 'runs with an anomaly', count(*), NULL, NULL, NULL FROM run
        WHERE anomalies <> 0 AND first_instant < end_of_month(:period) AND last_instant >= start_of_month(:period)
    UNION ALL SELECT 12, 'runs still going', count(*), NULL, NULL, NULL FROM open_run
        WHERE started_at < end_of_month(:period)
)
SELECT item, count, seconds, gpu_seconds, yen FROM item ORDER BY place

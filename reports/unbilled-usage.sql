-- title: Unbilled usage
-- question: Which use is on no document, and why?
-- note: States: month_open; no_price (no row, or two, price the day); carried (of a closed month, on no document: below
--       the minimum, or it came late); changed (differs by yen from what was billed; the next invoice corrects it);
--       going (a run has no stop yet, so the sums don't hold all that is billed).
-- parameter: period month optional "Month of use"
-- parameter: account text optional "Account"
-- column: month month "Month"
-- column: account text "Account"
-- column: plan text "Plan"
-- column: unit_price decimal "Yen per second"
-- column: basis text "of"
-- column: state text "State"
-- column: seconds seconds "Seconds used"
-- column: billed_seconds seconds "billed"
-- column: gpu_seconds gpu_seconds "GPU seconds used"
-- column: billed_gpu_seconds gpu_seconds "billed"
-- column: yen yen "Yen used"
-- column: billed_yen yen "billed"
-- chart: bars account yen state
WITH part AS (
    SELECT u.account, u.month, u.plan, p.basis, p.yen_billionths, u.seconds, u.gpu_second_thousandths AS gpu_seconds,
        0 AS billed_seconds, 0 AS billed_gpu_seconds, 0 AS billed_yen, 0 AS lines
    FROM usage_month u LEFT JOIN price_row p ON p.position = u.price_row
    WHERE :period IS NULL OR u.month = :period
    UNION ALL
    SELECT account, charge_month, plan, basis, yen_billionths, 0, 0, seconds, gpu_second_thousandths, amount_yen, 1
    FROM document_line WHERE class <> 'credit' AND (:period IS NULL OR charge_month = :period)
),
rate AS (
    SELECT account, month, plan, basis, yen_billionths, sum(seconds) AS seconds,
        sum_exact(gpu_seconds) AS gpu_seconds, sum(billed_seconds) AS billed_seconds,
        sum_exact(billed_gpu_seconds) AS billed_gpu_seconds, sum_exact(billed_yen) AS billed_yen,
        sum_floor_yen(iif(basis = 'gpu', gpu_seconds, seconds * 1000), yen_billionths) AS yen,
        sum(lines) AS lines
    FROM part GROUP BY account, month, plan, basis, yen_billionths
)
SELECT r.month, a.name AS account, p.name AS plan, price_text(r.yen_billionths) AS unit_price, r.basis,
    CASE
        WHEN r.basis IS NULL THEN 'no_price'
        WHEN EXISTS (
            SELECT 1 FROM open_run o
            WHERE o.account = r.account AND o.plan = r.plan AND o.started_at < end_of_month(r.month)) THEN 'going'
        WHEN r.month > coalesce((SELECT max(period) FROM closing), 0) THEN 'month_open'
        WHEN r.lines = 0 THEN 'carried'
        ELSE 'changed'
    END AS state,
    r.seconds, r.billed_seconds, r.gpu_seconds, r.billed_gpu_seconds, iif(r.basis IS NULL, NULL, r.yen) AS yen,
    r.billed_yen
FROM rate r JOIN account_key a USING (account) JOIN plan_key p USING (plan)
WHERE (r.basis IS NULL OR r.yen <> r.billed_yen OR r.lines = 0)
    AND (:account IS NULL OR a.name = :account)
ORDER BY r.month, a.name, p.name, r.yen_billionths, r.basis

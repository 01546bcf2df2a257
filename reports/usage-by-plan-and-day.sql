-- title: Usage by plan and day
-- question: How much was used of each plan on each day of a month, and what is it worth?
-- note: Stopped runs, on the days on which they ran. Amounts are exact; use without one clear price counts nothing.
-- parameter: period month required "Month"
-- column: day day "Day"
-- column: plan text "Plan"
-- column: seconds seconds "Seconds"
-- column: gpu_seconds gpu_seconds "GPU seconds"
-- column: amount_yen decimal "Yen, exact"
-- column: unpriced_seconds seconds "Seconds without a price"
-- chart: columns day gpu_seconds plan
WITH price AS (
    SELECT r.position, r.plan, r.account, r.yen_billionths, r.basis, r.from_day,
        iif(e.position IS NULL, r.to_day, e.to_day) AS to_day
    FROM price_row r LEFT JOIN price_row_end e
        ON e.position = (SELECT max(position) FROM price_row_end WHERE price_row = r.position)
    WHERE coalesce(e.withdrawn, 0) = 0
),
-- Only accounts with prices of their own are kept apart: all others pay the list's.
used AS (
    SELECT day, plan, iif(account IN (SELECT account FROM price WHERE account IS NOT NULL), account, NULL) AS own,
        sum(seconds) AS seconds, sum_exact(gpu_second_thousandths) AS gpu_seconds
    FROM usage_day WHERE day BETWEEN first_day(:period) AND last_day(:period) GROUP BY day, plan, own
),
levelled AS (
    SELECT u.*, iif(EXISTS (
        SELECT 1 FROM price p
        WHERE p.account = u.own AND p.plan = u.plan AND u.day BETWEEN p.from_day AND coalesce(p.to_day, u.day)
    ), u.own, NULL) AS level
    FROM used u
),
priced AS (
    SELECT l.*, (
        SELECT iif(count(*) = 1, min(p.position), NULL) FROM price p
        WHERE p.plan = l.plan AND p.account IS l.level AND l.day BETWEEN p.from_day AND coalesce(p.to_day, l.day)
    ) AS price_row
    FROM levelled l
)
SELECT u.day, k.name AS plan, sum(u.seconds) AS seconds, sum_exact(u.gpu_seconds) AS gpu_seconds,
    sum_exact_yen(iif(p.basis = 'gpu', u.gpu_seconds, u.seconds * 1000), p.yen_billionths) AS amount_yen,
    sum(iif(p.position IS NULL, u.seconds, 0)) AS unpriced_seconds
FROM priced u JOIN plan_key k ON k.plan = u.plan LEFT JOIN price_row p ON p.position = u.price_row
GROUP BY u.day, k.name ORDER BY u.day, k.name

-- title: Top accounts
-- question: Which accounts brought the most in a month?
-- note: By the worth of stopped runs, billed or not.
-- parameter: period month required "Month"
-- parameter: limit integer default 10 "How many"
-- column: place integer "Place"
-- column: account text "Account"
-- column: name text "Name"
-- column: gpu_seconds gpu_seconds "GPU seconds"
-- column: percent decimal "% of all GPU seconds"
-- column: amount_yen decimal "Yen, exact"
-- chart: bars account amount_yen
WITH used AS (
    SELECT u.account, sum_exact(u.gpu_second_thousandths) AS gpu_seconds,
        sum_exact_yen(iif(p.basis = 'gpu', u.gpu_second_thousandths, u.seconds * 1000), p.yen_billionths) AS amount_yen,
        sum_floor_yen(iif(p.basis = 'gpu', u.gpu_second_thousandths, u.seconds * 1000), p.yen_billionths) AS whole_yen
    FROM usage_month u LEFT JOIN price_row p ON p.position = u.price_row
    WHERE u.month = :period GROUP BY u.account
)
SELECT row_number() OVER (ORDER BY u.whole_yen DESC, u.gpu_seconds DESC, k.name) AS place, k.name AS account,
    (SELECT v.name FROM account_version v WHERE v.account = k.account ORDER BY v.position DESC LIMIT 1) AS name,
    u.gpu_seconds, percent(u.gpu_seconds, (SELECT sum_exact(gpu_seconds) FROM used)) AS percent, u.amount_yen
FROM used u JOIN account_key k USING (account)
ORDER BY place LIMIT :limit

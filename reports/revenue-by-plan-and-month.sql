-- title: Revenue by plan and month
-- question: What did documents charge for each plan, by the month in which it was used?
-- note: Lines of documents that aren't void, late corrections and credits among them, in the month of the use; whole yen
--       as printed. Tax is in it where prices include it.
-- parameter: from month optional "First month"
-- parameter: to month optional "Last month"
-- column: month month "Month of use"
-- column: plan text "Plan"
-- column: usage_yen yen "Charged"
-- column: credit_yen yen "Credits"
-- column: revenue_yen yen "Revenue, yen"
-- chart: columns month revenue_yen plan
SELECT l.charge_month AS month, k.name AS plan,
    sum_exact(iif(l.class = 'credit', 0, l.amount_yen)) AS usage_yen,
    sum_exact(iif(l.class = 'credit', l.amount_yen, 0)) AS credit_yen, sum_exact(l.amount_yen) AS revenue_yen
FROM document_line l JOIN plan_key k USING (plan)
WHERE (:from IS NULL OR l.charge_month >= :from) AND (:to IS NULL OR l.charge_month <= :to)
GROUP BY l.charge_month, l.plan
ORDER BY month, plan

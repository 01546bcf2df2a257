-- title: Price history
-- question: Which prices were added, ended or withdrawn, when and by whom?
-- note: An account's own price wins over the list's. "Used until" is the last day that an issued line priced with
--       the row.
-- parameter: plan text optional "Plan"
-- parameter: account text optional "Account with a price of its own"
-- column: recorded_at instant "Recorded"
-- column: position integer "Position"
-- column: change text "Change"
-- column: price_row integer "Price row"
-- column: plan text "Plan"
-- column: account text "Account"
-- column: unit_price decimal "Yen per second"
-- column: basis text "of"
-- column: tax text "Tax"
-- column: from_day day "From"
-- column: to_day day "To"
-- column: used_until day "Used until"
-- column: who text "By"
WITH change AS (
    SELECT position, 'added' AS change, position AS price_row, to_day FROM price_row
    UNION ALL
    SELECT position, iif(withdrawn, 'withdrawn', 'ended'), price_row, to_day FROM price_row_end
)
SELECT e.recorded_at, c.position, c.change, c.price_row, p.name AS plan, a.name AS account,
    price_text(r.yen_billionths) AS unit_price, r.basis, r.tax, r.from_day, c.to_day, u.last_day AS used_until,
    CAST(e.body AS TEXT) ->> '$.data.who' AS who
FROM change c JOIN price_row r ON r.position = c.price_row JOIN plan_key p USING (plan)
    LEFT JOIN account_key a USING (account) LEFT JOIN event e ON e.position = c.position
    LEFT JOIN price_row_use u ON u.price_row = c.price_row
WHERE (:plan IS NULL OR p.name = :plan) AND (:account IS NULL OR a.name = :account)
ORDER BY c.position

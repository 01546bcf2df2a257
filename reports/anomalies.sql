-- title: Anomalies
-- question: Which runs can't be billed as they stand?
-- note: Days without one clear price are in unbilled-usage, runs without a sign of life in open-runs.
-- parameter: period month optional "Month in which something of the run happened"
-- column: task text "Task"
-- column: attempt integer "Attempt"
-- column: account text "Account"
-- column: plan text "Plan"
-- column: kinds text "Kinds"
-- column: billed text "Billed all the same"
-- column: started_at instant "Start"
-- column: stopped_at instant "Stop"
-- column: events integer "Events"
SELECT t.name AS task, r.attempt, a.name AS account, p.name AS plan, anomaly_names(r.anomalies) AS kinds,
    iif(bills_nothing(r.anomalies), 'no', 'yes') AS billed, r.started_at, r.stopped_at, r.event_count AS events
FROM run r JOIN task t USING (task) LEFT JOIN account_key a USING (account) LEFT JOIN plan_key p USING (plan)
WHERE r.anomalies <> 0
    AND (:period IS NULL OR r.first_instant < end_of_month(:period) AND r.last_instant >= start_of_month(:period))
ORDER BY r.first_instant, t.name, r.attempt

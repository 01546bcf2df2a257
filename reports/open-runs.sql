-- title: Open runs
-- question: Which runs have no stop yet, and when did they last show a sign of life?
-- parameter: at instant default now "As seen at"
-- column: task text "Task"
-- column: attempt integer "Attempt"
-- column: account text "Account"
-- column: user text "User"
-- column: plan text "Plan"
-- column: gpus decimal "GPUs"
-- column: started_at instant "Start"
-- column: seconds seconds "Seconds so far"
-- column: last_proof_at instant "Last sign of life"
-- column: silent_seconds seconds "Silent for seconds"
-- column: limit_ends_at instant "Limit ends"
-- column: anomalies text "Anomalies"
SELECT t.name AS task, r.attempt, a.name AS account, u.name AS user, p.name AS plan,
    thousandths_text(r.gpu_thousandths) AS gpus, r.started_at,
    seconds_started(:at - r.started_at) AS seconds, r.last_proof_at,
    (:at - coalesce(r.last_proof_at, r.last_instant)) / 1000000000 AS silent_seconds, r.limit_ends_at,
    anomaly_names(r.anomalies) AS anomalies
FROM run r JOIN task t USING (task) LEFT JOIN account_key a USING (account)
    LEFT JOIN user_key u USING (user) LEFT JOIN plan_key p USING (plan)
WHERE r.stopped_at IS NULL AND coalesce(r.started_at, r.first_instant) <= :at
ORDER BY coalesce(r.started_at, r.first_instant), t.name, r.attempt

-- title: Overlapping runs
-- question: Which runs began while another run of the same user was going?
-- note: A notice, no fault: outside feeds may run several at once, the task API starts one at a time.
-- parameter: period month required "Month in which the later run began"
-- parameter: account text optional "Account"
-- column: account text "Account"
-- column: user text "User"
-- column: task text "Task"
-- column: attempt integer "Attempt"
-- column: started_at instant "Start"
-- column: stopped_at instant "Stop"
-- column: earlier_until instant "Earlier runs go on until"
-- column: overlap_seconds seconds "Seconds of both"
WITH span AS (
    -- A run that is still going has no end: the largest number stands for it.
    SELECT account, user, task, attempt, started_at, stopped_at, coalesce(stopped_at, 9223372036854775807) AS ends_at
    FROM run
    WHERE started_at < end_of_month(:period) AND coalesce(stopped_at, 9223372036854775807) > started_at
        AND account IS NOT NULL
        AND (:account IS NULL OR account = (SELECT account FROM account_key WHERE name = :account))
),
beside AS (
    SELECT *, max(ends_at) OVER (
        PARTITION BY account, user ORDER BY started_at, task, attempt
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_ends_at
    FROM span
)
SELECT a.name AS account, u.name AS user, t.name AS task, b.attempt, b.started_at, b.stopped_at,
    nullif(b.earlier_ends_at, 9223372036854775807) AS earlier_until,
    iif(min(b.ends_at, b.earlier_ends_at) = 9223372036854775807, NULL,
        (min(b.ends_at, b.earlier_ends_at) - b.started_at) / 1000000000) AS overlap_seconds
FROM beside b JOIN account_key a USING (account) JOIN user_key u USING (user) JOIN task t USING (task)
WHERE b.earlier_ends_at > b.started_at AND b.started_at >= start_of_month(:period) AND u.name <> ''
ORDER BY a.name, u.name, b.started_at, t.name, b.attempt

-- title: Task states
-- question: What became of the tasks of a month?
-- note: As known now, of tasks with a sign of life in the month. Seconds are those of whole runs, from start to stop,
--       billed or not.
-- parameter: period month required "Month"
-- column: state text "State"
-- column: tasks integer "Tasks"
-- column: runs integer "Runs"
-- column: seconds seconds "Seconds"
-- column: gpu_seconds gpu_seconds "GPU seconds"
WITH
-- Event types: 1 submitted, 4 stopped, 5 canceled.
stopped AS (
    SELECT e.task, coalesce(CAST(e.body AS TEXT) ->> '$.data.attempt', 1) AS attempt,
        CAST(e.body AS TEXT) ->> '$.data.outcome' AS outcome, min(e.occurred_at)
    FROM event e WHERE e.type = 4 AND e.task IN (
        SELECT task FROM run WHERE first_instant < end_of_month(:period) AND last_instant >= start_of_month(:period))
    GROUP BY 1, 2
),
ran AS (
    SELECT r.task, iif(r.stopped_at IS NULL, 'running', coalesce(s.outcome, 'stopped')) AS state, 1 AS runs,
        seconds_started(r.stopped_at - r.started_at) AS seconds, r.gpu_thousandths AS gpus
    FROM run r LEFT JOIN stopped s ON s.task = r.task AND s.attempt = r.attempt
    WHERE r.first_instant < end_of_month(:period)
        AND (r.stopped_at IS NULL OR r.last_instant >= start_of_month(:period))
),
never_ran AS (
    SELECT e.task, iif(max(e.type = 5), 'canceled', 'waiting') AS state, 0 AS runs, NULL AS seconds, NULL AS gpus
    FROM event e
    WHERE e.type IN (1, 5) AND e.task NOT IN (SELECT task FROM run)
    GROUP BY e.task
    HAVING min(e.occurred_at) < end_of_month(:period) AND max(e.occurred_at) >= start_of_month(:period)
)
SELECT state, count(DISTINCT task) AS tasks, sum(runs) AS runs, sum_exact(seconds) AS seconds,
    sum_exact(seconds * gpus) AS gpu_seconds
FROM (SELECT * FROM ran UNION ALL SELECT * FROM never_ran)
GROUP BY state ORDER BY state

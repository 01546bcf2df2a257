-- title: Utilisation
-- question: How many GPUs were in use on each day of a month?
-- note: Runs that can be billed; one that is still going counts up to "as seen at", but not yet in the GPU seconds,
--       which are the day's billable ones of stopped runs; the average is these over 24 hours. How many GPUs there are
--       is in no feed, so there is no rate.
-- parameter: period month required "Month"
-- parameter: at instant default now "As seen at"
-- column: day day "Day"
-- column: starts integer "Runs started"
-- column: stops integer "Runs stopped"
-- column: gpu_seconds gpu_seconds "GPU seconds"
-- column: average_gpus decimal "GPUs in use on average"
-- column: peak_gpus decimal "at most"
WITH RECURSIVE day (day) AS (
    SELECT first_day(:period) UNION ALL SELECT day + 1 FROM day WHERE day < last_day(:period)
),
held AS (
    SELECT started_at, stopped_at, coalesce(stopped_at, :at) AS ends_at, gpu_thousandths AS gpus
    FROM run
    WHERE started_at < end_of_month(:period) AND coalesce(stopped_at, :at) >= start_of_month(:period)
        AND coalesce(stopped_at, :at) >= started_at AND NOT bills_nothing(anomalies)
),
change AS (
    SELECT max(started_at, start_of_month(:period)) AS at, gpus AS difference FROM held
    UNION ALL SELECT ends_at, -gpus FROM held WHERE ends_at < end_of_month(:period)
    UNION ALL SELECT start_of_day(day), 0 FROM day
),
level AS (
    SELECT day_of(at) AS day, sum(difference) OVER (ORDER BY at) AS gpus FROM change
),
peak AS (
    SELECT day, max(gpus) AS gpus FROM level GROUP BY day
),
used AS (
    SELECT day, sum_exact(gpu_second_thousandths) AS gpu_seconds FROM usage_day
    WHERE day BETWEEN first_day(:period) AND last_day(:period) GROUP BY day
),
start AS (
    SELECT day_of(started_at) AS day, count(*) AS runs FROM held GROUP BY 1
),
stop AS (
    SELECT day_of(stopped_at) AS day, count(*) AS runs FROM held GROUP BY 1
)
SELECT d.day, coalesce(start.runs, 0) AS starts, coalesce(stop.runs, 0) AS stops,
    coalesce(used.gpu_seconds, 0) AS gpu_seconds,
    thousandths_text(coalesce(used.gpu_seconds, 0) / 86400) AS average_gpus,
    thousandths_text(coalesce(peak.gpus, 0)) AS peak_gpus
FROM day d LEFT JOIN start USING (day) LEFT JOIN stop USING (day) LEFT JOIN used USING (day) LEFT JOIN peak USING (day)
ORDER BY d.day

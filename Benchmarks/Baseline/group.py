"""Baseline of the draft: DuckDB sums the same runs by account, day of start and plan, with two threads, from a table in memory.

usage: group.py RUNS.csv REPEATS   prints groups=…, total=… and seconds=… (median)
"""

import statistics
import sys
import time

import duckdb

path, repeats = sys.argv[1], int(sys.argv[2])
database = duckdb.connect()
database.execute("SET threads = 2")
database.execute(
    "CREATE TABLE run AS SELECT * FROM read_csv(?, header = true, columns = {'account': 'INTEGER', 'plan': 'TINYINT',"
    " 'start': 'BIGINT', 'stop': 'BIGINT', 'gpus': 'SMALLINT'})",
    [path],
)
# 86,400 s a day; Japan is nine hours ahead.
query = """
    SELECT count(*), sum(gpu_seconds) FROM (
        SELECT account, (start // 1000000000 + 32400) // 86400 AS day, plan,
               sum(((stop - start + 999999999) // 1000000000) * gpus) AS gpu_seconds
        FROM run GROUP BY account, day, plan)
"""
database.execute(query).fetchone()
times = []
for _ in range(repeats):
    begin = time.perf_counter()
    groups, total = database.execute(query).fetchone()
    times.append(time.perf_counter() - begin)
print(f"groups={groups}\ntotal={total}\nseconds={statistics.median(times):.6f}")

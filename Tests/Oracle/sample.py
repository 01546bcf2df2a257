"""The scenario of the real sample (4,263 jobs of one week): one row is submitted + started + stopped (§11)."""

import csv

SOURCE = "kanjo:jobs-csv"
RECORDED = "2018-01-10T00:00:00+09:00"


def events_of(row):
    def event(kind, time, data):
        return {"specversion": "1.0", "id": row["job_id"] + "/" + kind, "source": SOURCE, "type": "task." + kind,
                "time": time, "subject": row["job_id"], "data": data}

    return [event("submitted", row["submit_utc"], {"account": row["user"], "user": row["user"], "plan": "v100"}),
            event("started", row["start_utc"], {"attempt": 1, "gpus": int(row["gpus"])}),
            event("stopped", row["end_utc"], {"attempt": 1, "outcome": row["state"]})]


def setup_of(rows):
    users = sorted({row["user"] for row in rows})
    return {
        "issuer": {"name": "Oracle", "registration_number": "T7000012050002"},
        "accounts": [{"id": user, "name": user, "users": [user]} for user in users],
        "plans": [{"id": "v100", "name": "V100", "gpu_model": "V100", "gpu_count": 1,
                   "minimum_execution_seconds": 1}],
        "prices": [{"plan": "v100", "yen_per_second": "0.016", "basis": "gpu", "from": "2017-10-01"}],
        "rules": {"invoice_minimum_yen": 1, "grace_hours": 72, "runaway_silence_minutes": 60},
    }


def scenario(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    steps = [{"apply": setup_of(rows)},
             {"feed": [event for row in rows for event in events_of(row)], "recorded_at": RECORDED}]
    for month in ("2017-10", "2017-11"):
        steps.append({"close": month, "issue_day": "2018-01-10", "now": RECORDED})
    steps.append({"usage": {"from": "2017-10-01", "to": "2017-12-31"}, "at": RECORDED})
    return {"name": "philly-nov2017", "seed": 0, "steps": steps}

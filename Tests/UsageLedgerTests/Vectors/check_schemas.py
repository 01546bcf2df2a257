"""Checks that schema/events accepts every committed vector, as sent and as recorded, and refuses what is plainly wrong.

Needs the jsonschema package.
"""
import json
import pathlib

import jsonschema

folder = pathlib.Path(__file__).resolve().parent
schemas = {}
for path in sorted((folder.parents[2] / "schema/events").glob("*.json")):
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    schemas[path.stem] = jsonschema.Draft202012Validator(schema)

count = 0
for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
    vector = json.loads(line)
    sent = json.loads(vector["input"])
    schemas[sent["type"]].validate(sent)
    recorded = json.loads(vector["body"])
    # In a recorded body the tags are a hash.
    (recorded.get("data") or {}).pop("tags", None)
    schemas[recorded["type"]].validate(recorded)
    count += 1

# Claims of schedulers' lists, as recorded; the Swift tests hold the first to be what is written.
for line in (folder / "claims.jsonl").read_text(encoding="utf-8").splitlines():
    schemas["scheduler.listed"].validate(json.loads(line))
    count += 1

claim = {"who": "mika", "attempt": 1, "source": "slurm", "started_at": "2017-10-28T00:02:12Z"}
WRONG = [
    ("scheduler.listed", claim), ("scheduler.listed", claim | {"says": "stopped"}),
    ("scheduler.listed", claim | {"says": "absent", "stopped_at": "2017-10-28T00:02:12Z"}),
    ("scheduler.listed", claim | {"says": "absent", "why": "in plain words"}),
    ("task.submitted", {"account": "a b"}), ("task.submitted", {"tags": "a"}), ("task.submitted", {"execution_time_limit_sec": -1}),
    ("task.started", {"gpus": 0}), ("task.started", {"gpus": 65536}), ("task.started", {"gpus": "0.0001"}),
    ("task.alive", {"attempt": 0}), ("task.stopped", {"outcome": "finished"}), ("task.canceled", {"reason": 1}),
    ("usage.waived", {}), ("usage.waived", {"from": "2017-10-28T00:00:00Z", "to": None}), ("usage.restated", {}),
    ("usage.restated", {"gpus": None}), ("usage.restated", {"started_at": "yesterday"}),
]
for name, data in WRONG:
    event = {"id": "1", "source": "kanjo" if name == "scheduler.listed" else "s", "type": name, "time": "2017-10-28T00:02:12Z", "subject": "t", "data": data}
    assert not schemas[name].is_valid(event), (name, data)
print(f"{len(schemas)} schemas accept {count} vectors")

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

WRONG = [
    ("task.submitted", {"account": "a b"}), ("task.submitted", {"tags": "a"}), ("task.submitted", {"execution_time_limit_sec": -1}),
    ("task.started", {"gpus": 0}), ("task.started", {"gpus": 65536}), ("task.started", {"gpus": "0.0001"}),
    ("task.alive", {"attempt": 0}), ("task.stopped", {"outcome": "finished"}), ("task.canceled", {"reason": 1}),
    ("usage.waived", {}), ("usage.waived", {"from": "2017-10-28T00:00:00Z", "to": None}), ("usage.restated", {}),
    ("usage.restated", {"gpus": None}), ("usage.restated", {"started_at": "yesterday"}),
]
for name, data in WRONG:
    event = {"id": "1", "source": "s", "type": name, "time": "2017-10-28T00:02:12Z", "subject": "t", "data": data}
    assert not schemas[name].is_valid(event), (name, data)
print(f"{len(schemas)} schemas accept {count} vectors")

"""Writes events.jsonl beside this file: inputs, canonical bodies and leaf hashes (salt bytes 00..0f).

Written from the domain rules alone, so that the Swift decoder is held by a second opinion. The bodies of recorded
events never change: when this prints other lines for an input that is committed, the program is wrong, not the file.
"""
import datetime
import hashlib
import json
import pathlib
import re

SALT = bytes(range(16))
PRIVATE = {"name", "tags", "image", "command", "entrypoint", "environment", "error_message", "reason"}
INSTANTS = {"usage.waived": {"from", "to"}, "usage.restated": {"started_at", "stopped_at"}}
GPUS = {"task.started", "usage.restated"}


def canonical(value):
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def instant(text):
    part = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", text)
    year, month, day, hour, minute, second = map(int, part.groups()[:6])
    fraction = "" if second == 60 else part.group(7) or ""
    offset = 0
    if part.group(8) not in "Zz":
        sign = -1 if part.group(8)[0] == "-" else 1
        offset = sign * (int(part.group(8)[1:3]) * 60 + int(part.group(8)[4:6]))
    moment = datetime.datetime(year, month, day, hour, minute)
    moment += datetime.timedelta(seconds=second, minutes=-offset)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + fraction.ljust(9, "0") + "Z"


def gpus(value):
    whole, _, places = str(value).partition(".")
    places = places.rstrip("0")
    return f"{int(whole)}.{places}" if places else int(whole)


def body(text):
    event = json.loads(text, parse_float=str)
    if event.get("specversion") is None:
        event["specversion"] = "1.0"
    if event.get("data") is None:
        event["data"] = {}
    event["time"] = instant(event["time"])
    for key, value in event["data"].items():
        if value is None:
            continue
        if key in PRIVATE:
            digest = hashlib.sha256(SALT + canonical(value).encode()).hexdigest()
            event["data"][key] = "sha256:" + digest
        elif key in INSTANTS.get(event["type"], ()):
            event["data"][key] = instant(value)
        elif key == "gpus" and event["type"] in GPUS:
            event["data"][key] = gpus(value)
    return canonical(event)


folder = pathlib.Path(__file__).parent
with open(folder / "events.jsonl", "w", encoding="utf-8") as output:
    for line in open(folder / "inputs.txt", encoding="utf-8"):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        text = body(line)
        leaf = hashlib.sha256(b"\x00" + text.encode()).hexdigest()
        output.write(json.dumps({"input": line, "body": text, "leaf_hash": leaf}, ensure_ascii=True) + "\n")

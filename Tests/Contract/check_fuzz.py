"""schemathesis against a live server: requests made out of the contract, right and wrong ones, find no 5xx and no answer
that the contract doesn't name. Each operation is asked with a key that may ask it.

usage: python3 check_fuzz.py PROGRAM [SEED] [EXAMPLES]
"""

import copy
import os
import pathlib
import subprocess
import sys
import time

import yaml

from contract import METHODS, Contract
from server import Server

CONFIGURATION = pathlib.Path(__file__).resolve().parent / "schemathesis.toml"
# Who asks what: the first key whose role may.
ORDER = ("owner", "scheduler", "billing", "admin")
ROLES = {"owner": "user", "scheduler": "scheduler", "billing": "billing", "admin": "admin"}


def asker(operation):
    """Administrators' work is done with their key, not with whoever also may."""
    if operation.is_open:
        return "owner"
    return next(name for name in ORDER if ROLES[name] in operation.roles)


def lenient(value):
    """An empty query parameter counts as absent."""
    if isinstance(value, list):
        return [lenient(element) for element in value]
    if not isinstance(value, dict):
        return value
    changed = {key: lenient(element) for key, element in value.items()}
    if changed.get("in") == "query" and changed["schema"].get("type") == "string":
        changed["schema"] = {"type": "string", "anyOf": [changed["schema"], {"const": ""}]}
    return changed


def with_nulls(schemas):
    """In bodies that can be left out in parts, null counts as absent."""
    for name, schema in schemas.items():
        if not name.endswith(("Create", "Request", "Resolve", "Save", "Update")):
            continue
        for field, value in schema["properties"].items():
            if field not in schema.get("required", []):
                schema["properties"][field] = {"anyOf": [value, {"type": "null"}]}


def part(contract, name):
    """The document with one key's operations, at their full paths."""
    document = lenient(copy.deepcopy(contract.document))
    with_nulls(document["components"]["schemas"])
    wanted = {(operation.path, operation.method.lower()) for operation in contract.landed if asker(operation) == name}
    paths = {}
    for path, item in document["paths"].items():
        kept = {key: value for key, value in item.items() if key not in METHODS or (path, key) in wanted}
        is_at_root = kept.pop("servers", None) is not None
        for method in METHODS:
            # The fuzzer can't write lines of JSON.
            kept.get(method, {}).get("requestBody", {}).get("content", {}).pop("application/x-ndjson", None)
        if any(method in kept for method in METHODS):
            paths[path if is_at_root else contract.base + path] = kept
    document["paths"] = paths
    document["servers"] = [{"url": "/"}]
    return document if paths else None


def fuzz(server, contract, name, seed, examples):
    document = part(contract, name)
    if document is None:
        return True
    file = pathlib.Path(server.folder) / f"{name}.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    token, secret = server.keys[name]
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", str(file), "--url", server.address, "--auth", f"{token}:{secret}",
        "--seed", str(seed), "--max-examples", str(examples), "--workers", "1", "--no-color",
        "--phases", "examples,coverage,fuzzing", "--request-timeout", "30", "--max-failures", "40", "--warnings", "off",
        "--generation-database", "none",
        # It sends to whatever address it is given; tests stay on this machine.
        "--exclude-operation-id", "testWebhook",
    ]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=server.folder)
    print(f"fuzz: {name}, {len(document['paths'])} paths, {time.monotonic() - started:.0f} s, exit {done.returncode}")
    if done.returncode != 0:
        print(done.stdout.replace(secret, "…"), done.stderr.replace(secret, "…"), file=sys.stderr)
    return done.returncode == 0


def main(program, seed, examples):
    contract = Contract()
    print(f"fuzz: seed {seed}, {examples} examples for each operation (KANJO_SEED, KANJO_EXAMPLES)")
    with Server(program, contract.base) as server:
        right = [fuzz(server, contract, name, seed, examples) for name in ORDER]
        if not server.is_running():
            print(f"the server has ended: {server.told()}", file=sys.stderr)
            return 1
    return 0 if all(right) else 1


if __name__ == "__main__":
    chosen = sys.argv[2:] + [os.environ.get("KANJO_SEED", "20171101"), os.environ.get("KANJO_EXAMPLES", "20")][len(sys.argv) - 2:]
    sys.exit(main(sys.argv[1], int(chosen[0]), int(chosen[1])))

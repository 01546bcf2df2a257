"""Clients of the real service, written by people who never saw this project, speak with it: the requests that they send
and the answers that they can read, in words of our own. They are stricter than the contract: an unknown key in a task
is an error for one of them, a null where text belongs for another.

usage: python3 check_foreign_client.py PROGRAM
"""

import re
import sys

from contract import Contract, pending
from server import Server
from things import SSH_KEY

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
STATUSES = {"waiting", "running", "error", "done", "aborted", "canceled"}


class Wrong(Exception):
    """What a client could not read."""


def need(condition, words):
    if not condition:
        raise Wrong(words)


def typed(value, where, **fields):
    """Each field is there and of its type; `(type, None)` may be null."""
    need(isinstance(value, dict), f"{where} is no object: {value}")
    for name, kind in fields.items():
        need(name in value, f"{where} has no {name}")
        kinds = tuple(k for k in (kind if isinstance(kind, tuple) else (kind,)) if k is not None)
        may_be_null = isinstance(kind, tuple) and None in kind
        found = value[name]
        if found is None:
            need(may_be_null, f"{where}.{name} is null")
        else:
            need(isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool)), f"{where}.{name}: {found!r}")


def known(value, where, names):
    need(set(value) <= set(names.split()), f"{where} has keys that a client throws at: {set(value) - set(names.split())}")


def listed(answer, where):
    need(answer.status == 200, f"{where}: {answer}")
    value = answer.json()
    typed(value, where, meta=dict, results=list)
    typed(value["meta"], f"{where}.meta", page=int, page_size=int, total_pages=int, count=int, next=(str, None),
          previous=(str, None))
    need(value["meta"]["total_pages"] >= 1, f"{where}: fewer than one page")
    return value["results"]


def read_task(task):
    known(task, "task", "id name created_at updated_at canceled_at containers status http_uri tags error_message artifact"
          " execution_time_limit_sec")
    typed(task, "task", id=str, name=str, created_at=str, updated_at=str, canceled_at=(str, None), http_uri=(str, None),
          containers=list, status=str, tags=list, error_message=str, artifact=(dict, None),
          execution_time_limit_sec=(int, None))
    need(TIME.match(task["created_at"]) and TIME.match(task["updated_at"]), f"times of a task: {task}")
    need(task["status"] in STATUSES, f"status {task['status']}")
    for container in task["containers"]:
        known(container, "container", "index image registry command entrypoint environment http ssh plan exit_code"
              " execution_seconds start_at stop_at")
        typed(container, "container", index=int, image=str, registry=(str, None), command=list, entrypoint=list,
              environment=dict, http=(dict, None), plan=str, exit_code=(int, None), execution_seconds=(int, None),
              start_at=(str, None), stop_at=(str, None))
        need(all(isinstance(v, str) for v in container["environment"].values()), "environment holds text only")
        if container["http"] is not None:
            known(container["http"], "http", "port path")
    if task["artifact"] is not None:
        known(task["artifact"], "artifact", "id task created_at updated_at deleted_at filename size_bytes")
    return task


def tasks(client):
    """Submit without a Content-Type and with what clients leave out or add; read, search, cancel, delete."""
    container = {"image": "alpine:3", "plan": "v100-32gb", "command": ["/bin/sh", "-c", "x" * 200_000],
                 "entrypoint": [], "environment": {"EPOCHS": 10, "LANG": "ja", "RATE": 1.5},
                 "http": {"port": 80, "path": "/"}, "ssh": {"shell": "/bin/bash", "port": 22}}
    body = {"name": "学習", "containers": [container], "tags": ["a", "b"], "execution_time_limit_sec": None,
            "status_callback": "hooks.example.com"}
    answer = client.ask("POST", "/tasks/", body)
    need(answer.status == 201, f"create: {answer}")
    task = read_task(answer.json())
    need(task["status"] == "waiting" and task["name"] == "学習" and task["tags"] == ["a", "b"], f"created: {task}")
    need(task["containers"][0]["environment"] == {"EPOCHS": "10", "LANG": "ja", "RATE": "1.5"}, "environment as text")
    need(task["execution_time_limit_sec"] is None, "a limit of null comes back as null")
    least = {"name": "least", "containers": [{"image": "alpine:3", "plan": "h100-80gb"}]}
    second = read_task(client.ask("POST", "/tasks/", least).json())
    need(second["execution_time_limit_sec"] == 1728000, "without a limit it is 20 days")
    need(second["containers"][0]["command"] == [] and second["tags"] == [], "what was left out is empty")
    read_task(client.ask("GET", f"/tasks/{task['id']}").json())
    found = listed(client.ask("GET", "/tasks/", query={"page": 1, "page_size": 100, "status": "waiting", "tag": "a"}), "tasks")
    need([read_task(t)["id"] for t in found] == [task["id"]], "search by status and tag")
    page = client.ask("GET", "/tasks/", query={"page": 1, "page_size": 1, "status": "waiting"}).json()
    need("page_size=1" in page["meta"]["next"] and page["meta"]["next"].count("page=") == 1, f"next: {page['meta']}")
    refused = client.ask("POST", f"/tasks/{task['id']}/containers/0/stream/")
    need(refused.status == 403 and b"task is not running" in refused.body, f"stream: {refused}")
    need(client.ask("DELETE", f"/tasks/{task['id']}/").status == 403, "a waiting task isn't deleted")
    preference = client.ask("PUT", f"/tasks/{task['id']}/notification-preference/", {"is_enabled": False})
    need(preference.status == 200 and preference.json()["ok"] is True, f"preference: {preference}")
    canceled = client.ask("POST", f"/tasks/{task['id']}/cancel/")
    need(canceled.status == 200 and read_task(canceled.json())["status"] == "canceled", f"cancel: {canceled}")
    need(client.ask("POST", f"/tasks/{task['id']}/cancel/").status == 403, "canceled twice")
    gone = client.ask("DELETE", f"/tasks/{task['id']}/")
    need(gone.status == 204 and not gone.body, f"delete: {gone}")
    need(client.ask("GET", f"/tasks/{task['id']}/").status == 404, "a deleted task is gone")


def account(client):
    auth = client.ask("GET", "/auth/").json()
    typed(auth, "auth", account=dict, notification=dict)
    typed(auth["account"], "auth.account", account_id=str, account_code=str, account_name=str, created_at=str)
    need(client.ask("POST", "/auth/agree/").status == 204, "agree without a version")
    for plan in listed(client.ask("GET", "/plans/"), "plans"):
        typed(plan, "plan", id=str, name=str, minimum_execution_seconds=int)
    listed(client.ask("GET", "/artifacts/", query={"task": "be7fdd79-b5e6-4654-a08b-d4143c5d0351"}), "artifacts")


def logins(client):
    body = {"hostname": "registry.example.com", "username": "mina", "password": "correct-horse"}
    made = client.ask("POST", "/registries/", body)
    need(made.status == 201, f"registry: {made}")
    registry = made.json()
    typed(registry, "registry", id=str, hostname=str, username=str, created_at=str, updated_at=str)
    need("correct-horse" not in made.body.decode(), "a password came out")
    need(client.ask("PUT", f"/registries/{registry['id']}/", body | {"username": "ken"}).json()["username"] == "ken", "put")
    need(registry["id"] in [r["id"] for r in listed(client.ask("GET", "/registries/"), "registries")], "listed")
    need(client.ask("DELETE", f"/registries/{registry['id']}/").status == 204, "delete a registry")
    key = client.ask("POST", "/ssh/keys/", {"name": "laptop", "pub_key": SSH_KEY, "is_active": True}).json()
    typed(key, "ssh key", id=str, name=str, pub_key=str, is_active=bool)
    changed = client.ask("PUT", f"/ssh/keys/{key['id']}/", {"name": "desk", "is_active": False}).json()
    need(changed["name"] == "desk" and changed["is_active"] is False and changed["pub_key"] == SSH_KEY, f"{changed}")
    need(client.ask("DELETE", f"/ssh/keys/{key['id']}/").status == 204, "delete a key")


def notifications(client):
    """A client takes the ids of endpoints from its command line and sends them as text."""
    path = "/notification/endpoints/"
    made = client.ask("POST", path, {"endpoint_type": "webhook", "address": "https://hooks.example.com/foreign"})
    need(made.status == 201, f"endpoint: {made}")
    endpoint = made.json()
    typed(endpoint, "endpoint", id=int, endpoint_type=str, address=str, is_verified=bool, created_at=str, updated_at=str)
    moved = client.ask("PUT", f"{path}{endpoint['id']}/", {"address": "https://hooks.example.com/moved"})
    need(moved.status == 200 and moved.json()["address"].endswith("/moved"), f"a put of the address alone: {moved}")
    body = {"event_type": "task_completed", "is_enabled": False, "endpoint_ids": [str(endpoint["id"])]}
    made = client.ask("POST", "/notification/settings/", body)
    need(made.status == 201, f"setting: {made}")
    setting = made.json()
    typed(setting, "setting", id=str, created_at=str, updated_at=str, event_type=str, is_enabled=bool, endpoints=list)
    typed(setting["endpoints"][0], "setting.endpoints", id=int, address=str, created_at=str)
    changed = client.ask("PATCH", f"/notification/settings/{setting['id']}/", {"endpoint_ids": []})
    need(changed.status == 200 and changed.json()["endpoints"] == [], f"patch: {changed}")
    need(client.ask("DELETE", f"/notification/settings/{setting['id']}/").status == 204, "delete a setting")
    need(client.ask("DELETE", f"{path}{endpoint['id']}/").status == 204, "delete an endpoint")


def prices(client):
    query = {"year": "2024", "month": "06", "day": "01", "page": "1", "page_size": "50"}
    rows = listed(client.ask("GET", "/unit_prices/", query=query), "prices")
    need({(r["plan"], r["is_overridden"]) for r in rows} >= {("h100-80gb", False), ("h100-80gb", True)}, f"both: {rows}")
    for row in rows:
        typed(row, "price", plan=str, price=str, is_overridden=bool, begin_at=str, end_at=str)
        need(DAY.match(row["begin_at"]) and DAY.match(row["end_at"]), f"days of a price: {row}")


def bills(client):
    bill = client.ask("GET", "/billing_infos/", query={"year": 2024, "month": 10}).json()
    for value in (bill, client.ask("GET", "/billing_infos/").json()):
        typed(value, "bill", account=str, bill_close_at=str, details=list, last_upload_at=str)
    need(bill["details"], "October has lines")
    for line in bill["details"]:
        typed(line, "line", sequence_no=int, plan=(str, None), usage_type=int, usage=int, amount=int, description=str)
        need(line["plan"] is None or line["amount"] >= 0, f"credits and corrections have no plan: {line}")


def errors(client, nobody):
    for answer, status, code in (
        (nobody.ask("GET", "/plans/"), 401, "unauthorized"),
        (client.ask("GET", "/tasks/non-existent-task-id/"), 404, "not_found"),
        (client.ask("POST", "/tasks/", {"name": "x", "containers": [{}]}), 422, "invalid_body"),
    ):
        value = answer.json()
        typed(value, "error", is_fatal=bool, serial=str, status=str, error_code=str, error_msg=str)
        need(answer.status == status and value["error_code"] == code, f"{answer}")


PARTS = {
    tasks: "POST /tasks", account: "GET /auth", logins: "POST /registries", notifications: "POST /notification/settings",
    prices: "GET /unit_prices", bills: "GET /billing_infos",
}


def main(program):
    contract, faults, on_their_way = Contract(), [], pending()
    with Server(program, contract.base) as server:
        owner = server.client("owner")
        parts = [(part.__name__, lambda part=part: part(owner)) for part, first in PARTS.items() if first not in on_their_way]
        if "POST /tasks" not in on_their_way:
            parts.append(("errors", lambda: errors(owner, server.client())))
        for name, part in parts:
            try:
                part()
            except (Wrong, KeyError, IndexError, TypeError, AttributeError) as wrong:
                faults.append(f"{name}: {type(wrong).__name__}: {wrong}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"foreign client: {len(parts)} of {len(PARTS) + 1} parts, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

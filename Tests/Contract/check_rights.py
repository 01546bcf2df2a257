"""Every operation of the contract × every kind of key × {own, other's, absent}: nothing answers that shouldn't, and what
isn't yours can't be told from what isn't there.

usage: python3 check_rights.py PROGRAM
"""

import itertools
import sys

from contract import Contract
from server import KEYS, Server
from things import ABSENT, TASK, Things

BAD_KEY = ("00000000-0000-4000-8000-000000000000", "wrong")
SEES_ALL = {"billing", "admin", "auditor"}
# Below these paths everybody sees what is their own account's alone, whatever the role.
PRIVATE = ("/tasks/", "/artifacts/", "/registries/", "/ssh/", "/notification/")
# What a right key gets where the thing is there but its state, or the missing engine, stands in the way.
EXPECTED = {
    "downloadOutput": {404}, "showArtifact": {404}, "downloadArtifact": {404}, "streamOutput": {403},
    "deleteTask": {403}, "correctInvoice": {409}, "testWebhook": {400, 422, 502, 504},
}
ROLES = {"user", "scheduler", "billing", "admin", "auditor"}
DAYS = (f"{year}-{month:02d}-{day:02d}" for year in range(2030, 2100) for month in range(1, 13) for day in (1, 9, 17, 25))
COUNTER = itertools.count(1)
# Parts of paths that belong to no account.
FREE_PARTS = {
    "filename": "artifact.tar.gz", "index": "0", "kind": "artifact", "label": "0" * 56, "line": "1",
    "path": "index.html", "period": "2024-10",
    "report": "price-history",
}


def body_of(operation, things):
    """A body that this ledger takes: the contract's example, where it can't be taken as it is another."""
    endpoint = [int(things.one("endpoint"))] if "otification" in operation.path else []
    other = {
        "createTask": TASK,
        "setTaskNotification": {"is_enabled": False, "endpoint_ids": endpoint},
        "createSetting": {"event_type": "task_completed", "is_enabled": False, "endpoint_ids": endpoint},
        "replaceSetting": {"event_type": "task_completed", "is_enabled": False, "endpoint_ids": endpoint},
        "closeMonth": {"period": "2024-12", "action": "draft"},
        "testWebhook": {"url": "https://127.0.0.1/"},
        "resolveAnomaly": {"task": "odd", "attempt": 1, "action": "waive", "reason": "the host failed"},
    }
    if operation.id == "addPrice":
        day = next(DAYS)
        return {"plan": "h100-80gb", "account": "other", "yen_per_second": "1", "from": day, "to": day, "reason": "x"}
    if operation.id == "recordPayment":
        # A reference is used once, so that each is a payment of its own.
        return operation.body()[1] | {"reference": f"rights-{next(COUNTER)}"}
    if operation.id in ("createEndpoint", "replaceEndpoint", "changeEndpoint"):
        return {"endpoint_type": "webhook", "address": f"https://hooks.example.com/rights/{next(COUNTER)}"}
    if operation.id in ("createRegistry", "replaceRegistry"):
        return {"hostname": f"rights{next(COUNTER)}.example.com", "username": "mina", "password": "correct-horse"}
    return other.get(operation.id, (operation.body() or (None, None))[1])


class Matrix:
    def __init__(self, server, contract):
        self.server, self.contract = server, contract
        self.things = {
            "acme": Things(server, "owner"), "other": Things(server, "other user"), "house": Things(server, "admin"),
        }
        self.faults, self.cells = [], 0
        self.tokens = itertools.count(1)

    def fault(self, operation, who, target, words):
        self.faults.append(f"{operation}, {who}, {target}: {words}")

    def path(self, operation, target):
        path = operation.path
        for part in operation.path_parts:
            if part == "token":
                value = "absent" if target == "absent" else self.token()
            elif part in FREE_PARTS:
                value = FREE_PARTS[part]
            elif target == "absent":
                value = ABSENT[part]
            else:
                fresh = operation.method == "DELETE" or operation.id == "cancelTask"
                value = self.things[target].one("used_task" if operation.id == "showTaskUsage" else part, fresh)
            path = path.replace("{" + part + "}", value)
        return path

    def token(self):
        """Of a key that may be revoked."""
        body = {"account": "other", "user": f"k{next(self.tokens)}", "role": "user", "reason": "to be revoked"}
        return self.server.client("admin").ask("POST", "/admin/tokens/", body).json()["token"]

    def run(self):
        for operation in self.contract.landed:
            unknown = [p for p in operation.path_parts if p not in ABSENT and p not in FREE_PARTS and p != "token"]
            if unknown or operation.roles is None:
                self.fault(operation, "-", "-", f"the matrix doesn't know {unknown or 'its roles'}: teach it")
                continue
            targets = ["acme", "other", "absent"] if operation.ownership else ["acme"]
            for target in targets:
                for who in ["no key", "bad key", *KEYS]:
                    self.cell(operation, who, target)
            # What every key may do is done before the terms are agreed to.
            if "user" in operation.roles and set(operation.roles) != ROLES:
                self.newcomer(operation)

    def newcomer(self, operation):
        self.cells += 1
        answer = self.server.client(self.server.newcomer).ask(operation.method, self.path(operation, "absent"))
        if answer.status != 403 or "Agreement to terms of service is required" not in answer.json()["error_msg"]:
            self.fault(operation, "newcomer", "-", f"403 until the terms are agreed to; answered {answer}")

    def cell(self, operation, who, target):
        self.cells += 1
        key = None if who == "no key" else BAD_KEY if who == "bad key" else who
        body, headers = None, {}
        if operation.body() and who in KEYS:
            body = body_of(operation, self.things[KEYS[who][0]])
            headers = {"Content-Type": operation.body()[0]}
        path = self.path(operation, target)
        query = {p["name"]: p["example"] for p in operation.parameters if p["in"] == "query" and p.get("required")}
        answer = self.server.client(key).ask(
            operation.method, path, body, query, headers=headers, at_root=operation.is_at_root)
        words = self.judge(operation, who, target, path, answer)
        if words:
            self.fault(operation, who, target, f"{words}; answered {answer}")

    def judge(self, operation, who, target, path, answer):
        """What is wrong with an answer; None when nothing is."""
        if answer.status >= 500 and answer.status not in EXPECTED.get(operation.id, ()):
            return "a fault of the server"
        if operation.id == "downloadFile":
            # Its right is the link's signature; the document's example isn't signed by this server.
            return None if answer.status == 403 and "link" in answer.json()["error_msg"] else "a link that we didn't sign"
        if operation.id == "openStream":
            # The right is a token that the owner was given.
            return None if answer.status in (401, 404) else "a token that we didn't sign"
        if operation.id.startswith("forward"):
            # So is it here: the label is the right.
            return None if answer.status == 404 else "a label that we didn't sign"
        if operation.is_open:
            return None if answer.status == 200 else "open to everybody"
        if who not in KEYS:
            return None if answer.status == 401 else "401 without a right key"
        account, _, role = KEYS[who]
        if role not in operation.roles:
            return None if answer.status == 403 else f"403 for role {role}"
        if not operation.ownership:
            return self.judge_right(operation, answer)
        if target == "absent":
            return None if answer.status == 404 else "404 for what isn't there"
        if account != target and (role not in SEES_ALL or operation.path.startswith(PRIVATE)):
            same = answer.status == 404 and self.looks_absent(operation, who, path, answer)
            return None if same else "404 as if absent"
        if account != target and operation.method != "GET" and answer.status == 404:
            return None  # whoever reads all may still change only what is theirs
        return self.judge_right(operation, answer)

    def judge_right(self, operation, answer):
        if answer.status in EXPECTED.get(operation.id, ()):
            return None
        return None if 200 <= answer.status < 300 and answer.status in operation.statuses else "a documented success"

    def looks_absent(self, operation, who, path, answer):
        """The same headers and body as for an absent thing, but for the serial and the thing's own name."""
        absent_path = self.path(operation, "absent")
        body = body_of(operation, self.things[KEYS[who][0]]) if operation.body() else None
        absent = self.server.client(who).ask(operation.method, absent_path, body)
        return (self.anonymous(answer, path) == self.anonymous(absent, absent_path)
                and self.headers(answer) == self.headers(absent))

    @staticmethod
    def headers(answer):
        """All but the clock, the request's own serial, and the length, which follows from the body."""
        varying = ("date", "content-length", "x-request-id")
        return {name: value for name, value in answer.headers.items() if name not in varying}

    @staticmethod
    def anonymous(answer, path):
        value = answer.json()
        value.pop("serial")
        for part in path.split("/"):
            if len(part) > 3:
                value["error_msg"] = value["error_msg"].replace(part.rsplit(".", 1)[0], "…")
        return value


def main(program):
    contract = Contract()
    with Server(program, contract.base) as server:
        matrix = Matrix(server, contract)
        matrix.run()
    for fault in matrix.faults:
        print(fault, file=sys.stderr)
    print(f"rights: {len(contract.landed)} operations, {matrix.cells} cells, {len(matrix.faults)} faults")
    return 1 if matrix.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

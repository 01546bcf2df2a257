"""Things that belong to an account, made over the API as its user would: what the parts of a path can name."""

import itertools

from server import KEYS

ABSENT = {
    "task": "00000000-0000-4000-8000-000000000000",
    "registry": "00000000-0000-4000-8000-000000000000",
    "artifact": "00000000-0000-4000-8000-000000000000",
    "ssh_key": "00000000-0000-4000-8000-000000000000",
    "endpoint": "987654321",
    "setting": "00000000-0000-4000-8000-000000000000",
    "invoice": "202401-000009",
}
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdQ1NqvCgMEIG9mV0VVbXN0cmluZ09mMzJieXRlcw mina@laptop"
TASK = {"name": "train", "containers": [{"image": "alpine:3", "command": ["date"], "plan": "v100-32gb"}]}
# One address for each thing: an account can't register the same twice.
COUNTER = itertools.count(1)


class Things:
    """Of one account; kept until a fresh one is asked for."""

    def __init__(self, server, user):
        self.client = server.client(user)
        self.account = KEYS[user][0]
        self.server = server
        self.kept = {}

    def one(self, part, fresh=False):
        """The id of a thing. A fresh one may be changed or deleted."""
        if fresh or part not in self.kept:
            made = getattr(self, part)()
            if fresh:
                return made
            self.kept[part] = made
        return self.kept[part]

    def made(self, path, body):
        answer = self.client.ask("POST", path, body)
        if answer.status != 201:
            raise RuntimeError(f"POST {path} answered {answer}")
        return str(answer.json()["id"])

    def task(self):
        return self.made("/tasks/", TASK)

    def used_task(self):
        """One with use: of the feed."""
        return f"{self.account}-1"

    def registry(self):
        body = {"hostname": f"r{next(COUNTER)}.example.com", "username": "mina", "password": "correct-horse"}
        return self.made("/registries/", body)

    def ssh_key(self):
        return self.made("/ssh/keys/", {"name": f"laptop {next(COUNTER)}", "pub_key": SSH_KEY, "is_active": True})

    def endpoint(self):
        address = f"https://hooks.example.com/{next(COUNTER)}"
        return self.made("/notification/endpoints/", {"endpoint_type": "webhook", "address": address})

    def setting(self):
        body = {"event_type": "task_completed", "is_enabled": False, "endpoint_ids": [int(self.one("endpoint"))]}
        return self.made("/notification/settings/", body)

    def invoice(self):
        return self.client.ask("GET", "/invoices/").json()["results"][0]["number"]

    def artifact(self):
        """Without a container engine no task leaves one."""
        return ABSENT["artifact"]

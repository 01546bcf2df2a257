"""A real `kanjo serve` over a small ledger: two accounts with use, an issued month each, and a key of every role."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from client import Client

FOLDER = pathlib.Path(__file__).resolve().parent
TERMS = "2024-10-01"
KEYS = {
    "owner": ("acme", "mina", "user"),
    "other user": ("other", "ken", "user"),
    "scheduler": ("house", "slurm", "scheduler"),
    "billing": ("house", "keiri", "billing"),
    "admin": ("house", "ops", "admin"),
    "auditor": ("house", "kansa", "auditor"),
}


def sample_events():
    """October and November 2024: finished runs of both accounts, and one whose stop lies before its start."""
    for account, user in (("acme", "mina"), ("other", "ken")):
        for number in range(1, 9):
            day, task = f"2024-1{number % 2}-{number + 9:02d}", f"{account}-{number}"
            data = {"attempt": 1, "account": account, "user": user, "plan": "v100-32gb" if number % 3 else "h100-80gb"}
            yield event(f"{task}-start", "task.started", f"{day}T10:00:00+09:00", task, data)
            stopped = {"attempt": 1, "outcome": "done", "exit_code": 0}
            yield event(f"{task}-stop", "task.stopped", f"{day}T{11 + number}:17:{number:02d}.5+09:00", task, stopped)
    data = {"attempt": 1, "account": "acme", "user": "mina", "plan": "v100-32gb"}
    yield event("odd-start", "task.started", "2025-02-03T10:00:00+09:00", "odd", data)
    yield event("odd-stop", "task.stopped", "2025-02-03T09:00:00+09:00", "odd", {"attempt": 1, "outcome": "done"})


def event(identity, kind, time, task, data):
    return {
        "specversion": "1.0", "id": identity, "source": "sample", "type": kind, "time": time, "subject": task,
        "data": data,
    }


class Server:
    """Runs while a `with` block runs; ended by its process id."""

    def __init__(self, program, base):
        self.program = str(program)
        self.base = base

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-contract-"))
        self.database = self.folder / "ledger.db"
        self.log = open(self.folder / "serve.log", "w+")
        try:
            self.fill()
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def kanjo(self, *arguments):
        command = [self.program, *map(str, arguments), "--db", str(self.database)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def fill(self):
        self.kanjo("apply", FOLDER / "setup.yaml")
        feed = self.folder / "events.ndjson"
        feed.write_text("".join(json.dumps(one) + "\n" for one in sample_events()))
        self.kanjo("ingest", feed)
        self.kanjo("close", "2024-10", "--issue", "--issue-day", "2024-11-05")
        self.kanjo("close", "2024-11", "--issue", "--issue-day", "2024-12-05")
        self.keys = {name: self.key(*what) for name, what in KEYS.items()}
        # Of an account that never agrees to the terms.
        self.newcomer = self.key("new", "yuki", "user")

    def key(self, account, user, role):
        made = self.kanjo("token", "create", "--account", account, "--user", user, "--role", role, "--output", "json")
        row = json.loads(made)["rows"][0]
        return row["token"], row["secret"]

    def start(self):
        port = self.folder / "port"
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", "0", "--port-file", port, "--db", self.database,
             "--set", f"terms.version={TERMS}"],
            stdout=subprocess.DEVNULL, stderr=self.log,
        )
        while not (port.exists() and port.read_text().strip()):
            if not self.is_running():
                raise RuntimeError(f"the server did not start: {self.told()}")
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{port.read_text().strip()}"
        for name in self.keys:
            agreed = self.client(name).ask("POST", "/auth/agree/", query={"version": TERMS})
            if agreed.status != 204:
                raise RuntimeError(f"{name} could not agree to the terms: {agreed}")

    def client(self, name=None):
        """Who asks: a name of KEYS, None without a key, or a key."""
        return Client(self.address, self.base, self.keys.get(name) if isinstance(name, str) else name)

    def is_running(self):
        return self.process.poll() is None

    def told(self):
        self.log.flush()
        return (self.folder / "serve.log").read_text()[-4000:]

    def end(self):
        """SIGTERM; the server finishes what it began and exits with 0."""
        process = getattr(self, "process", None)
        try:
            if process is not None and self.is_running():
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)
        finally:
            if process is not None and process.poll() is None:
                process.kill()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        if process is not None and process.returncode != 0:
            raise RuntimeError(f"the server ended with {process.returncode}")

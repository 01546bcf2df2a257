"""Measures `kanjo serve` beside baselines of the same run; prints rows of the table of scripts/bench.

usage: python3 Benchmarks/api.py KANJO STEPS BASELINES FOLDER SAMPLE SEED RUNS REPEATS
  KANJO      the program, optimised          STEPS    kanjo-benchmarks
  BASELINES  folder with load and commit     FOLDER   for databases and requests; emptied afterwards
  RUNS       runs of the account whose month is asked about, and events of the feed parts
"""

import base64
import http.client
import json
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

BASE = "/cloud/zone/is1a/api/managed-container/1.0"
# The generator's first account, and its month.
ACCOUNT, PERIOD = "a-000000", "2017-11"
SECONDS = 4
TASK = {"name": "bench", "containers": [{"image": "alpine:3", "command": ["date"], "plan": "v100"}], "tags": ["a"]}


def told(command):
    """What a step says in key=value lines."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return {name: float(value) for name, value in (line.split("=") for line in done.stdout.splitlines() if "=" in line)}


class Server:
    def __init__(self, program, database, folder, settings=()):
        self.program, self.database, self.folder = program, database, folder
        self.settings = [word for setting in settings for word in ("--set", setting)]

    def key(self, account, role):
        """HTTP Basic of a new key."""
        command = [self.program, "token", "create", "--account", account, "--user", role, "--role", role,
                   "--db", self.database, "--output", "json"]
        row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["rows"][0]
        return "Basic " + base64.b64encode(f"{row['token']}:{row['secret']}".encode()).decode()

    def __enter__(self):
        port, log = self.folder / "port", open(self.folder / "serve.log", "w")
        port.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", "0", "--port-file", port, "--log-level", "error", "--db", self.database,
             "--set", "limits.requests_per_second=0", *self.settings],
            stdout=log, stderr=log)
        while not (port.exists() and port.read_text().strip()):
            if self.process.poll() is not None:
                raise SystemExit((self.folder / "serve.log").read_text()[-2000:])
            time.sleep(0.02)
        self.port = port.read_text().strip()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def peak_mebibytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def request(method, path, key=None, body=b"", content_type="application/json"):
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Authorization: {key}\r\n" if key else ""
    head += f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n" if body else ""
    return head.encode() + b"\r\n" + body


class Load:
    """Requests of one kind, in a file as the load generator reads it."""

    def __init__(self, baselines, folder, name, requests):
        self.program, self.file = baselines / "load", folder / f"{name}.requests"
        with open(self.file, "wb") as file:
            for one in requests:
                file.write(len(one).to_bytes(4, "little") + one)

    def run(self, server, connections, seconds=SECONDS):
        measured = told([self.program, server.port, connections, seconds, self.file])
        if measured["failed"]:
            raise SystemExit(f"{measured['failed']:.0f} of {measured['requests']:.0f} answers weren't 2xx")
        measured["rate"] = measured["requests"] / measured["seconds"]
        return measured


def row(work, ours, baseline, ratio, reach):
    print(f"| {work} | {ours} | {baseline} | {ratio} | {reach} |", flush=True)


class API:
    def __init__(self, program, steps, baselines, folder, sample, seed, runs, repeats):
        self.program, self.steps = program, steps
        self.baselines, self.folder = pathlib.Path(baselines), pathlib.Path(folder)
        self.sample, self.seed, self.runs, self.repeats = sample, seed, int(runs), int(repeats)
        self.peaks = []

    def step(self, name, **arguments):
        return told([self.steps, "step", name, *(f"{key}={value}" for key, value in arguments.items())])

    def load(self, name, requests):
        return Load(self.baselines, self.folder, name, requests)

    def reading(self):
        """GET of one task beside a constant answer; one account's month."""
        database = self.folder / "month.db"
        self.step("bulk", database=database, runs=self.runs, accounts=1, seed=self.seed, sample=self.sample, csv="")
        server = Server(self.program, database, self.folder)
        owner = server.key(ACCOUNT, "user")
        with server:
            self.load("agree", [request("POST", f"{BASE}/auth/agree/", owner)]).run(server, 1, 0)
            task = self.made_task(server, owner)
            one = self.load("task", [request("GET", f"{BASE}/tasks/{task}/", owner)])
            constant = self.load("constant", [request("GET", "/healthz")])
            month = self.load("month", [request(
                "GET", f"{BASE}/usage/?period={PERIOD}&group_by=day,plan", owner)])
            pairs = [(one.run(server, 64)["rate"], constant.run(server, 64)["rate"]) for _ in range(self.repeats)]
            usage = [month.run(server, 200) for _ in range(self.repeats)]
            self.peaks.append(server.peak_mebibytes())
        ours, baseline = (statistics.median(side) for side in zip(*pairs))
        ratio = statistics.median(a / b for a, b in pairs)
        row("API: GET of one task, 64 connections", f"{ours:,.0f} a second", f"constant answer: {baseline:,.0f} a second",
            f"{ratio:.2f}", "0.6")
        p99 = statistics.median(one["p99"] for one in usage) / 1000
        rate = statistics.median(one["rate"] for one in usage)
        row(f"API: an account's month of {self.runs:,} runs, 200 connections", f"p99 {p99:.1f} ms", f"{rate:,.0f} a second",
            "", "p99 < 10 ms")

    @staticmethod
    def made_task(server, owner):
        """The id of a task that waits."""
        connection = http.client.HTTPConnection("localhost", int(server.port))
        connection.request("POST", f"{BASE}/tasks/", json.dumps(TASK), {"Authorization": owner})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 201:
            raise SystemExit(f"POST /tasks/ answered {answer.status}: {body[:500]}")
        return json.loads(body)["id"]

    def writing(self):
        """Batches beside the command line's ingest; single events beside single durable rows."""
        feed = self.folder / "feed.ndjson"
        accounts = max(12, self.runs // 355)
        made = self.step("feed", file=feed, sample=self.sample, seed=self.seed, runs=self.runs, accounts=accounts,
                         take=min(self.runs // 4, 100_000))
        lines = feed.read_bytes().splitlines(keepends=True)
        batches = [b"[" + b",".join(lines[at:at + 1000]) + b"]" for at in range(0, len(lines), 1000)]
        rates = []
        for repeat in range(self.repeats):
            ours = self.posted(repeat, accounts, batches, made["events"])
            rates.append((ours, self.ingested(repeat, accounts, feed, made["events"])))
        ours, baseline = (statistics.median(side) for side in zip(*rates))
        row("API: POST /events/ in batches of 1,000, 4 connections", f"{ours:,.0f} events/s",
            f"kanjo ingest: {baseline:,.0f} events/s", f"{statistics.median(a / b for a, b in rates):.2f}", "0.5")
        singles = [self.single(repeat, accounts, lines[:40_000]) for repeat in range(self.repeats)]
        ours, baseline = (statistics.median(side) for side in zip(*singles))
        row("API: single events, 64 connections", f"{ours:,.0f} events/s", f"one row a commit: {baseline:,.0f}/s",
            f"{statistics.median(a / b for a, b in singles):.1f}", "4")
        peak = max(self.peaks)
        row("API: memory of the server under all of it", f"{peak:.0f} MiB", "", "", "< 200 MiB")

    def fresh(self, name, accounts):
        database = self.folder / f"{name}.db"
        self.step("setup", database=database, accounts=accounts)
        return database

    def posted(self, repeat, accounts, batches, events):
        server = Server(self.program, self.fresh(f"posted-{repeat}", accounts), self.folder)
        key = server.key(ACCOUNT, "scheduler")
        load = self.load("batch", [request("POST", f"{BASE}/events/", key, body, "application/cloudevents-batch+json")
                                   for body in batches])
        with server:
            self.load("agree", [request("POST", f"{BASE}/auth/agree/", key)]).run(server, 1, 0)
            seconds = load.run(server, 4, 0)["seconds"]
            self.peaks.append(server.peak_mebibytes())
        return events / seconds

    def ingested(self, repeat, accounts, feed, events):
        database = self.fresh(f"ingested-{repeat}", accounts)
        begun = time.monotonic()
        subprocess.run([self.program, "ingest", feed, "--db", database], check=True, stdout=subprocess.DEVNULL)
        return events / (time.monotonic() - begun)

    def single(self, repeat, accounts, lines):
        server = Server(self.program, self.fresh(f"single-{repeat}", accounts), self.folder)
        key = server.key(ACCOUNT, "scheduler")
        load = self.load("single", [request("POST", f"{BASE}/events/", key, line.strip(), "application/cloudevents+json")
                                    for line in lines])
        with server:
            self.load("agree", [request("POST", f"{BASE}/auth/agree/", key)]).run(server, 1, 0)
            ours = load.run(server, 64, 0)["rate"]
            self.peaks.append(server.peak_mebibytes())
        baseline = told([self.baselines / "commit", self.folder / f"commit-{repeat}.db", SECONDS])
        return ours, baseline["rows"] / baseline["seconds"]


if __name__ == "__main__":
    api = API(*sys.argv[1:])
    api.reading()
    api.writing()

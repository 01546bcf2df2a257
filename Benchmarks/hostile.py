"""Slow clients beside a healthy one, and what an answer's time tells of what isn't yours; rows of a table.

usage: python3 Benchmarks/hostile.py KANJO [--connections COUNT] [--pairs COUNT]
  KANJO          the program, optimised
  --connections  slow ones of each kind; 1,000 unless said
  --pairs        questions for something absent and for another account's thing; 4,000 of each unless said
Ends with 1 when a reach isn't met: a healthy request's p99 under 250 ms beside each kind, every slow connection ended
by the server, and a ratio of medians from 0.9 to 1.1.
"""

import argparse
import http.client
import json
import multiprocessing
import pathlib
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from api import BASE, Server, row

SET_UP = """
accounts: [{id: mine, name: Mine}, {id: theirs, name: Theirs}]
plans: [{id: v100-32gb, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
prices: [{plan: v100-32gb, yen_per_second: "0.06", from: 2024-01-01}]
"""
TASK = {"name": "t", "containers": [{"image": "alpine:3", "plan": "v100-32gb"}]}
ABSENT = "00000000-0000-4000-8000-000000000000"
HEAD = f"POST {BASE}/events/ HTTP/1.1\r\nHost: localhost\r\n"
SETTINGS = ["limits.idle_milliseconds=20000", "limits.head_milliseconds=20000", "limits.body_span_milliseconds=20000"]
SECONDS = 8


def kinds(key):
    """What each kind sends at once, and then a byte at a time."""
    return {
        "idle": ("", ""),
        "half a head": (HEAD, ""),
        "a head dripping": (HEAD + "X-Slow: ", "a"),
        "a body dripping": (f"{HEAD}Authorization: {key}\r\nContent-Length: 100000\r\n\r\n", " "),
    }


class SlowClients:
    """Connections that send their first words, then a byte a second, until the server ends them. They live in a process
    of their own, so that the healthy client measures the server and not them."""

    def __init__(self, port, count, first, drip):
        self.drip, self.ended, self.selector = drip.encode(), 0, selectors.DefaultSelector()
        self.open = set()
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(first.encode())
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ)
            self.open.add(connection)

    @staticmethod
    def process(port, count, first, drip, parent):
        """Tells when all are open, how many are when it is asked, and how many the server has ended when all are."""
        clients = SlowClients(port, count, first, drip)
        clients.selector.register(parent, selectors.EVENT_READ)
        parent.send(len(clients.open))
        clients.run(parent)
        parent.send(clients.ended)

    def run(self, parent):
        next_drip = time.monotonic() + 1
        while self.open:
            for event, _ in self.selector.select(max(0, next_drip - time.monotonic())):
                if event.fileobj is parent:
                    parent.recv()
                    parent.send(len(self.open))
                else:
                    self.receive(event.fileobj)
            if time.monotonic() >= next_drip:
                next_drip += 1
                for connection in list(self.open) if self.drip else ():
                    try:
                        connection.send(self.drip)
                    except BlockingIOError:
                        pass
                    except OSError:
                        self.end(connection)

    def receive(self, connection):
        try:
            if connection.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.end(connection)

    def end(self, connection):
        self.selector.unregister(connection)
        connection.close()
        self.open.discard(connection)
        self.ended += 1


def timed(connection, method, path, key, expected):
    begun = time.perf_counter()
    connection.request(method, path, headers={"Authorization": key})
    answer = connection.getresponse()
    body = answer.read()
    elapsed = time.perf_counter() - begun
    if answer.status != expected:
        raise SystemExit(f"{method} {path} answered {answer.status}: {body[:300]}")
    return elapsed


def slow(server, key, count):
    """One row a kind; whether each reach is met."""
    port, good = int(server.port), True
    for name, (first, drip) in kinds(key).items():
        clients, child = multiprocessing.Pipe()
        process = multiprocessing.Process(
            target=SlowClients.process, args=(port, count, first, drip, child), daemon=True)
        process.start()
        clients.recv()
        healthy, times = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            times.append(timed(healthy, "GET", f"{BASE}/plans/", key, 200))
        healthy.close()
        clients.send("how many?")
        there = clients.recv()
        ended = clients.recv() if clients.poll(120) else 0
        process.join()
        p99 = statistics.quantiles(times, n=100)[98] * 1000
        is_met = there == count and ended == count and p99 < 250
        good = good and is_met
        row(f"API: beside {count:,} slow connections: {name}", f"p99 {p99:.1f} ms of {len(times):,}",
            f"{there:,} there at the end, {ended:,} ended by the server", "", "p99 < 250 ms")
    return good


def absent(server, mine, theirs, pairs):
    """One row a path; whether the times are alike."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.port), timeout=60)
    connection.request("POST", f"{BASE}/tasks/", json.dumps(TASK), {"Authorization": theirs})
    task = json.loads(connection.getresponse().read())["id"]
    paths = {
        "GET /tasks/{id}/": ("GET", "/tasks/{}/"), "DELETE /tasks/{id}/": ("DELETE", "/tasks/{}/"),
        "POST /tasks/{id}/cancel/": ("POST", "/tasks/{}/cancel/"),
        "GET /tasks/{id}/download/output/": ("GET", "/tasks/{}/download/output/"),
        "GET /usage/tasks/{id}/": ("GET", "/usage/tasks/{}/"),
    }
    good = True
    for name, (method, path) in paths.items():
        times = {ABSENT: [], task: []}
        for turn in range(pairs):
            for id in (ABSENT, task) if turn % 2 else (task, ABSENT):
                times[id].append(timed(connection, method, BASE + path.format(id), mine, 404))
        ours, baseline = (statistics.median(times[id]) * 1e6 for id in (task, ABSENT))
        good = good and 0.9 <= ours / baseline <= 1.1
        row(f"API: another's thing beside an absent one, {name}", f"median {ours:,.0f} µs", f"{baseline:,.0f} µs",
            f"{ours / baseline:.3f}", "0.9 … 1.1")
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=4000)
    asked = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        database = folder / "hostile.db"
        (folder / "setup.yaml").write_text(SET_UP)
        subprocess.run([asked.program, "apply", folder / "setup.yaml", "--db", database], check=True,
                       stdout=subprocess.DEVNULL)
        server = Server(asked.program, database, folder, SETTINGS)
        mine, theirs = server.key("mine", "user"), server.key("theirs", "user")
        scheduler = server.key("mine", "scheduler")
        with server:
            is_alike = absent(server, mine, theirs, asked.pairs)
            is_quick = slow(server, scheduler, asked.connections)
    return 0 if is_alike and is_quick else 1


if __name__ == "__main__":
    sys.exit(main())

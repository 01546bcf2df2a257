"""Tasks from submission to billed seconds on a real engine, and what is billed against the engine's own times.

usage: check_engine.py PROGRAM; the variables KANJO_ENGINE… come from scripts/test-engine
"""

import datetime
import http.client
import io
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Contract"))
from client import Client  # noqa: E402
from tap import EngineTap  # noqa: E402

BASE = "/cloud/zone/is1a/api/managed-container/1.0"
OPEN, PRIVATE = os.environ["KANJO_ENGINE_OPEN_IMAGE"], os.environ["KANJO_ENGINE_PRIVATE_IMAGE"]
ROUNDS = int(os.environ.get("KANJO_KILLS", "20"))
SEED = int(os.environ.get("KANJO_SEED", "1"))
ENDLESS = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
SET_UP = """
issuer: {name: Kanjo, registration_number: T7000012050002, address: Tokyo}
accounts: [{id: acme, name: Acme, users: [alice, bob, carol]}]
plans: [{id: cpu, name: CPU, gpu_model: none, gpu_count: 1, minimum_execution_seconds: 1}]
prices: [{plan: cpu, yen_per_second: "1", from: 2024-01-01}]
"""


class House:
    """A ledger, a server that may be killed, and the engine behind a tap."""

    def __init__(self, program, settings={}):
        self.program = program
        self.settings = settings
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-engine-"))
        self.engine = os.environ["KANJO_ENGINE"].removeprefix("unix://")
        self.tap = EngineTap(self.folder / "tap.sock", self.engine)
        (self.folder / "setup.yaml").write_text(SET_UP)
        self.kanjo("apply", self.folder / "setup.yaml")
        self.keys = {user: self.key(user) for user in ("alice", "bob", "carol")}
        self.tasks = []
        # Container name → how often the engine started it.
        self.starts = {}
        self.process = None
        self.log = open(self.folder / "serve.log", "a+")

    def kanjo(self, *arguments, by=()):
        command = [*by, self.program, *map(str, arguments), "--db", str(self.folder / "ledger.db")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments[0]} ended with {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout

    def key(self, user):
        made = self.kanjo("token", "create", "--account", "acme", "--user", user, "--role", "user", "--output", "json")
        row = json.loads(made)["rows"][0]
        return row["token"], row["secret"]

    def start(self, by=()):
        """- by: a command that runs the server, for example one that moves its clock."""
        port = self.folder / "port"
        port.unlink(missing_ok=True)
        settings = {
            "engine.hosts": f"real=unix://{self.folder}/tap.sock", "engine.capacity": "cpu=8",
            "engine.device_driver": "none", "engine.ulimits": "nofile=1024,nproc=1000", "engine.label": "end-to-end",
            "engine.retry_seconds": "1", "engine.grace_seconds": "1", "webhooks.allow_private_targets": "true",
            **self.settings,
        }
        flags = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
        self.process = subprocess.Popen(
            [*by, self.program, "serve", "--port", "0", "--port-file", port, "--db", self.folder / "ledger.db", *flags],
            stdout=subprocess.DEVNULL, stderr=self.log,
            # What waits for some time waits for it by a clock that nobody moves.
            env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"})
        until("the server listens", lambda: port.exists() and port.read_text().strip())
        self.address = f"http://127.0.0.1:{port.read_text().strip()}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """SIGTERM, once; its status."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.tap.close()
        return self.process.returncode

    def told(self):
        return (self.folder / "serve.log").read_text()[-3000:]

    def ask(self, user, method, path, body=None, query=None):
        return Client(self.address, BASE, self.keys[user]).ask(method, path, body, query)

    def submit(self, user, line=None, **container):
        if line is not None:
            container["command"] = ["sh", "-c", line]
        body = {"name": "t", "containers": [{"image": OPEN, "plan": "cpu", **container}]}
        answer = self.ask(user, "POST", "/tasks/", body)
        assert answer.status == 201, answer
        self.tasks.append((answer.json()["id"], user))
        return answer.json()["id"]

    def task(self, identity, user):
        return self.ask(user, "GET", f"/tasks/{identity}/").json()

    def finished(self, identity, user):
        """The task, as soon as it has ended."""
        def ended():
            task = self.task(identity, user)
            return task if task["status"] not in ("waiting", "running") else None
        return until(f"task {identity} ends", ended)

    def running(self, identity, user):
        return until(f"task {identity} runs", lambda: self.task(identity, user)["containers"][0]["start_at"])

    def reconciled(self, status, *arguments, by=()):
        """What `kanjo reconcile` prints about the engine itself, past the tap."""
        command = [*by, self.program, "reconcile", "--set", f"engine.hosts=real=unix://{self.engine}", "--set",
                   "engine.capacity=cpu=8", "--set", "engine.device_driver=none", "--set", "engine.label=end-to-end",
                   "--db", str(self.folder / "ledger.db"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == status, f"reconcile ended with {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout

    def stray(self):
        """A container with our labels that nobody asked for; its id."""
        labels = {"jp.kanjo.ledger": "end-to-end", "jp.kanjo.task": "stranger", "jp.kanjo.attempt": "1"}
        body = {"Image": OPEN, "Cmd": ["sleep", "60"], "Labels": labels,
                "HostConfig": {"Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 1024},
                                           {"Name": "nproc", "Soft": 1000, "Hard": 1000}]}}
        made = json.loads(self.engine_says("/containers/create?name=by-hand", method="POST", body=body))
        self.engine_says(f"/containers/{made['Id']}/start?x=1", method="POST")
        return made["Id"]

    def engine_says(self, path, method="GET", body=None, **filters):
        """Asks the engine itself, past the tap."""
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.engine)
        try:
            connection.request(
                method, f"/v1.41{path}" + (f"&filters={urllib.parse.quote(json.dumps(filters))}" if filters else ""),
                None if body is None else json.dumps(body), {} if body is None else {"Content-Type": "application/json"})
            return connection.getresponse().read()
        finally:
            connection.close()

    def listen(self):
        """Counts how often the engine starts each container, by its own events: Docker keeps only the last 256."""
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.engine)
        connection.request("GET", "/v1.41/events?filters=" + urllib.parse.quote(json.dumps({"event": ["start"]})))
        answer = connection.getresponse()
        threading.Thread(target=self.count_starts, args=(answer,), daemon=True).start()

    def count_starts(self, events):
        while line := events.readline():
            name = json.loads(line)["Actor"]["Attributes"]["name"]
            self.starts[name] = self.starts.get(name, 0) + 1

    def peak_mebibytes(self):
        """The most memory that the server has had at once."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) // 1024

    def said(self, identity):
        """What a running task has written so far."""
        container, = json.loads(self.engine_says("/containers/json?all=1", label=[f"jp.kanjo.task={identity}"]))
        return self.engine_says(f"/containers/{container['Id']}/logs?stdout=1&stderr=1")


def until(what, look):
    """Asks until there is something, two minutes at most."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if found := look():
            return found
        threading.Event().wait(0.05)
    raise AssertionError(f"{what}: not within two minutes")


def web_socket(place, token):
    """Opens a WebSocket; the answer's status and the messages, (opcode, bytes) each, until its end."""
    connection = socket.create_connection((place.hostname, place.port), timeout=60)
    connection.sendall((
        f"GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode())
    stream = connection.makefile("rb")
    status = int(stream.readline().split()[1])
    head = list(iter(stream.readline, b"\r\n"))
    # The key and its answer of RFC 6455, 1.3.
    assert status != 101 or b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head, head

    def messages():
        with connection, stream:
            while first := stream.read(2):
                assert first[0] & 0x80 and not first[1] & 0x80, first
                length = first[1] if first[1] < 126 else int.from_bytes(stream.read(2 if first[1] == 126 else 8), "big")
                yield first[0] & 15, stream.read(length)

    return status, messages()


def nanoseconds(text):
    """RFC 3339 with up to nine digits."""
    seconds, fraction, zone = re.fullmatch(r"(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text).groups()
    whole = datetime.datetime.fromisoformat(seconds + zone.replace("Z", "+00:00"))
    return int(whole.timestamp()) * 10**9 + int((fraction or "").ljust(9, "0"))


def billable(times):
    """Whole seconds of the engine's own times; the plan's minimum is one."""
    start, end = map(nanoseconds, times)
    return max(1, -(-max(0, end - start) // 10**9))


class EngineCheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House(PROGRAM)
        cls.house.listen()
        cls.house.start()

    @classmethod
    def tearDownClass(cls):
        status = cls.house.end()
        cls.house.log.close()
        if status != 0:
            raise AssertionError(cls.house.told())
        shutil.rmtree(cls.house.folder, ignore_errors=True)

    def ended(self, user, line=None, **container):
        return self.house.finished(self.house.submit(user, line, **container), user)

    def assertNeverRan(self, task, words):
        container = task["containers"][0]
        self.assertEqual(task["status"], "error", task)
        self.assertIsNone(container["start_at"])
        self.assertIn(words, task["error_message"])

    def test_1_variables_entrypoint_and_exit_code(self):
        task = self.ended(
            "alice", entrypoint=["sh", "-c"], environment={"WORD": "x y"},
            command=['[ "$WORD" = "x y" ] && [ -n "$SAKURA_TASK_ID" ] && echo hi >"$SAKURA_ARTIFACT_DIR/f" && exit 7'])
        self.assertEqual((task["status"], task["containers"][0]["exit_code"]), ("error", 7), task)
        self.assertEqual(self.ended("alice", "true")["status"], "done")

    def test_2_one_at_a_time_for_a_user_and_nobody_waits_for_another(self):
        queue = [self.house.submit("alice", ENDLESS), self.house.submit("alice", "sleep 1"),
                 self.house.submit("alice", "true")]
        self.house.running(queue[0], "alice")
        # However long the first one runs: the others wait for it, and bob doesn't.
        self.assertEqual(self.ended("bob", "true")["status"], "done")
        states = [self.house.task(each, "alice")["status"] for each in queue]
        self.assertEqual(states, ["running", "waiting", "waiting"])
        self.assertEqual(self.house.ask("alice", "POST", f"/tasks/{queue[0]}/cancel/").status, 200)
        first, second, third = [self.house.finished(each, "alice")["containers"][0] for each in queue]
        self.assertLessEqual(first["stop_at"], second["start_at"])
        self.assertLessEqual(second["stop_at"], third["start_at"])

    def test_3_images_with_and_without_a_login(self):
        def registry(password):
            made = self.house.ask("bob", "POST", "/registries/", {
                "hostname": PRIVATE.split("/")[0], "username": os.environ["KANJO_ENGINE_USER"], "password": password})
            self.assertEqual(made.status, 201, str(made))
            return made.json()["id"]

        right, wrong = registry(os.environ["KANJO_ENGINE_PASSWORD"]), registry("wrong")
        self.assertEqual(self.ended("bob", "true", image=PRIVATE, registry=right)["status"], "done")
        self.assertNeverRan(self.ended("bob", "true", image=PRIVATE, registry=wrong), "wants a login")
        self.assertNeverRan(self.ended("bob", "true", image=PRIVATE), "wants a login")
        self.assertNeverRan(self.ended("bob", "true", image=OPEN.replace("tiny", "nosuch")), "no image")
        self.assertNeverRan(self.ended("bob", command=["/no/such/program"]), "can't run its command")
        with urllib.request.urlopen(self.house.address + "/metrics", timeout=60) as answer:
            pulls = dict(re.findall(r'^kanjo_pulls_ended_total{result="(\w+)"} (\d+)$', answer.read().decode(), re.M))
        # Whatever is pulled again for others, these three could not be had.
        self.assertGreaterEqual(int(pulls["failed"]), 3, pulls)
        self.assertGreaterEqual(int(pulls["done"]), 1, pulls)

    def test_3_a_pull_that_hangs_holds_up_nobody_else(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(60)
            image = f"127.0.0.1:{silent.getsockname()[1]}/never:1"
            hanging = self.house.submit("alice", "true", image=image)
            came, _ = silent.accept()
            with came:
                self.assertEqual(self.ended("bob", "true")["status"], "done")
                task = self.house.task(hanging, "alice")
                self.assertEqual((task["status"], task["containers"][0]["start_at"]), ("running", None))
                self.assertEqual(self.house.ask("alice", "POST", f"/tasks/{hanging}/cancel/").status, 200)
                ended = self.house.finished(hanging, "alice")
        self.assertEqual((ended["status"], ended["containers"][0]["start_at"]), ("canceled", None), ended)

    def test_4_cancel_waiting_and_running(self):
        running = self.house.submit("carol", ENDLESS)
        waiting = self.house.submit("carol", "true")
        self.house.running(running, "carol")
        for identity in (waiting, running):
            self.assertEqual(self.house.ask("carol", "POST", f"/tasks/{identity}/cancel/").status, 200)
        ended = self.house.finished(running, "carol")
        self.assertEqual(ended["status"], "canceled")
        self.assertGreaterEqual(ended["containers"][0]["execution_seconds"], 1)
        never = self.house.finished(waiting, "carol")
        self.assertEqual((never["status"], never["containers"][0]["start_at"]), ("canceled", None))

    def test_4_output_and_artifact_of_a_canceled_task(self):
        line = 'echo kept >"$SAKURA_ARTIFACT_DIR/result.txt"; echo bad >&2; echo hello; '
        identity = self.house.submit("carol", line + ENDLESS)
        self.house.running(identity, "carol")
        until("the task has written", lambda: b"hello" in self.house.said(identity))
        self.assertEqual(self.house.ask("carol", "POST", f"/tasks/{identity}/cancel/").status, 200)
        self.house.finished(identity, "carol")
        artifact = until("the artifact is kept", lambda: self.house.task(identity, "carol")["artifact"])
        link = self.house.ask("carol", "GET", f"/artifacts/{artifact['id']}/download/").json()["url"]
        with urllib.request.urlopen(link, timeout=60) as answer:
            with tarfile.open(fileobj=io.BytesIO(answer.read()), mode="r:gz") as tar:
                member = next(each for each in tar.getmembers() if each.name.endswith("result.txt"))
                self.assertEqual(tar.extractfile(member).read(), b"kept\n")
        link = self.house.ask("carol", "GET", f"/tasks/{identity}/download/output/").json()["url"]
        with urllib.request.urlopen(link, timeout=60) as answer:
            text = answer.read().decode()
        self.assertIn("hello", text)
        self.assertIn("bad", text)

    def test_4_an_artifact_is_never_held_in_memory(self):
        before = self.house.peak_mebibytes()
        task = self.ended("bob", 'dd if=/dev/zero bs=1048576 count=512 of="$SAKURA_ARTIFACT_DIR/big"')
        self.assertEqual(task["status"], "done", task)
        artifact = until("the artifact is kept", lambda: self.house.task(task["id"], "bob")["artifact"])
        link = self.house.ask("bob", "GET", f"/artifacts/{artifact['id']}/download/").json()["url"]
        with urllib.request.urlopen(link, timeout=60) as answer, tarfile.open(fileobj=answer, mode="r|gz") as tar:
            sizes = [each.size for each in tar if each.name.endswith("big")]
        self.assertEqual(sizes, [512 << 20])
        self.assertLess(self.house.peak_mebibytes() - before, 128)

    def test_4_http_from_outside(self):
        """Both ways as streams, 503 until it listens, 404 after its end, and nothing but this port of this container."""
        head = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n"
        programs = {
            "slow": head + "echo first; while [ ! -e /go ]; do sleep 0.05; done; echo second\n",
            "echo": head + "read line; echo $line >/www/seen; echo $line; cat\n",
            "go": head + ">/go; env\n",
        }
        script = "mkdir -p /www/cgi-bin /secret; echo hello >/www/index.html; echo other >/secret/index.html; " + "".join(
            f'echo "${name}" >/www/cgi-bin/{name}; ' for name in programs) + (
            "chmod +x /www/cgi-bin/*; httpd -p 8081 -h /secret; "
            "while [ ! -e /listen ]; do sleep 0.05; done; httpd -p 8080 -h /www; ")
        identity = self.house.submit(
            "bob", script + ENDLESS, environment=programs, http={"port": 8080, "path": "/index.html"})
        self.house.running(identity, "bob")
        uri = self.house.task(identity, "bob")["http_uri"]
        place = urllib.parse.urlsplit(uri)
        self.assertEqual((uri.split("/t/")[0], place.path.count("/")), (self.house.address, 3), uri)
        label = place.path.split("/")[2]

        def ask(path, method="GET", body=None, host=None):
            connection = http.client.HTTPConnection(place.netloc, timeout=60)
            connection.request(method, path, body, {"Host": host} if host else {})
            return connection.getresponse()

        early = ask(place.path)
        self.assertEqual((early.status, json.loads(early.read())["error_code"]), (503, "container_not_listening"))
        container, = json.loads(self.house.engine_says("/containers/json?all=1", label=[f"jp.kanjo.task={identity}"]))
        made = json.loads(self.house.engine_says(
            f"/containers/{container['Id']}/exec", method="POST", body={"Cmd": ["touch", "/listen"]}))
        self.house.engine_says(f"/exec/{made['Id']}/start", method="POST", body={"Detach": True})
        until("the program listens", lambda: ask(place.path).status == 200)
        self.assertEqual(ask(place.path).read(), b"hello\n")
        self.assertEqual(ask(place.path, "HEAD").getheader("Content-Length"), "6")
        self.assertEqual(ask(f"/t/{label}").status, 200)
        self.assertEqual(ask(f"/t/{label}/nosuch").status, 404)
        # An answer comes as it is written: its end needs another request.
        slow = ask(f"/t/{label}/cgi-bin/slow")
        self.assertEqual(slow.readline(), b"first\n")
        words = ask(f"/t/{label}/cgi-bin/go", host="shop.example").read().decode()
        self.assertEqual(slow.read(), b"second\n")
        self.assertIn("HTTP_HOST=shop.example", words)
        self.assertNotIn(self.house.keys["bob"][1], words)
        # So does a body: its first line is seen before the second is sent.
        body = http.client.HTTPConnection(place.netloc, timeout=60)
        body.putrequest("POST", f"/t/{label}/cgi-bin/echo")
        body.putheader("Content-Length", "10")
        body.endheaders(b"one\n")
        until("the first line is seen", lambda: ask(f"/t/{label}/seen").read() == b"one\n")
        body.send(b"two\nx\n")
        self.assertEqual(body.getresponse().read(), b"one\ntwo\nx\n")
        # Its other port is there, on the bridge, and isn't reached; nor is anything else.
        inspected = json.loads(self.house.engine_says(f"/containers/{container['Id']}/json"))["NetworkSettings"]
        address = inspected.get("IPAddress") or next(iter(inspected["Networks"].values()))["IPAddress"]
        with urllib.request.urlopen(f"http://{address}:8081/", timeout=60) as answer:
            self.assertEqual(answer.read(), b"other\n")
        for path, host in (
                (f"/t/{label}:8081/", None), (f"/t/{label}/", f"{address}:8081"), (f"/t/{label}@{address}:8081/", None),
                (f"http://{address}:8081/t/{label}/", None), (f"/t/{label}//{address}:8081/", None),
                (f"/t/{label}/../../", None), (f"/t/{label}/%2e%2e/", None), (f"/t/{label[:-1]}0x/", None),
                (f"/t/{label[:32]}{'0' * 24}/", None)):
            self.assertNotIn(b"other", ask(path, host=host).read(), (path, host))
        self.assertEqual(self.house.ask("bob", "POST", f"/tasks/{identity}/cancel/").status, 200)
        ended = self.house.finished(identity, "bob")
        self.assertEqual((ended["http_uri"], ask(place.path).status), (None, 404))
        # One that takes no HTTP has no address.
        silent = self.house.submit("bob", ENDLESS)
        self.house.running(silent, "bob")
        self.assertIsNone(self.house.task(silent, "bob")["http_uri"])
        self.assertEqual(self.house.ask("bob", "POST", f"/tasks/{silent}/cancel/").status, 200)
        self.house.finished(silent, "bob")

    def test_4_live_log(self):
        """Lines are told while they are written, to whoever has the token, until the task ends."""
        identity = self.house.submit("carol", "echo before; n=0; while :; do n=$((n+1)); echo line $n; sleep 0.1; done")
        path = f"/tasks/{identity}/containers/0/stream/"
        self.house.running(identity, "carol")
        self.assertEqual(self.house.ask("carol", "POST", "/tasks/nosuch/containers/0/stream/").status, 404)
        link = self.house.ask("carol", "POST", path).json()
        place = urllib.parse.urlsplit(link["url"])
        self.assertEqual((place.scheme, place.path), ("ws", f"/stream/{identity}/0/"))
        self.assertEqual(web_socket(place, link["token"][:-1] + "x")[0], 401)
        self.assertEqual(web_socket(place._replace(path="/stream/another/0/"), link["token"])[0], 401)
        status, messages = web_socket(place, link["token"])
        self.assertEqual(status, 101)
        told = [next(messages) for _ in range(5)]
        self.assertEqual(told, [(1, b"before\n")] + [(1, b"line %d\n" % n) for n in range(1, 5)])
        # It still runs: what was told was told live.
        self.assertEqual(self.house.task(identity, "carol")["status"], "running")
        # A server that stops says so; the next one tells everything again.
        self.house.process.terminate()
        *lines, last = messages
        self.assertEqual((last, self.house.process.wait(timeout=60)), ((8, (1001).to_bytes(2, "big")), 0))
        self.house.start()
        link = self.house.ask("carol", "POST", path).json()
        place = urllib.parse.urlsplit(link["url"])
        status, messages = web_socket(place, link["token"])
        self.assertEqual((status, next(messages)), (101, (1, b"before\n")))
        self.assertEqual(self.house.ask("carol", "POST", f"/tasks/{identity}/cancel/").status, 200)
        *lines, (opcode, last) = messages
        self.assertEqual((opcode, last), (8, (1000).to_bytes(2, "big")))
        self.assertTrue(all(opcode == 1 and line.startswith(b"line ") for opcode, line in lines), lines)
        self.house.finished(identity, "carol")
        refused = self.house.ask("carol", "POST", path)
        self.assertEqual((refused.status, refused.json()["error_msg"]), (403, "task is not running"))
        self.assertEqual(web_socket(place, link["token"])[0], 403)

    def test_5_killed_again_and_again(self):
        chance = random.Random(SEED)
        for number in range(ROUNDS):
            self.house.submit(("alice", "bob", "carol")[number % 3], f"sleep {chance.choice(['0', '0.3', '1'])}")
            threading.Event().wait(chance.random() * 1.2)
            self.house.kill()
            self.house.start()
        for identity, user in self.house.tasks[-ROUNDS:]:
            self.assertEqual(self.house.finished(identity, user)["status"], "done")

    def test_6_every_second_is_the_engines(self):
        """After all others: each run was started once, and is billed to the engine's own times; the sums agree."""
        ended = self.house.tap.ended()
        starts = until("each start was told", lambda: ended.keys() <= self.house.starts.keys() and self.house.starts)
        billed, ran = {}, 0
        for name, said in ended.items():
            self.assertEqual(len(said), 1, f"{name}: one start and one end {said}")
            (times, identity), = said
            billed[identity] = billable(times)
            self.assertEqual(starts.get(name), 1, name)
        for identity, user in self.house.tasks:
            container = self.house.finished(identity, user)["containers"][0]
            usage = self.house.ask(user, "GET", f"/usage/tasks/{identity}/").json()
            self.assertEqual([run["anomalies"] for run in usage["runs"] if run["anomalies"]], [], usage)
            # A second costs a yen.
            yen = sum(int(part["amount_yen"]) for part in usage["slices"])
            self.assertEqual(yen, billed.get(identity, 0), usage)
            self.assertEqual(len(usage["runs"]), 0 if container["start_at"] is None else 1, usage)
            ran += len(usage["runs"])
        self.assertGreaterEqual(ran, ROUNDS + 10)
        self.assertEqual(len(billed), ran)
        total = self.house.ask("alice", "GET", "/usage/", query={"group_by": "day"}).json()["total"]
        self.assertEqual(int(total["amount_yen"]), sum(billed.values()), total)
        EngineCheck.billed = sum(billed.values())
        print(f"{ran} runs, {self.billed} s billed, each equal to the engine's own times; {ROUNDS} kills", flush=True)

    def test_7_engine_and_log_are_compared(self):
        """Asked by the command line, the engine's own list agrees; a container that somebody started is found."""
        self.assertEqual(self.house.end(), 0, self.house.told())
        later = ["faketime", "-f", "+10m"]
        self.assertIn("0 differ", self.house.reconciled(0, by=later))
        identity = self.house.stray()
        try:
            found = json.loads(self.house.reconciled(1, "--output", "json", by=later))["rows"]
            self.assertEqual([row["difference"] for row in found], ["unknown_container"], found)
        finally:
            self.house.engine_says(f"/containers/{identity}?force=1", method="DELETE")

    def test_8_the_month_is_closed(self):
        """Two months later: the invoice asks for every second, and everything verifies."""
        japan = datetime.timezone(datetime.timedelta(hours=9))
        month = datetime.datetime.now(japan).strftime("%Y-%m")
        later = ["faketime", "-f", "+60d"]
        # The stranger's container is gone, but that somebody started one is for a person to accept.
        self.house.kanjo(
            "close", month, "--issue", "--accept", "scheduler_difference:stranger:1", "--reason", "started by hand",
            "--output", "json", by=later)
        invoices = json.loads(self.house.kanjo("invoice", "list", "--output", "json", by=later))["rows"]
        # A second costs a yen; nobody else used anything.
        self.assertEqual([each["payable_yen"] for each in invoices], [self.billed])
        self.house.kanjo("verify", by=later)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(failfast=True, verbosity=2)

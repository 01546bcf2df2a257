"""docs/kanjo.service under a real systemd: the server starts, works and ends inside everything that the unit closes.

usage: check_unit.py PROGRAM   (as root, on a machine that has systemd installed; it needn't run there)
"""

import http.server
import json
import os
import pathlib
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
UNIT = TOP / "docs/kanjo.service"
BASE = "http://127.0.0.1:8080/cloud/zone/is1a/api/managed-container/1.0"
IDENTITY = 60_017
SET_UP = """
issuer: {name: Kanjo, registration_number: T7000012050002, address: Tokyo}
accounts: [{id: acme, name: Acme, users: [alice, slurm, keiri]}]
plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
prices: [{plan: v100, yen_per_second: "1", from: 2024-01-01}]
"""


class FakeEngine(http.server.BaseHTTPRequestHandler):
    """Knows nothing, and notes that it was asked."""

    asked = threading.Event()

    def do_GET(self):
        self.asked.set()
        body = b'{"message": "nothing here"}'
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET

    def log_message(self, *_):
        pass


class Machine:
    """A systemd in spaces of its own, with the unit as delivered and the program where the unit looks for it."""

    def __init__(self, program):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-unit-"))
        self.shared = self.folder / "shared"
        self.shared.mkdir()
        (self.folder / "program").symlink_to(pathlib.Path(program).resolve())
        system = self.folder / "etc/systemd/system"
        system.mkdir(parents=True)
        shutil.copy(UNIT, system)
        # It starts nothing by itself, and asks for the network of a machine that has one.
        shutil.copy(pathlib.Path("/lib/systemd/system/network-online.target"), system)
        lines = f"kanjo:x:{IDENTITY}:", f"kanjo-engine:x:{IDENTITY + 1}:"
        (self.folder / "etc/group").write_text(pathlib.Path("/etc/group").read_text() + "\n".join(lines) + "\n")
        (self.folder / "etc/passwd").write_text(
            pathlib.Path("/etc/passwd").read_text()
            + f"kanjo:x:{IDENTITY}:{IDENTITY}::/var/lib/kanjo:/usr/sbin/nologin\n")
        (self.folder / "etc/kanjo").mkdir()
        (self.folder / "etc/kanjo/kanjo.yaml").write_text("log: {level: info}\n")
        (self.shared / "setup.yaml").write_text(SET_UP)
        self.folder.chmod(0o755)
        self.process = subprocess.Popen(
            ["unshare", "--pid", "--mount", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child",
             "--propagation", "private", TOP / "Tests/EndToEnd/boot-systemd", self.folder],
            stdin=subprocess.DEVNULL, start_new_session=True)
        self.wait(self.is_up, "systemd")

    def is_up(self):
        return self.run("systemctl", "is-active", "basic.target", check=False).stdout == "active\n"

    def run(self, *command, check=True, user=None):
        """Runs a command in there."""
        child = self.first_process()
        if child is None:
            return subprocess.CompletedProcess(command, 1, "", "systemd isn't there yet")
        as_user = ["setpriv", "--reuid", str(IDENTITY), "--regid", str(IDENTITY), "--clear-groups"] if user else []
        done = subprocess.run(
            ["nsenter", "--target", str(child), "--all", "--root", "--wd", "--", *as_user, *map(str, command)],
            capture_output=True, text=True, env={"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                                 "KANJO_DB": "/var/lib/kanjo/kanjo.db", "SYSTEMD_PAGER": ""})
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}{self.journal()}")
        return done

    def first_process(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if self.process.poll() is not None:
            raise AssertionError(f"systemd could not be started here (status {self.process.returncode})")
        names = children.read_text().split()
        return int(names[0]) if names else None

    def journal(self):
        done = self.run("journalctl", "--no-pager", "--output=cat", "--unit=kanjo", "--lines=40", check=False)
        return done.stdout + done.stderr

    def wait(self, is_so, what, seconds=60):
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s for {what}\n{self.journal()}")
            time.sleep(0.1)

    def shown(self, *properties):
        lines = self.run("systemctl", "show", "kanjo", *[f"--property={each}" for each in properties]).stdout
        return dict(line.split("=", 1) for line in lines.splitlines())

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder)


class UnitCheck(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine(PROGRAM)
        cls.addClassCleanup(cls.machine.end)
        run = cls.machine.run
        run("install", "-d", "-o", "kanjo", "-g", "kanjo", "-m", "700", "/var/lib/kanjo")
        run("kanjo", "apply", "/srv/shared/setup.yaml", user="kanjo")
        cls.keys = {}
        for role, user in (("user", "alice"), ("scheduler", "slurm"), ("admin", "keiri")):
            made = run("kanjo", "token", "create", "--account", "acme", "--user", user, "--role", role, "--output",
                       "json", user="kanjo").stdout
            row = json.loads(made)["rows"][0]
            cls.keys[role] = f"{row['token']}:{row['secret']}"

    def tearDown(self):
        self.machine.run("systemctl", "stop", "kanjo")
        self.machine.run("systemctl", "reset-failed", "kanjo", check=False)
        self.machine.run("rm", "-rf", "/etc/systemd/system/kanjo.service.d")
        self.machine.run("systemctl", "daemon-reload")

    def drop_in(self, text):
        self.machine.run("mkdir", "-p", "/etc/systemd/system/kanjo.service.d")
        (self.machine.shared / "more.conf").write_text(text)
        self.machine.run("cp", "/srv/shared/more.conf", "/etc/systemd/system/kanjo.service.d/")
        self.machine.run("systemctl", "daemon-reload")

    def start(self):
        self.machine.run("systemctl", "start", "kanjo")
        self.machine.wait(self.is_ready, "the server")

    def is_ready(self):
        self.assertEqual(self.machine.shown("NRestarts")["NRestarts"], "0", self.machine.journal())
        asked = self.machine.run("curl", "--silent", "--fail", "http://127.0.0.1:8080/readyz", check=False)
        return asked.returncode == 0

    def ask(self, role, path, *more):
        arguments = ["--silent", "--fail-with-body", "--user", self.keys[role], *more, BASE + path]
        return self.machine.run("curl", *arguments).stdout

    def test_systemd_understands_every_line(self):
        verified = self.machine.run("systemd-analyze", "--no-pager", "verify", "kanjo.service")
        self.assertEqual(verified.stdout + verified.stderr, "")
        self.machine.run("systemd-analyze", "--no-pager", "security", "--offline=true", "--threshold=15",
                         "/etc/systemd/system/kanjo.service")

    def test_the_server_works_and_ends_inside_the_unit(self):
        self.start()
        for role in self.keys:
            self.ask(role, "/auth/agree/", "--request", "POST")
        # Months that are over, so that one can be closed: events, the secret key file, a close, and printed pages.
        events = [
            {"specversion": "1.0", "id": "1", "source": "check", "type": "task.started", "subject": "t",
             "time": "2024-10-01T00:00:00Z",
             "data": {"attempt": 1, "gpus": 1, "account": "acme", "user": "alice", "plan": "v100"}},
            {"specversion": "1.0", "id": "2", "source": "check", "type": "task.stopped", "subject": "t",
             "time": "2024-10-01T01:00:00Z", "data": {"attempt": 1, "outcome": "done"}},
        ]
        taken = self.ask("scheduler", "/events/", "--json", json.dumps(events))
        self.assertEqual(taken.count('"recorded"'), 2, taken)
        self.ask("user", "/registries/", "--json", json.dumps(
            {"hostname": "registry.example.com", "username": "alice", "password": "correct-horse"}))
        closed = json.loads(self.ask("admin", "/admin/closings/", "--json", json.dumps(
            {"period": "2024-10", "action": "issue", "reason": "check"})))
        self.assertEqual((closed["state"], closed["documents"]), ("closed", 1))
        self.ask("admin", "/invoices/202410-000001.pdf", "--output", "/srv/shared/invoice.pdf")
        self.assertEqual((self.machine.shared / "invoice.pdf").read_bytes()[:5], b"%PDF-")
        self.assertEqual(self.machine.shown("NRestarts")["NRestarts"], "0", self.machine.journal())
        filters = self.machine.run("grep", "-E", "^(Seccomp|NoNewPrivs|CapBnd):",
                                   f"/proc/{self.machine.shown('MainPID')['MainPID']}/status").stdout.split()
        self.assertEqual(filters, ["CapBnd:", "0" * 16, "NoNewPrivs:", "1", "Seccomp:", "2"])
        self.machine.run("systemctl", "stop", "kanjo")
        # The program's words and systemd's come to the journal on ways of their own.
        last = self.machine.journal().splitlines()[-4:]
        self.assertTrue(any('"message":"stopped"' in line for line in last), last)
        self.assertIn("kanjo.service: Deactivated successfully.", last)
        self.machine.run("kanjo", "verify", user="kanjo")

    def test_the_socket_of_an_engine_is_reached_by_its_group(self):
        path = self.machine.shared / "engine.sock"
        engine = socketserver.ThreadingUnixStreamServer(str(path), FakeEngine)
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        self.addCleanup(engine.server_close)
        self.addCleanup(engine.shutdown)
        os.chown(path, 0, IDENTITY + 1)
        path.chmod(0o660)
        settings = ("Environment=KANJO_ENGINE_HOSTS=local=unix:///srv/shared/engine.sock\n"
                    "Environment=KANJO_ENGINE_CAPACITY=v100=1\n")
        self.drop_in(f"[Service]\n{settings}")
        self.start()
        refused = self.compare_engines()["silent_hosts"]
        self.assertEqual([each["host"] for each in refused], ["local"], refused)
        self.assertFalse(FakeEngine.asked.is_set())
        self.machine.run("systemctl", "stop", "kanjo")
        self.drop_in(f"[Service]\nSupplementaryGroups=kanjo-engine\n{settings}")
        self.start()
        self.compare_engines()
        self.assertTrue(FakeEngine.asked.is_set(), self.machine.journal())

    def compare_engines(self):
        self.ask("admin", "/auth/agree/", "--request", "POST")
        body = '{"engines": true, "reason": "check"}'
        return json.loads(self.ask("admin", "/admin/reconciliations/", "--json", body))

    def test_a_wrong_configuration_is_not_tried_again(self):
        self.drop_in("[Service]\nEnvironment=KANJO_SERVER_PORT=many\n")
        self.machine.run("systemctl", "start", "kanjo")
        self.machine.wait(lambda: self.machine.shown("ActiveState")["ActiveState"] == "failed", "the end")
        self.assertEqual(self.machine.shown("ExecMainStatus", "NRestarts"), {"ExecMainStatus": "78", "NRestarts": "0"})
        self.assertIn("'many' is no whole number", self.machine.journal())


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("check_unit.py starts a systemd of its own; run it as root")
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)

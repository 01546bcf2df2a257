"""What only happens rarely, on a real engine: a machine that is lost and comes back, a time limit, what expires,
and an engine far away, behind TLS.

usage: check_losses.py PROGRAM; the variables KANJO_ENGINE… come from scripts/test-engine
"""

import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

import check_engine
from check_engine import ENDLESS, House, billable, nanoseconds, until
from tap import EngineTap


class LossCheck(unittest.TestCase):
    def setUp(self):
        self.house = House(check_engine.PROGRAM, {
            "engine.label": "losses", "engine.lost_seconds": "3", "engine.check_seconds": "1"})
        self.house.start()

    def tearDown(self):
        status = self.house.end()
        self.house.log.close()
        self.assertEqual(status, 0, self.house.told())
        shutil.rmtree(self.house.folder, ignore_errors=True)

    def usage(self, user, identity):
        return self.house.ask(user, "GET", f"/usage/tasks/{identity}/").json()

    def yen(self, user, identity):
        return sum(int(part["amount_yen"]) for part in self.usage(user, identity)["slices"])

    def containers(self, identity):
        return json.loads(self.house.engine_says("/containers/json?all=1", label=[f"jp.kanjo.task={identity}"]))

    def test_a_machine_is_lost_and_comes_back(self):
        """Billed up to the last proof of life, once; what goes on without us is ended when the machine is back."""
        identity = self.house.submit("alice", ENDLESS)
        self.house.running(identity, "alice")
        until("it has run for nine seconds", lambda: self.task("alice", identity)["execution_seconds"] >= 9)
        self.house.tap.cut()
        lost = self.house.finished(identity, "alice")
        self.assertEqual(lost["status"], "aborted", lost)
        self.assertIn("was lost", lost["error_message"])
        container, = self.containers(identity)
        self.assertEqual(container["State"], "running")
        times = lost["containers"][0]["start_at"], lost["containers"][0]["stop_at"]
        billed = self.yen("alice", identity)
        self.assertEqual(billed, billable(times))
        # Clocks may differ by five seconds; looks are a second apart.
        self.assertTrue(2 <= billed <= 9, lost)
        # While nobody answers, what comes waits.
        following = self.house.submit("alice", "true")
        self.assertEqual(self.house.task(following, "alice")["status"], "waiting")
        self.house.tap.mend()
        until("its container is gone", lambda: not self.containers(identity))
        self.assertEqual((self.house.task(identity, "alice")["containers"], self.yen("alice", identity)),
                         (lost["containers"], billed))
        self.assertEqual(self.house.finished(following, "alice")["status"], "done")

    def task(self, user, identity):
        return self.house.task(identity, user)["containers"][0]

    def moved(self, by):
        """The server again, with its clock moved on."""
        self.house.process.terminate()
        self.assertEqual(self.house.process.wait(timeout=60), 0, self.house.told())
        pid = self.house.folder / "pid"
        self.house.start(by=[
            "faketime", "-m", "-f", by, "sh", "-c", 'echo $$ >"$0"; exec "$@"', pid])
        # faketime stands between us and the server, and hands on its status but not our signals.
        self.house.process.terminate = lambda: os.kill(int(pid.read_text()), signal.SIGTERM)

    def test_limit_and_expiry_with_a_moved_clock(self):
        kept = self.house.submit("bob", 'echo kept >"$SAKURA_ARTIFACT_DIR/f"; echo said')
        self.house.finished(kept, "bob")
        artifact = until("the artifact is kept", lambda: self.house.task(kept, "bob")["artifact"])
        link = self.house.ask("bob", "GET", f"/artifacts/{artifact['id']}/download/").json()["url"]
        with urllib.request.urlopen(link, timeout=60) as answer:
            self.assertEqual(answer.status, 200)
        body = {"name": "t", "execution_time_limit_sec": 600, "containers": [
            {"image": check_engine.OPEN, "plan": "cpu", "command": ["sh", "-c", ENDLESS]}]}
        limited = self.house.ask("alice", "POST", "/tasks/", body).json()["id"]
        self.house.running(limited, "alice")
        self.moved("+11m")
        ended = self.house.finished(limited, "alice")
        self.assertEqual(ended["status"], "aborted", ended)
        self.assertIn("time limit of 600 seconds", ended["error_message"])
        (times, _), = self.house.tap.ended()[f"kanjo-{limited}-1"]
        # Answers show milliseconds.
        self.assertEqual(nanoseconds(times[0]) // 10**6, nanoseconds(ended["containers"][0]["start_at"]) // 10**6)
        self.assertEqual(self.yen("alice", limited), billable(times))
        # A link holds for ten minutes, the artifact for three days.
        expired = link.replace(link.split("/files/")[0], self.house.address)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(expired, timeout=60)
        self.assertEqual(refused.exception.code, 404)
        self.assertEqual(self.house.task(kept, "bob")["artifact"]["id"], artifact["id"])
        files = self.house.folder / "ledger.db.files"
        self.assertEqual(len(list(files.glob(f"{kept}*.tar.gz"))), 1)
        self.moved("+73h")
        until("its file is gone", lambda: not list(files.glob(f"{kept}*.tar.gz")))
        self.assertIsNone(self.house.task(kept, "bob")["artifact"])
        self.assertEqual(self.house.ask("bob", "GET", f"/artifacts/{artifact['id']}/").status, 404)


class EncryptedCheck(unittest.TestCase):
    """An engine that is reached over TCP, with TLS on both sides."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-tls-"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=engine", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem",
             "-out", self.folder / "certificate.pem"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "certificate.pem", self.folder / "key.pem")
        context.load_verify_locations(self.folder / "certificate.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        self.tap = EngineTap(None, os.environ["KANJO_ENGINE"].removeprefix("unix://"), tls=context)
        self.address = f"https://127.0.0.1:{self.tap.listener.getsockname()[1]}"

    def tearDown(self):
        self.tap.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def house(self, label, **files):
        settings = {"engine.hosts": f"far={self.address}", "engine.label": label, "engine.lost_seconds": "2"}
        return House(check_engine.PROGRAM, settings | {
            f"engine.{name}": str(self.folder / file) for name, file in files.items()})

    def ran(self, house, look=House.finished):
        """A task's end, or what else is to be seen of it."""
        house.start()
        try:
            return look(house, house.submit("alice", "echo hello"), "alice")
        finally:
            self.assertEqual(house.end(), 0, house.told())
            house.log.close()
            shutil.rmtree(house.folder, ignore_errors=True)

    def test_both_show_who_they_are(self):
        task = self.ran(self.house(
            "tls", ca_file="certificate.pem", certificate_file="certificate.pem", key_file="key.pem"))
        self.assertEqual((task["status"], task["containers"][0]["exit_code"]), ("done", 0), task)

    def test_whoever_shows_nothing_runs_nothing(self):
        """Its tasks wait for an engine that answers, and nothing is billed."""
        def waiting(house, identity, user):
            until("the engine counts as silent", lambda: "takes no tasks" in house.told())
            # Two seconds of silence are a loss here, for what was started.
            until("it was asked again and again", lambda: len(self.tap.answers) + self.tap.refused >= asked + 6)
            usage = house.ask(user, "GET", f"/usage/tasks/{identity}/").json()
            self.assertEqual((usage["runs"], usage["slices"]), ([], []), usage)
            return house.task(identity, user)

        for label, files in (("tls-nobody", {"ca_file": "certificate.pem"}),
                             ("tls-unknown", {"certificate_file": "certificate.pem", "key_file": "key.pem"})):
            asked = len(self.tap.answers) + self.tap.refused
            task = self.ran(self.house(label, **files), waiting)
            self.assertEqual((task["status"], task["containers"][0]["start_at"]), ("waiting", None), task)


if __name__ == "__main__":
    check_engine.PROGRAM = sys.argv.pop(1)
    unittest.main(failfast=True, verbosity=2)

"""The prolog and epilog for Slurm against a real server and a sacct that says what the test says.

usage: check_slurm.py PROGRAM
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BASE = "/cloud/zone/is1a/api/managed-container/1.0"
SET_UP = """
issuer: {name: Kanjo, registration_number: T7000012050002, address: Tokyo}
accounts: [{id: acme, name: Acme, users: [alice]}, {id: house, name: House, users: [slurm]}]
plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
prices: [{plan: v100, yen_per_second: "1", basis: gpu, from: 2024-01-01}]
"""
T0 = 1_760_000_000


class SlurmCheck(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-slurm-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.database = self.folder / "ledger.db"
        self.spool = self.folder / "spool"
        (self.folder / "setup.yaml").write_text(SET_UP)
        self.kanjo("apply", self.folder / "setup.yaml")
        made = self.kanjo(
            "token", "create", "--account", "house", "--user", "slurm", "--role", "scheduler", "--output", "json")
        key = json.loads(made)["rows"][0]
        (self.folder / "key").write_text(f'user = "{key["token"]}:{key["secret"]}"\n')
        sacct = self.folder / "sacct"
        sacct.write_text(f'#!/bin/sh\ncat "{self.folder}/row"\n')
        sacct.chmod(0o755)
        self.server = None
        self.port = 1
        self.rows = {}

    def tearDown(self):
        self.stop_server()

    def kanjo(self, *arguments, status=0):
        done = subprocess.run(
            [PROGRAM, *map(str, arguments), "--db", str(self.database)], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        return done.stdout

    def start_server(self):
        port = self.folder / "port"
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--port-file", port, "--db", self.database, "--log-level", "error"],
            stdout=subprocess.DEVNULL)
        while not (port.exists() and port.read_text().strip()):
            self.assertIsNone(self.server.poll(), "the server did not start")
        self.port = int(port.read_text())
        port.unlink()

    def stop_server(self):
        if self.server:
            self.server.terminate()
            self.assertEqual(self.server.wait(timeout=60), 0)
            self.server = None

    def slurm(self, word, job, *, start=None, end="Unknown", state="RUNNING", code="0:0", gpus=2, **more):
        """Runs the script as Slurm does, after sacct has learned a row."""
        resources = "cpu=4,mem=1G" + (f",gres/gpu={gpus}" if gpus else "")
        row = f"{start}|{end}|{state}|{code}|{resources}|gpu-1\n" if start else ""
        (self.folder / "row").write_text(row)
        if start and gpus:
            self.rows[job] = f"{job}|alice|acme|{state}|{start}|{end}|{resources}\n"
        variables = {
            "PATH": f"{self.folder}:{os.environ['PATH']}", "SLURM_JOB_ID": str(job), "SLURM_JOB_ACCOUNT": "acme",
            "SLURM_JOB_USER": "alice", "KANJO_SPOOL": str(self.spool), "KANJO_PLAN": "v100",
            "KANJO_KEY_FILE": str(self.folder / "key"), "KANJO_URL": f"http://127.0.0.1:{self.port}{BASE}",
            "KANJO_SLURM_CONF": str(self.folder / "none"), **more,
        }
        return subprocess.run(
            [TOP / "scripts/slurm/kanjo-slurm", word], env=variables, capture_output=True, text=True)

    def waiting(self, folder="waiting"):
        place = self.spool / folder
        return sorted(each.name for each in place.iterdir()) if place.exists() else []

    def agrees(self):
        """What Slurm itself lists is what the log has, run by run."""
        (self.folder / "list").write_text(
            "JobID|User|Account|State|Start|End|AllocTRES\n" + "".join(self.rows.values()))
        told = self.kanjo(
            "reconcile", self.folder / "list", "--format", "slurm", "--plan", "v100", "--source", "slurm-prolog")
        count = "1 run" if len(self.rows) == 1 else f"{len(self.rows)} runs"
        self.assertIn(f"{count} compared, 0 differ", told)

    def test_a_job_with_the_server_there(self):
        self.start_server()
        first = self.slurm("started", 1, start=T0)
        self.assertEqual((first.returncode, first.stderr, self.waiting()), (0, "", []))
        last = self.slurm("stopped", 1, start=T0, end=T0 + 90, state="FAILED", code="3:0")
        self.assertEqual((last.returncode, last.stderr, self.waiting()), (0, "", []))
        self.stop_server()
        self.agrees()

    def test_nothing_is_lost_or_doubled_while_the_server_is_away(self):
        for job in range(1, 6):
            self.assertEqual(self.slurm("started", job, start=T0 + job).returncode, 0)
            ended = self.slurm("stopped", job, start=T0 + job, end=T0 + 10 * job + 1, state="COMPLETED")
            self.assertEqual(ended.returncode, 0)
        self.assertEqual(len(self.waiting()), 10)
        self.assertEqual(self.slurm("send", 0).returncode, 1)
        copy = self.folder / "copy"
        shutil.copytree(self.spool / "waiting", copy)
        self.start_server()
        self.assertEqual(self.slurm("send", 0).returncode, 0)
        self.assertEqual(self.waiting(), [])
        # The acknowledgement was lost: all comes once more.
        shutil.copytree(copy, self.spool / "waiting", dirs_exist_ok=True)
        self.assertEqual(self.slurm("send", 0).returncode, 0)
        self.assertEqual((self.waiting(), self.waiting("rejected")), ([], []))
        self.stop_server()
        self.agrees()

    def test_a_full_spool_holds_jobs_back_but_drops_no_stop(self):
        self.assertEqual(self.slurm("started", 1, start=T0, KANJO_SPOOL_RECORDS="1").returncode, 0)
        held = self.slurm("started", 2, start=T0, KANJO_SPOOL_RECORDS="1")
        self.assertEqual(held.returncode, 1)
        self.assertIn("held back", held.stderr)
        del self.rows[2]
        ended = self.slurm("stopped", 1, start=T0, end=T0 + 5, state="COMPLETED", KANJO_SPOOL_RECORDS="1")
        self.assertEqual(ended.returncode, 0)
        self.assertEqual(self.waiting(), [f"1.{T0}.started.json", f"1.{T0}.stopped.json"])
        self.start_server()
        self.assertEqual(self.slurm("send", 0).returncode, 0)
        self.stop_server()
        self.agrees()

    def test_a_requeued_job_has_two_runs(self):
        self.start_server()
        self.slurm("started", 1, start=T0)
        # Slurm's row is already that of the next attempt when the first one's epilog runs.
        self.slurm("stopped", 1, start=T0 + 100, state="PENDING", SLURM_JOB_END_TIME=str(T0 + 50))
        self.slurm("started", 1, start=T0 + 100)
        self.slurm("stopped", 1, start=T0 + 100, end=T0 + 130, state="COMPLETED")
        self.stop_server()
        self.assertEqual((self.waiting(), self.waiting("rejected")), ([], []))
        resources = "cpu=4,gres/gpu=2"
        self.rows = {
            1: f"1|alice|acme|REQUEUED|{T0}|{T0 + 50}|{resources}\n",
            2: f"1|alice|acme|COMPLETED|{T0 + 100}|{T0 + 130}|{resources}\n",
        }
        self.agrees()

    def test_what_can_not_be_billed(self):
        self.assertEqual(self.slurm("started", 1).returncode, 1)
        self.assertEqual(self.slurm("started", 2, start=T0, gpus=0).returncode, 0)
        self.assertEqual(self.slurm("stopped", 2, start=T0, end=T0 + 1, gpus=0).returncode, 0)
        self.assertEqual(self.slurm("started", 3, start=T0, SLURM_JOB_ACCOUNT='a"b').returncode, 1)
        self.assertEqual(self.waiting(), [])
        self.start_server()
        # A second start of the same attempt that says something else: kept for a person, and nothing stops.
        self.slurm("started", 4, start=T0)
        told = self.slurm("started", 4, start=T0, gpus=4)
        self.assertIn("doesn't take", told.stderr)
        self.assertEqual((self.waiting(), self.waiting("rejected")), ([], [f"4.{T0}.started.json"]))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)

"""A controller's machine for tests of scripts/slurm: a real Kanjo, a sacct that says what it is told, and a spool."""

import json
import os
import pathlib
import shutil
import subprocess
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
NAMES = {"started": "prolog", "stopped": "epilog"}


def row(start, end="Unknown", state="RUNNING", code="0:0", tres="cpu=4,mem=1G,gres/gpu=2", node="gpu-1"):
    return f"{start}|{end}|{state}|{code}|{tres}|{node}\n"


class SlurmCase(unittest.TestCase):
    program = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo slurm "))
        self.addCleanup(shutil.rmtree, self.folder)
        self.database = self.folder / "ledger.db"
        self.spool = self.folder / "the spool"
        (self.folder / "setup.yaml").write_text(SET_UP)
        self.kanjo("apply", self.folder / "setup.yaml")
        made = self.kanjo(
            "token", "create", "--account", "house", "--user", "slurm", "--role", "scheduler", "--output", "json")
        key = json.loads(made)["rows"][0]
        (self.folder / "key").write_text(f'user = "{key["token"]}:{key["secret"]}"\n')
        # What sacct says of each job: lines of rows/JOB; without that file it fails as it does without its database.
        (self.folder / "rows").mkdir()
        sacct = self.folder / "sacct"
        sacct.write_text(
            '#!/bin/sh\nwhile [ "$1" != -j ]; do shift; done\n'
            f'cat "{self.folder}/rows/$2" 2>/dev/null || {{ echo "sacct: error: no database" >&2; exit 1; }}\n')
        sacct.chmod(0o755)
        self.server = None
        self.port = 1
        self.billed = {}
        self.addCleanup(self.stop_server)

    def kanjo(self, *arguments, status=0):
        done = subprocess.run(
            [self.program, *map(str, arguments), "--db", str(self.database)], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        return done.stdout

    def start_server(self):
        port = self.folder / "port"
        self.server = subprocess.Popen(
            [self.program, "serve", "--port", "0", "--port-file", port, "--db", self.database, "--log-level", "error"],
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

    def says(self, job, *rows):
        """From now on sacct says this of a job; without rows it fails."""
        path = self.folder / "rows" / str(job)
        if rows:
            path.write_text("".join(rows))
        else:
            path.unlink(missing_ok=True)

    def slurm(self, word, job=0, **more):
        """Runs prolog, epilog or sender as Slurm and the timer do. A variable that is None isn't there."""
        variables = {
            "PATH": f"{self.folder}:{os.environ['PATH']}", "SLURM_JOB_ID": str(job), "SLURM_JOB_ACCOUNT": "acme",
            "SLURM_JOB_USER": "alice", "KANJO_SPOOL": str(self.spool), "KANJO_PLAN": "v100", "KANJO_SACCT_TRIES": "1",
            "KANJO_SPOOL_KIB": "1", "KANJO_KEY_FILE": str(self.folder / "key"),
            "KANJO_URL": f"http://127.0.0.1:{self.port}{BASE}", "KANJO_SLURM_CONF": str(self.folder / "none"), **more,
        }
        script = [TOP / "scripts/slurm" / NAMES[word]] if word in NAMES else [TOP / "scripts/slurm/kanjo-slurm", word]
        return subprocess.run(
            script, env={name: str(value) for name, value in variables.items() if value is not None},
            capture_output=True, text=True)

    def job(self, word, job, *rows, **more):
        """The same after sacct has said rows, and nothing may be wrong with it."""
        self.says(job, *rows)
        done = self.slurm(word, job, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def bills(self, job, start, end, gpus=2, state="COMPLETED"):
        """Slurm's own list has this run."""
        self.billed[job, start] = f"{job}|alice|acme|{state}|{start}|{end}|cpu=4,gres/gpu={gpus}\n"

    def unsent(self):
        """Names of the records that lie in the spool; blank room for stops doesn't count."""
        files = [each for each in self.spool.rglob("*") if each.is_file() and each.read_text().strip()]
        return sorted(str(each.relative_to(self.spool)) for each in files)

    def agrees(self):
        """What Slurm itself lists is what the log has, run by run, and nothing waits."""
        self.assertEqual(self.unsent(), [])
        self.stop_server()
        (self.folder / "list").write_text(
            "JobID|User|Account|State|Start|End|AllocTRES\n" + "".join(self.billed.values()))
        told = self.kanjo(
            "reconcile", self.folder / "list", "--format", "slurm", "--plan", "v100", "--source", "slurm-prolog")
        count = "1 run" if len(self.billed) == 1 else f"{len(self.billed)} runs"
        self.assertIn(f"{count} compared, 0 differ", told)

    def record(self, name):
        """The data of a record that lies in the spool."""
        return json.loads((self.spool / name).read_text())["data"]

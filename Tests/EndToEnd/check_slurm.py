"""The prolog and epilog for Slurm against a real server and a sacct that says what the test says.

usage: check_slurm.py PROGRAM
"""

import os
import shutil
import subprocess
import sys
import time
import unittest

from slurm_case import SlurmCase, T0, row


class EverydayCheck(SlurmCase):
    def test_a_job_with_the_server_there(self):
        self.start_server()
        self.assertEqual(self.job("started", 1, row(T0), SLURM_JOB_START_TIME=T0).stderr, "")
        self.assertEqual(self.unsent(), [])
        self.job("stopped", 1, row(T0, T0 + 90, "FAILED", "3:0"), SLURM_JOB_START_TIME=T0)
        self.bills(1, T0, T0 + 90, state="FAILED")
        self.agrees()

    def test_nothing_is_lost_or_doubled_while_the_server_is_away(self):
        for job in range(1, 6):
            self.job("started", job, row(T0 + job))
            self.job("stopped", job, row(T0 + job, T0 + 10 * job + 1, "COMPLETED"))
            self.bills(job, T0 + job, T0 + 10 * job + 1)
        self.assertEqual(len(self.unsent()), 10)
        self.assertEqual(self.slurm("send").returncode, 1)
        copy = self.folder / "copy"
        shutil.copytree(self.spool, copy)
        self.start_server()
        self.assertEqual(self.slurm("send").returncode, 0)
        self.assertEqual(self.unsent(), [])
        # The acknowledgement was lost: all comes once more.
        shutil.copytree(copy, self.spool, dirs_exist_ok=True)
        self.assertEqual(self.slurm("send").returncode, 0)
        self.agrees()

    def test_a_requeued_job_has_two_runs(self):
        self.start_server()
        self.job("started", 1, row(T0), SLURM_JOB_START_TIME=T0)
        # Slurm's newest row is already that of the next attempt when the first one's epilog runs.
        again = row(T0 + 100, state="PENDING")
        self.job("stopped", 1, row(T0, T0 + 50, "REQUEUED"), again, SLURM_JOB_START_TIME=T0)
        self.job("started", 1, row(T0, T0 + 50, "REQUEUED"), row(T0 + 100), SLURM_JOB_START_TIME=T0 + 100)
        self.job("stopped", 1, row(T0, T0 + 50, "REQUEUED"), row(T0 + 100, T0 + 130, "COMPLETED"))
        self.bills(1, T0, T0 + 50, state="REQUEUED")
        self.bills(1, T0 + 100, T0 + 130)
        self.agrees()

    def test_gpus_of_a_model_count_too(self):
        self.start_server()
        for job, tres, gpus in ((1, "cpu=4,gres/gpu:v100=2", 2), (2, "gres/gpu:a100=1,gres/gpu:v100=3", 4),
                                (3, "gres/gpu=2,gres/gpu:v100=2", 2)):
            self.job("started", job, row(T0, tres=tres))
            self.job("stopped", job, row(T0, T0 + 10, "COMPLETED", tres=tres))
            self.bills(job, T0, T0 + 10, gpus)
        self.agrees()

    def test_what_can_not_be_billed(self):
        self.assertEqual(self.slurm("started", 1).returncode, 1)
        self.job("started", 2, row(T0, tres="cpu=4"))
        self.job("stopped", 2, row(T0, T0 + 1, "COMPLETED", tres="cpu=4"))
        self.says(3, row(T0))
        self.assertEqual(self.slurm("started", 3, SLURM_JOB_ACCOUNT='a"b').returncode, 1)
        self.assertEqual(self.unsent(), [])
        self.start_server()
        # A second start of the same attempt that says something else: kept for a person, and nothing stops.
        self.job("started", 4, row(T0))
        told = self.job("started", 4, row(T0, tres="gres/gpu=4"))
        self.assertIn("doesn't take", told.stderr)
        self.assertEqual(self.unsent(), [f"rejected/4.{T0}.started.json"])


class FullSpoolCheck(SlurmCase):
    def test_too_many_records_hold_gpu_jobs_back_but_drop_no_stop(self):
        self.job("started", 1, row(T0), KANJO_SPOOL_RECORDS=1)
        self.says(2, row(T0))
        held = self.slurm("started", 2, KANJO_SPOOL_RECORDS=1)
        self.assertEqual(held.returncode, 1)
        self.assertIn("held back", held.stderr)
        # Who has no GPU has nothing to do with that.
        self.job("started", 3, row(T0, tres="cpu=4"), KANJO_SPOOL_RECORDS=1)
        self.job("stopped", 1, row(T0, T0 + 5, "COMPLETED"), KANJO_SPOOL_RECORDS=1)
        self.bills(1, T0, T0 + 5)
        self.assertEqual(self.unsent(), [f"stops/1.{T0}", f"waiting/1.{T0}.started.json"])
        self.start_server()
        self.assertEqual(self.slurm("send").returncode, 0)
        self.agrees()

    def test_a_full_disk_drops_no_stop(self):
        self.assertEqual(os.geteuid(), 0, "a small disk is mounted; run this as root")
        self.spool.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", self.spool], check=True)
        self.addCleanup(subprocess.run, ["umount", self.spool], check=True)
        for job in range(1, 4):
            self.job("started", job, row(T0 + job))
        self.says(4, row(T0))
        held = self.slurm("started", 4, KANJO_SPOOL_KIB=1024)
        self.assertEqual(held.returncode, 1)
        self.assertRegex(held.stderr, r"\d+ KiB are free on the disk")
        with self.assertRaises(OSError), open(self.spool / "filler", "wb", buffering=0) as filler:
            while filler.write(b" " * 4096):
                pass
        self.assertEqual(os.statvfs(self.spool).f_bavail, 0)
        held = self.slurm("started", 4, KANJO_SPOOL_KIB=0)
        self.assertEqual(held.returncode, 1)
        self.assertIn("held back", held.stderr)
        for job in range(1, 4):
            self.job("stopped", job, row(T0 + job, T0 + 60, "COMPLETED"))
            self.bills(job, T0 + job, T0 + 60)
        self.assertEqual(len(self.unsent()), 6)
        self.assertEqual(os.statvfs(self.spool).f_bavail, 0)
        self.start_server()
        self.assertEqual(self.slurm("send").returncode, 0)
        (self.spool / "filler").unlink()
        self.agrees()

    def test_what_a_killed_prolog_left_is_swept(self):
        self.job("started", 1, row(T0))
        for name, age in (("old", 7200), ("fresh", 0)):
            path = self.spool / f"waiting/1.{T0}.{name}.json.new.7"
            path.write_text("{")
            os.utime(path, (time.time() - age,) * 2)
        self.slurm("send")
        self.assertEqual([each.name for each in self.spool.rglob("*.new.*")], [f"1.{T0}.fresh.json.new.7"])


class SilentDatabaseCheck(SlurmCase):
    def test_a_prolog_waits_for_the_row(self):
        self.start_server()
        self.says(1, row("Unknown", state="PENDING"))
        later = f"sleep 1.5; printf '{row(T0).strip()}\\n' >'{self.folder}/rows/1'"
        writer = subprocess.Popen(["sh", "-c", later])
        self.assertEqual(self.slurm("started", 1, KANJO_SACCT_TRIES=30).returncode, 0)
        writer.wait()
        self.job("stopped", 1, row(T0, T0 + 10, "COMPLETED"))
        self.bills(1, T0, T0 + 10)
        self.agrees()

    def test_no_job_is_held_back_when_slurm_says_the_start_itself(self):
        self.start_server()
        for job in (1, 2):
            self.assertEqual(self.slurm("started", job, SLURM_JOB_START_TIME=T0).returncode, 0)
        self.assertEqual(self.unsent(), [f"waiting/{job}.{T0}.started.open" for job in (1, 2)])
        self.assertEqual(self.slurm("send").returncode, 1)
        for job in (1, 2):
            ended = self.slurm("stopped", job, SLURM_JOB_START_TIME=T0, SLURM_JOB_END_TIME=T0 + 7)
            self.assertEqual(ended.returncode, 0, ended.stderr)
        # The second one turns out to have had no GPU.
        self.says(1, row(T0, T0 + 7, "COMPLETED"))
        self.says(2, row(T0, T0 + 7, "COMPLETED", tres="cpu=4"))
        self.assertEqual(self.slurm("send").returncode, 0)
        self.bills(1, T0, T0 + 7)
        self.agrees()

    def test_a_stop_without_a_kept_start_waits_for_sacct(self):
        told = self.slurm("stopped", 1, SLURM_JOB_END_TIME=T0 + 9)
        self.assertEqual(told.returncode, 0)
        self.assertIn("no start of job 1 was kept", told.stderr)
        self.slurm("stopped", 2, SLURM_JOB_END_TIME=T0 + 9)
        self.assertEqual(self.unsent(), [f"orphans/1.{T0 + 9}", f"orphans/2.{T0 + 9}"])
        self.assertEqual(self.slurm("send").returncode, 1)
        # No GPU isn't the same as no answer.
        self.says(2, row(T0, T0 + 9, "COMPLETED", tres="cpu=4"))
        self.says(1, row(T0, T0 + 9, "CANCELLED by 0"))
        self.slurm("send")
        self.assertEqual(self.unsent(), [f"stops/1.{T0}"])
        self.assertEqual(self.record(f"stops/1.{T0}"), {"attempt": T0, "outcome": "canceled", "exit_code": 0})
        self.start_server()
        self.assertEqual(self.slurm("send").returncode, 0)

    def outcome_of(self, job, *rows, **more):
        self.job("started", job, row(T0))
        self.job("stopped", job, *rows, SLURM_JOB_END_TIME=T0 + 9, **more)
        self.bills(job, T0, T0 + 9)
        text = (self.spool / f"stops/{job}.{T0}").read_text()
        return None if "@OUTCOME@" in text else self.record(f"stops/{job}.{T0}")

    def test_an_outcome_comes_from_the_exit_code_while_sacct_says_running(self):
        still = row(T0)
        for job, rows, variables, outcome, code in (
            (1, [still], {"SLURM_JOB_EXIT_CODE2": "0:0"}, "done", 0),
            (2, [still], {"SLURM_JOB_EXIT_CODE2": "3:0"}, "error", 3),
            (3, [still], {"SLURM_JOB_EXIT_CODE2": "0:15"}, "error", 0),
            (4, [still], {"SLURM_JOB_EXIT_CODE": "512"}, "error", 2),
            (5, [], {"SLURM_JOB_EXIT_CODE": "0"}, "done", 0),
            (6, [row(T0, T0 + 9, "TIMEOUT")], {"SLURM_JOB_EXIT_CODE2": "0:15"}, "aborted", 0),
        ):
            told = self.outcome_of(job, *rows, **variables)
            self.assertEqual(told, {"attempt": T0, "outcome": outcome, "exit_code": code}, (job, told))
        # Neither says it: it is asked for again, another job's exit code isn't taken, and it comes at last.
        self.assertIsNone(self.outcome_of(7, still))
        self.job("stopped", 8, row(T0, T0 + 1, "COMPLETED", tres="cpu=1"), SLURM_JOB_EXIT_CODE2="0:0")
        self.assertIn("@OUTCOME@", (self.spool / f"stops/7.{T0}").read_text())
        self.says(7, row(T0, T0 + 9, "NODE_FAIL", "1:0"))
        self.slurm("send")
        self.assertEqual(self.record(f"stops/7.{T0}")["outcome"], "aborted")
        self.assertIsNone(self.outcome_of(9, still))
        self.assertIn("called an error", self.slurm("send", KANJO_SACCT_SECONDS=0).stderr)
        self.start_server()
        self.assertEqual(self.slurm("send").returncode, 0)
        self.agrees()

    def test_an_end_that_is_no_time_is_now(self):
        for job, end in ((1, "Unknown"), (2, "0")):
            self.job("started", job, row(T0))
            before = int(time.time())
            self.job("stopped", job, row(T0), SLURM_JOB_END_TIME=end, SLURM_JOB_EXIT_CODE2="0:0")
            name = f"{self.spool}/stops/{job}.{T0}"
            with open(name) as file:
                stamp = file.read().split('"time":"')[1].split('"')[0]
            self.assertGreaterEqual(stamp, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(before)))


if __name__ == "__main__":
    SlurmCase.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)

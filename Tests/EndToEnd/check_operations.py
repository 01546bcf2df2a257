"""The ten commands of docs/operations.md, taken from the page: from nothing to an issued invoice, on Docker and Podman.

usage: scripts/with-engine python3 check_operations.py PROGRAM   (as root; it gives the registry and the image)

What is put in the place of the machine's own: folders and sockets (a temporary folder), the port, the image (no
registry of others is asked), `systemctl` (dockerd is started as it stands), and the clock, which goes on by 60 days for
the close.
"""

import datetime
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = (TOP / "docs/operations.md").read_text()
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
MONTH = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).strftime("%Y-%m")
# Where a task and a server may raise no limits, and there is no GPU.
SETTINGS = {"KANJO_ENGINE_DEVICE_DRIVER": "none", "KANJO_ENGINE_ULIMITS": "nofile=1024,nproc=1000"}
# After the task was handed in: it ends, then the month does. The server's clock goes on while it stands still.
MEANWHILE = r"""
for second in $(seq 60); do
    state=$(curl -s -K mina.key "$api/tasks/")
    case $state in *'"status":"done"'*) break ;; *'"status":"error"'*) echo "$state" >&2; exit 1 ;; esac
    sleep 1
done
kill $!
wait $!
export KANJO_CHECK_CLOCK=+60d
"""


def commands(engine):
    section = re.search(rf"^### With {engine}\n(.*?)^### ", PAGE, re.MULTILINE | re.DOTALL).group(1)
    return [line.strip() for line in section.splitlines() if line.startswith("    ")]


def packages(engine):
    words = commands(engine)[0].split("--no-install-recommends ")[1].split()
    return [word for word in words if not word.startswith("-")]


class OperationsCheck(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kanjo-operations-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "bin").mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.stand_in("apt-get", 'exit 0')
        self.stand_in("kanjo", f"""
            if [ "$1" = serve ] && [ -n "${{KANJO_CHECK_CLOCK:-}}" ]; then
                export LD_PRELOAD={FAKETIME} FAKETIME="$KANJO_CHECK_CLOCK"
                export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1
                # The first program with that library changes its environment while it starts, and Swift then finds no
                # arguments: that one is a shell.
                exec /bin/sh -c 'exec "$0" "$@"' "{PROGRAM}" "$@"
            fi
            exec "{PROGRAM}" "$@" """)

    def stand_in(self, name, body):
        path = self.folder / "bin" / name
        path.write_text("#!/bin/sh\n" + body + "\n")
        path.chmod(0o755)

    def run_page(self, engine):
        """Runs the page's commands in one shell; gives what the last one printed."""
        lines = commands(engine)
        self.assertEqual(len(lines), 10)
        image = os.environ["KANJO_ENGINE_OPEN_IMAGE"]
        places = [
            ("/var/lib/kanjo", f"{self.folder}/state"), ("/run/podman", f"{self.folder}/podman"),
            ("unix:///run/docker.sock", f"unix://{self.folder}/docker.sock"), (":8080/", f":{self.port}/"),
            ("docker.io/library/busybox", image), ("docs/set-up.yaml", shlex.quote(str(TOP / "docs/set-up.yaml"))),
            ("YYYY-MM", MONTH), ("YYYYMM", MONTH.replace("-", "")),
        ]
        for old, new in places:
            lines = [line.replace(old, new) for line in lines]
        ending = "trap 'kill $(jobs -p) 2>/dev/null || :; wait' EXIT"
        script = "\n".join(["set -e", ending, *lines[:8], MEANWHILE, lines[6], *lines[8:]])
        careful = "curl -sS --fail-with-body --retry 30 --retry-connrefused --max-time 60"
        script = script.replace("curl -K", f"{careful} -K")
        environment = {
            **os.environ, **SETTINGS, "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "KANJO_SERVER_PORT": str(self.port),
        }
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=150,
            stdin=subprocess.DEVNULL)
        log = self.folder / "kanjo.log"
        told = done.stdout + done.stderr + (log.read_text()[-3000:] if log.exists() else "")
        self.assertEqual(done.returncode, 0, told)
        return done.stdout

    def is_billed(self, printed):
        """The invoice of a task that slept three seconds, for a yen a second."""
        self.assertIn(f"{MONTH.replace('-', '')}-000001", printed)
        self.assertIn("株式会社アクメ", printed)
        database = self.folder / "state/ledger.db"
        invoice = subprocess.run(
            [PROGRAM, "invoice", "show", f"{MONTH.replace('-', '')}-000001", "--output", "json", "--db", database],
            capture_output=True, text=True, check=True).stdout
        invoice = json.loads(invoice)
        self.assertEqual([line["plan"] for line in invoice["lines"]], ["v100"], invoice)
        self.assertEqual(invoice["payable_yen"], invoice["lines"][0]["seconds"], invoice)
        self.assertTrue(3 <= invoice["payable_yen"] <= 20, invoice)

    def test_podman(self):
        self.addCleanup(self.clear_podman)
        places = f'--root "{self.folder}/root" --runroot "{self.folder}/run"'
        self.stand_in("podman", f'exec /usr/bin/podman {places} --storage-driver vfs --cgroup-manager cgroupfs "$@"')
        self.is_billed(self.run_page("Podman"))

    def clear_podman(self):
        podman = self.folder / "bin/podman"
        subprocess.run([podman, "rm", "--all", "--force", "--time", "0"], capture_output=True)

    def test_docker(self):
        link = pathlib.Path("/sys/class/net/docker0").exists()
        self.stand_in("systemctl", f"""
            [ "$*" = "enable --now docker" ] || exit 1
            dockerd --data-root "{self.folder}/data" --exec-root "{self.folder}/exec" \\
                --pidfile "{self.folder}/docker.pid" --host "unix://{self.folder}/docker.sock" \\
                --storage-driver vfs --iptables=false --ip6tables=false \\
                --ip-masq=false --bip 10.213.7.1/24 >"{self.folder}/docker.log" 2>&1 </dev/null &
            curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors \\
                --unix-socket "{self.folder}/docker.sock" http://localhost/_ping""")
        self.addCleanup(self.end_docker, link)
        try:
            self.is_billed(self.run_page("Docker"))
        except AssertionError as fault:
            log = self.folder / "docker.log"
            raise AssertionError(f"{fault}\n{log.read_text()[-3000:] if log.exists() else ''}") from None

    def end_docker(self, had_link):
        pid = self.folder / "docker.pid"
        if pid.exists():
            number = int(pid.read_text())
            os.kill(number, signal.SIGTERM)
            subprocess.run(["tail", f"--pid={number}", "-f", "/dev/null"], timeout=60)
        if not had_link:
            subprocess.run(["ip", "link", "delete", "docker0"], capture_output=True)

    def test_the_packages_hold_every_library_of_the_program(self):
        """What the program links stands in the packages of the page, or in what those need."""
        linked = re.findall(r"=> (/\S+)", subprocess.run(["ldd", PROGRAM], capture_output=True, text=True).stdout)
        names = {os.path.basename(path) for path in linked if "/swift/" not in path}
        for engine in ("Docker", "Podman"):
            closure = subprocess.run(
                ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                 "--no-breaks", "--no-replaces", "--no-enhances", "--no-pre-depends", *packages(engine)],
                capture_output=True, text=True, check=True).stdout
            known = set(re.findall(r"^(\S+)$", closure, re.MULTILINE)) | {"libc6"}
            for name in sorted(names):
                owners = subprocess.run(["dpkg-query", "--search", f"*/{name}"], capture_output=True, text=True).stdout
                having = {line.split(":")[0] for line in owners.splitlines()}
                self.assertTrue(having & known, f"{engine}: {name} is in {having}, which isn't on the page")


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    for each in ("Docker", "Podman"):
        subprocess.run([TOP / "scripts/prepare", *packages(each), "faketime"], check=True)
    unittest.main(verbosity=2)

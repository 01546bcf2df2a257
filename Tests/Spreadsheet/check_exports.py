"""Exports for spreadsheets say what the ledger says, in every form and encoding.

usage: check_exports.py PROGRAM SAMPLES
"""

import csv
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl

PROGRAM, SAMPLES = sys.argv[1], Path(sys.argv[2])
PERIOD = "2017-11"
FAULTS = []


def fault(text):
    FAULTS.append(text)
    print("fault:", text)


def kanjo(folder, *arguments, status=0):
    environment = dict(os.environ, KANJO_DB=str(folder / "exports.db"), USER="exports")
    run = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True)
    if run.returncode != status:
        raise SystemExit(f"kanjo {' '.join(arguments)}: {run.returncode} {run.stderr}")
    return run


def table(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def export(folder, subject, name, *arguments):
    path = folder / name
    kanjo(folder, "export", subject, "--period", PERIOD, "--to", str(path), *arguments)
    return path


def check(folder, subject, expected):
    """The same rows as `expected` in each encoding, and as values in a workbook."""
    marked = export(folder, subject, "marked.csv").read_bytes()
    if not marked.startswith(b"\xef\xbb\xbf"):
        fault(f"{subject}: the mark is missing")
    texts = {
        "utf-8-bom": marked.decode("utf-8-sig"),
        "utf-8": export(folder, subject, "plain.csv", "--encoding", "utf-8").read_bytes().decode("utf-8"),
        "cp932": export(folder, subject, "old.csv", "--encoding", "cp932").read_bytes().decode("cp932"),
    }
    for encoding, text in texts.items():
        if table(text) != expected:
            fault(f"{subject} in {encoding} differs from the list")
    path = export(folder, subject, "one.xlsx", "--format", "xlsx")
    sheet = openpyxl.load_workbook(path).active
    if sheet.freeze_panes != "A2":
        fault(f"{subject}: the header isn't frozen")
    for row, cells in zip(expected, sheet.iter_rows()):
        for wanted, cell in zip(row, cells):
            if cell.data_type == "f":
                fault(f"{subject}: {cell.coordinate} is a formula")
            found = "" if cell.value is None else str(cell.value)
            # In CSV an apostrophe defuses what would be a formula.
            if found != wanted and "'" + found != wanted:
                fault(f"{subject}: {cell.coordinate} is {found!r}, not {wanted!r}")
    if sheet.max_row != len(expected):
        fault(f"{subject}: {sheet.max_row} rows, not {len(expected)}")
    check_golden(subject, sheet)
    if export(folder, subject, "two.xlsx", "--format", "xlsx").read_bytes() != path.read_bytes():
        fault(f"{subject}: the same workbook has other bytes")


def check_golden(subject, sheet):
    """Kind, form and value of every cell, as recorded; the file's own bytes are its library's."""
    if subject == "usage":
        return
    text = "".join(
        f"{cell.coordinate} {cell.data_type} {cell.number_format} {cell.value}\n" for row in sheet.iter_rows()
        for cell in row)
    golden = Path(__file__).resolve().parent / "Golden" / f"workbook-{subject}.txt"
    if os.environ.get("KANJO_RECORD"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    elif golden.read_text(encoding="utf-8") != text:
        fault(f"{subject}: the workbook isn't {golden.name}; KANJO_RECORD=1 records it")


def lists(folder):
    """What the other commands print of the same things; lines by their sums."""
    invoices = table(kanjo(folder, "invoice", "list", "--period", PERIOD, "--output", "csv").stdout)
    lines = table(export(folder, "lines", "lines.csv", "--encoding", "utf-8").read_text(encoding="utf-8"))
    number, yen = lines[0].index("number"), lines[0].index("amount_yen")
    for row in invoices[1:]:
        total = sum(int(line[yen]) for line in lines[1:] if line[number] == row[0])
        # The sample's prices include the tax.
        if total != int(row[invoices[0].index("payable_yen")]):
            fault(f"the lines of {row[0]} are {total} yen together")
    usage = kanjo(folder, "usage", "--period", PERIOD, "--group-by", "account,day,plan", "--output", "csv").stdout
    return {"invoices": invoices, "lines": lines, "usage": table(usage)}


def check_archive(folder, invoices):
    """The originals of the month with an index: each hash is that of the bytes, each page a PDF."""
    paths = [folder / "one.zip", folder / "two.zip"]
    for path in paths:
        kanjo(folder, "invoice", "archive", "--period", PERIOD, "--zip", str(path))
    if paths[0].read_bytes() != paths[1].read_bytes():
        fault("the same archive has other bytes")
    if list(folder.glob("*.tmp")):
        fault("the archive leaves files behind")
    with zipfile.ZipFile(paths[0]) as archive:
        if archive.testzip():
            fault(f"{archive.testzip()} is damaged")
        index = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        if [row["number"] for row in index] != [row[0] for row in invoices[1:]]:
            fault("the index doesn't name the documents of the month")
        for row, listed in zip(index, invoices[1:]):
            if hashlib.sha256(archive.read(row["number"] + ".json")).hexdigest() != row["sha256"]:
                fault(f"{row['number']}: the bytes aren't those of the hash")
            if not archive.read(row["number"] + ".pdf").startswith(b"%PDF-"):
                fault(f"{row['number']}: no PDF")
            if row["amount_yen"] != listed[4] or row["issue_day"] != listed[3] or not row["counterparty"]:
                fault(f"the index says {row}, the list {listed}")
        if len(archive.namelist()) != 1 + 2 * len(index):
            fault(f"the archive holds {archive.namelist()}")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    # A name that a spreadsheet would run, with a character that only Windows' form of the old set has.
    base = (SAMPLES / "demo-set-up.yaml").read_text(encoding="utf-8")
    set_up = folder / "set-up.yaml"
    set_up.write_text(base.replace("name: V100 (32GB)", "name: '=1+1 髙'"), encoding="utf-8")
    kanjo(folder, "apply", str(set_up))
    kanjo(folder, "ingest", str(SAMPLES / "philly-nov2017" / "jobs.csv"), "--format", "jobs-csv", "--plan", "v100",
          "--account-field", "user", "--create-accounts")
    kanjo(folder, "close", "2017-10", "--issue", "--issue-day", "2017-11-06")
    kanjo(folder, "close", PERIOD, "--issue", "--issue-day", "2017-12-05")
    found = lists(folder)
    if not any("'=1+1 髙" in row for row in found["lines"]):
        fault("no line bears the name of the plan")
    for subject, expected in found.items():
        if len(expected) < 12:
            fault(f"{subject}: only {len(expected)} rows to compare")
        check(folder, subject, expected)
    # Recipients without a registration number can't get an e-invoice; each is told, the others are written.
    run = kanjo(folder, "invoice", "export", "--period", PERIOD, "--format", "xml", "--to", str(folder / "xml"), status=1)
    written = len(list((folder / "xml").glob("*.xml")))
    refused = run.stderr.count("\n20171")
    if written + refused != len(found["invoices"]) - 1 or not refused:
        fault(f"{written} e-invoices written, {refused} refused: {run.stderr}")
    check_archive(folder, found["invoices"])
if FAULTS:
    raise SystemExit(f"exports: {len(FAULTS)} faults")
print("exports: invoices, lines and usage are the same in 3 encodings and in XLSX; the archive is whole")

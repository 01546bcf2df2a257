"""The sample's books, as hledger and beancount read them.

Both must accept what `kanjo books export` writes and refuse six broken copies of it. All five forms must hold the same
yen as the documents and payments that the ledger lists: tolerance zero.

usage: check_books.py PROGRAM SAMPLES
"""

import csv
import io
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from beancount import loader

PROGRAM, SAMPLES = sys.argv[1], Path(sys.argv[2])
FAULTS = []


def fault(text):
    FAULTS.append(text)
    print("fault:", text)


def kanjo(folder, *arguments):
    environment = dict(os.environ, KANJO_DB=str(folder / "books.db"), USER="books")
    run = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"kanjo {' '.join(arguments)}: {run.stderr}")
    return run.stdout


def rows(folder, *arguments):
    return list(csv.DictReader(io.StringIO(kanjo(folder, *arguments, "--output", "csv"))))


def make(folder):
    """Two months of the sample; one invoice is paid short of a fee, one too much, one is void after it was paid, one
    is reissued, and held money goes back."""
    jobs = str(SAMPLES / "philly-nov2017" / "jobs.csv")
    kanjo(folder, "apply", str(SAMPLES / "demo-set-up.yaml"))
    kanjo(folder, "ingest", jobs, "--format", "jobs-csv", "--plan", "v100", "--account-field", "user", "--create-accounts")
    kanjo(folder, "close", "2017-10", "--issue", "--issue-day", "2017-11-06")
    kanjo(folder, "close", "2017-11", "--issue", "--issue-day", "2017-12-05")
    invoices = rows(folder, "invoice", "list", "--period", "2017-10")

    def pay(index, reference, more=0, fee=0):
        yen = int(invoices[index]["payable_yen"]) + more - fee
        kanjo(folder, "payment", "add", "--invoice", invoices[index]["number"], "--yen", str(yen), "--fee", str(fee),
              "--day", "2017-11-30", "--method", "bank_transfer", "--reference", reference)

    pay(1, "short", fee=440)
    pay(2, "over", more=5000)
    pay(3, "voided later")
    kanjo(folder, "payment", "refund", "--account", invoices[2]["account"], "--yen", "2000", "--day", "2017-12-20",
          "--method", "bank_transfer", "--reference", "back")
    kanjo(folder, "invoice", "void", invoices[3]["number"], "--reason", "test")
    renamed = folder / "renamed.yaml"
    renamed.write_text(f"accounts:\n  - {{id: {invoices[4]['account']}, name: 改名株式会社}}\n", encoding="utf-8")
    kanjo(folder, "apply", str(renamed))
    kanjo(folder, "invoice", "reissue", invoices[4]["number"], "--reason", "test")


def hledger(path):
    run = subprocess.run(["hledger", "-f", str(path), "check"], capture_output=True, text=True)
    return run.returncode == 0, run.stderr


def beancount(path):
    _, errors, _ = loader.load_file(str(path))
    return not errors, "\n".join(error.message for error in errors)


def replaced_last(text, pattern, replacement):
    found = list(re.finditer(pattern, text, re.MULTILINE))
    assert found, pattern
    last = found[-1]
    return text[: last.start()] + last.expand(replacement) + text[last.end():]


def broken(text, form):
    """Six copies of a book, each wrong in one place."""
    posting = r"^( +\S+:\S+  )(-?\d+) JPY$" if form == "hledger" else r"^( +[A-Z]\S+:\S+  )(-?\d+) JPY$"
    assertion = r"= (-?\d+) JPY$" if form == "hledger" else r"(balance \S+  )(-?\d+) JPY$"
    entries = text.split("\n\n")
    entry = next(each for each in entries if each.count(" JPY") >= 3 and "open " not in each)
    yen = int(re.search(posting, entry, re.MULTILINE)[2])
    customer = re.search(r"vc-[0-9a-f]{6}", entry)[0]
    other = next(each for each in re.findall(r"vc-[0-9a-f]{6}", text) if each != customer)
    head = re.sub(posting, lambda m: f"{m[1]}{int(m[2]) + 1} JPY", entry, count=1, flags=re.MULTILINE)
    part = re.sub(posting, lambda m: f"{m[1]}{yen}.4 JPY", entry, count=1, flags=re.MULTILINE)
    lines = entry.split("\n")
    missing = next(index for index, line in reversed(list(enumerate(lines))) if re.match(posting, line))
    return {
        "one yen off": text.replace(entry, head, 1),
        "0.4 yen off": text.replace(entry, part, 1),
        "a side missing": text.replace(entry, "\n".join(lines[:missing] + lines[missing + 1:]), 1),
        "an entry twice": text.replace(entry, entry + "\n\n" + entry, 1),
        "another customer": text.replace(entry, entry.replace(":" + customer, ":" + other).replace(
            ":C-" + customer, ":C-" + other), 1),
        "a wrong balance": replaced_last(text, assertion, "= 987654321 JPY" if form == "hledger" else r"\g<1>987654321 JPY"),
    }


def check_program(folder, form, read):
    path = folder / f"books.{form}"
    kanjo(folder, "books", "export", "--format", form, "--to", str(path))
    text = path.read_text(encoding="utf-8")
    accepted, words = read(path)
    if not accepted:
        fault(f"{form} refuses the books: {words[:500]}")
    wrong = folder / f"broken.{form}"
    for name, copy in broken(text, form).items():
        if copy == text:
            fault(f"{form}: '{name}' changes nothing")
        wrong.write_text(copy, encoding="utf-8")
        if read(wrong)[0]:
            fault(f"{form} accepts a broken book: {name}")
    return text


def sums_of_hledger(text):
    sums = defaultdict(int)
    for name, yen in re.findall(r"^    (\S+)  (-?\d+) JPY$", text, re.MULTILINE):
        sums[name] += int(yen)
    return sums


def check_sums(folder, text):
    """Books = documents = what is owed and held, by account of the books and by customer."""
    sums = sums_of_hledger(text)
    if sum(sums.values()):
        fault(f"the books are out of balance by {sum(sums.values())}")
    documents = rows(folder, "invoice", "list")
    standing = sum(int(each["receivable_yen"]) for each in documents)
    booked = -sum(sums[name] for name in ("収益:売上高", "収益:売上値引", "負債:仮受消費税"))
    if booked != standing:
        fault(f"sales and tax are {booked}, the documents that stand {standing}")
    for name, yen in sums.items():
        if "未請求" in name and yen:
            fault(f"{name} keeps {yen} though all is invoiced")
    open_yen, held = defaultdict(int), defaultdict(int)
    for each in rows(folder, "payment", "owed"):
        yen = int(each["open_yen"])
        open_yen[each["account"]] += max(yen, 0)
        held[each["account"]] += max(-yen, 0)
    for each in rows(folder, "payment", "list"):
        held[each["account"]] += int(each["held_yen"])
    for account in {each["account"] for each in documents}:
        for name, yen in (("資産:売掛金:", open_yen[account]), ("負債:前受金:", -held[account])):
            if sums[name + account] != yen:
                fault(f"{name}{account} is {sums[name + account]}, the ledger says {yen}")
    return sums


# Format: encoding, whether there is a header, columns of slip, debit account, debit yen, credit account, credit yen,
# columns in all.
SLIPS = {
    "freee": ("utf-8", True, 1, 3, 6, 8, 11, 14),
    "moneyforward": ("utf-8", True, 0, 2, 8, 10, 16, 27),
    "yayoi": ("cp932", False, 1, 4, 8, 10, 14, 25),
}


def check_slips(folder, sums):
    """Each slip is balanced; each account's sum is the other books', sales and tax taken together."""
    expected = defaultdict(int)
    for name, yen in sums.items():
        expected[name.split(":")[1]] += yen
    expected["売上"] = expected.pop("売上高", 0) + expected.pop("売上値引", 0) + expected.pop("仮受消費税", 0)
    for form, (encoding, header, slip, debit, debit_yen, credit, credit_yen, count) in SLIPS.items():
        path = folder / f"books-{form}.csv"
        kanjo(folder, "books", "export", "--format", form, "--to", str(path))
        table = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding))))
        balance, found = defaultdict(int), defaultdict(int)
        for row in table[1:] if header else table:
            if len(row) != count:
                fault(f"{form}: {len(row)} columns, {count} are wanted: {row}")
            for account, yen in ((row[debit], row[debit_yen]), (row[credit], "-" + row[credit_yen])):
                if account:
                    name = "売上" if account in ("売上高", "売上値引") else account
                    balance[row[slip]] += int(yen)
                    found[name] += int(yen)
        for number, yen in balance.items():
            if yen:
                fault(f"{form}: slip {number} is out of balance by {yen}")
        if {name: yen for name, yen in found.items() if yen} != {name: yen for name, yen in expected.items() if yen}:
            fault(f"{form}: {dict(found)} is not {dict(expected)}")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    make(folder)
    text = check_program(folder, "hledger", hledger)
    check_program(folder, "beancount", beancount)
    check_slips(folder, check_sums(folder, text))
if FAULTS:
    raise SystemExit(f"books: {len(FAULTS)} faults")
print("books: accepted by hledger and beancount, 2 × 6 broken ones refused, five forms with the ledger's own yen")

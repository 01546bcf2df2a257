"""The cost and usage dataset of FOCUS 1.2 by our own reading of its column rules, by the sums of the ledger, and by
FOCUS's own validator where it could be installed (it knows 1.0 and some older names of columns).

usage: check_focus.py PROGRAM SAMPLES
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

PROGRAM, SAMPLES = sys.argv[1], Path(sys.argv[2]).resolve()
FAULTS = []
JST = timezone(timedelta(hours=9))
MANDATORY = """BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd BillingPeriodStart
    ChargeCategory ChargeClass ChargeDescription ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost
    InvoiceIssuerName ListCost PricingQuantity PricingUnit ProviderName PublisherName ServiceCategory
    ServiceName""".split()
NEVER_NULL = set(MANDATORY) - {"BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit"}
# Set where a row is of use and no correction, null where it is tax.
OF_USAGE = """ContractedUnitPrice ListUnitPrice PricingCategory PricingQuantity PricingUnit SkuId SkuPriceId SkuMeter
    ConsumedQuantity ConsumedUnit ResourceId ResourceType""".split()
NUMBERS = """BilledCost ConsumedQuantity ContractedCost ContractedUnitPrice EffectiveCost ListCost ListUnitPrice
    PricingQuantity""".split()
NUMBER, TIME = re.compile(r"-?[0-9]+(\.[0-9]+)?"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def fault(text):
    FAULTS.append(text)
    print("fault:", text)


def kanjo(folder, *arguments, text=None):
    environment = dict(os.environ, KANJO_DB=str(folder / "focus.db"), USER="focus")
    run = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True, input=text)
    if run.returncode:
        raise SystemExit(f"kanjo {' '.join(arguments)}: {run.returncode} {run.stderr}")
    return run.stdout


def listed(folder, *arguments):
    return list(csv.DictReader(io.StringIO(kanjo(folder, *arguments, "--output", "csv"))))


def export(folder, period, name="focus.csv"):
    path = folder / name
    kanjo(folder, "export", "focus", "--period", period, "--to", str(path))
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def month(period):
    start = datetime.strptime(period, "%Y-%m").replace(tzinfo=JST)
    return start, (start + timedelta(days=32)).replace(day=1)


def check_row(row, period):
    """What the standard says of one row, and what ours means by it."""
    where = f"{row['InvoiceId']} line {row['x_Line']} {row['ChargeDescription']}"
    for column in NEVER_NULL:
        if not row[column]:
            fault(f"{where}: {column} is null")
    for column in NUMBERS:
        if row[column] and not NUMBER.fullmatch(row[column]):
            fault(f"{where}: {column} is {row[column]!r}")
    for column in ("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd"):
        if not TIME.fullmatch(row[column]):
            fault(f"{where}: {column} is {row[column]!r}")
    if (instant(row["BillingPeriodStart"]), instant(row["BillingPeriodEnd"])) != month(period):
        fault(f"{where}: not of the month")
    category, is_usage = row["ChargeCategory"], row["ChargeCategory"] == "Usage"
    if category not in ("Usage", "Tax", "Credit", "Adjustment") or row["ChargeClass"] not in ("", "Correction"):
        fault(f"{where}: {category}, {row['ChargeClass']}")
    if row["ChargeFrequency"] not in ("One-Time", "Recurring", "Usage-Based") or row["BillingCurrency"] != "JPY":
        fault(f"{where}: {row['ChargeFrequency']}, {row['BillingCurrency']}")
    if (row["ServiceCategory"], row["ServiceSubcategory"]) != ("Compute", "Containers"):
        fault(f"{where}: {row['ServiceCategory']}, {row['ServiceSubcategory']}")
    for column in OF_USAGE:
        if is_usage != bool(row[column]) and not (row["ChargeClass"] and column in ("SkuId", "SkuPriceId")):
            fault(f"{where}: {column} is {row[column]!r}")
    if is_usage:
        check_usage(row, where)
    elif category == "Credit" and not row["BilledCost"] == row["ListCost"] == row["ContractedCost"]:
        fault(f"{where}: a credit has several costs")
    if row["EffectiveCost"] != row["BilledCost"]:
        fault(f"{where}: nothing is amortised, but the costs differ")


def check_usage(row, where):
    quantity = Decimal(row["PricingQuantity"])
    for price, cost in (("ContractedUnitPrice", "ContractedCost"), ("ListUnitPrice", "ListCost")):
        if Decimal(row[price]) * quantity != Decimal(row[cost]):
            fault(f"{where}: {price} x PricingQuantity isn't {cost}")
    if row["ContractedCost"] != row["BilledCost"]:
        fault(f"{where}: billed at another price than agreed")
    start, end = (instant(row[name]).astimezone(JST) for name in ("ChargePeriodStart", "ChargePeriodEnd"))
    if start.time() != datetime.min.time() or end - start != timedelta(days=1):
        fault(f"{where}: not a day of Japan")


def check(folder, period):
    """One month: columns, rows, and the sum of each document in force."""
    rows = export(folder, period)
    missing = [column for column in MANDATORY if column not in rows[0]]
    if missing:
        fault(f"{period}: no column {missing}")
    for row in rows:
        check_row(row, period)
    names = Counter((row["ResourceId"], row["x_Attempt"], row["SkuId"], row["x_PriceRow"], row["ChargePeriodStart"],
                     row["InvoiceId"]) for row in rows if row["ChargeCategory"] == "Usage")
    if names and max(names.values()) > 1:
        fault(f"{period}: two rows of one run, plan, price row and day: {names.most_common(1)}")
    sums, taxes = defaultdict(Decimal), defaultdict(Decimal)
    for row in rows:
        sums[row["InvoiceId"]] += Decimal(row["BilledCost"])
        taxes[row["InvoiceId"]] += Decimal(row["BilledCost"]) if row["ChargeCategory"] == "Tax" else 0
    expected = {}
    for document in listed(folder, "invoice", "list", "--period", period):
        if document["state"] == "issued":
            body = kanjo(folder, "invoice", "show", document["number"], "--output", "json")
            tax = int(re.search(r'"tax_yen": ?(-?\d+)', body)[1])
            expected[document["number"]] = (int(re.search(r'"payable_yen": ?(-?\d+)', body)[1]), tax)
    found = {number: (sums[number], taxes[number]) for number in sums}
    if found != expected:
        fault(f"{period}: payable and tax by the rows {found}, by the documents {expected}")
    if export(folder, period, "again.csv") != rows:
        fault(f"{period}: the same month gives other rows")
    return rows


def consumed(rows):
    return sum(Decimal(row["ConsumedQuantity"] or 0) for row in rows)


def check_usage_sum(folder, period, rows):
    """The rows of use are all use of the month that is billed, exactly; the lines of the documents are that use, cut
    down to whole yen once for each line."""
    billed = sum(Decimal(row["BilledCost"]) for row in rows if row["ChargeCategory"] == "Usage")
    usage = listed(folder, "usage", "--period", period, "--group-by", "account")
    known = sum(Decimal(row["amount_yen"]) for row in usage)
    if billed != known:
        fault(f"{period}: the documents bill {billed} yen of use, the usage is {known}")


def validate(rows, folder):
    """FOCUS's validator: it must accept the rows under the older names that it knows, and refuse broken ones."""
    try:
        import focus_validator
    except ImportError:
        return "FOCUS's validator couldn't be installed and was not asked"
    older = {"InvoiceIssuerName": "InvoiceIssuer", "ProviderName": "Provider", "PublisherName": "Publisher",
             "ResourceId": "ResourceID", "ChargeCategory": "ChargeType"}
    # Columns that 1.0 wanted always, 1.2 only of providers who have such things.
    empty = [f"CommitmentDiscount{name}" for name in ("Category", "Id", "Name", "Status", "Type")] + [
        "RegionId", "RegionName", "SubAccountId", "SubAccountName", "AvailabilityZone"]

    def accepts(rows):
        path = folder / "validated.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            columns = [*rows[0], *older.values(), *empty]
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({**row, **{new: row[old] for old, new in older.items()}} for row in rows)
        # It looks for its list of currencies from where it lies.
        run = subprocess.run(
            [sys.executable, "-c", "from focus_validator.main import main; main()", "--data-file", str(path),
             "--validate-version", "1.0"], capture_output=True, text=True, cwd=Path(focus_validator.__file__).parents[1])
        return "Validation succeeded" in run.stdout, run.stdout[-2000:] + run.stderr[-2000:]

    accepted, answer = accepts(rows)
    if not accepted:
        fault(f"FOCUS's validator: {answer}")
    for column, value in (("BilledCost", ""), ("BillingCurrency", "YEN"), ("ChargePeriodStart", "yesterday"),
                          ("ServiceCategory", "Containers"), ("ListCost", "1,000")):
        if accepts([{**rows[0], column: value}, *rows[1:]])[0]:
            fault(f"FOCUS's validator takes {column} {value!r}: it doesn't really look")
    return "FOCUS's validator accepts them and refuses 5 broken copies"


def prepare(folder):
    """The sample; one account with a price of its own before tax, one abroad."""
    kanjo(folder, "apply", str(SAMPLES / "demo-set-up.yaml"))
    more = folder / "more.yaml"
    more.write_text(
        "accounts:\n  - {id: vc-11cb48, name: '=1+1 𠮷野家', users: [vc-11cb48]}\n"
        "  - {id: vc-0e4a51, name: Example Corp, country: US, users: [vc-0e4a51]}\nprices:\n"
        '  - {plan: v100, account: vc-11cb48, yen_per_second: "0.0131", basis: gpu, tax: exclusive, from: 2017-10-01}\n',
        encoding="utf-8")
    kanjo(folder, "apply", str(more))
    kanjo(folder, "ingest", str(SAMPLES / "philly-nov2017" / "jobs.csv"), "--format", "jobs-csv", "--plan", "v100",
          "--account-field", "user", "--create-accounts")
    kanjo(folder, "close", "2017-10", "--issue", "--issue-day", "2017-11-06")


def waive(folder, row):
    """The whole day of a charge that October billed is waived afterwards."""
    event = {"specversion": "1.0", "id": f"waive-{row['ResourceId']}", "source": "focus", "type": "usage.waived",
             "time": "2017-11-20T00:00:00Z", "subject": row["ResourceId"],
             "data": {"from": row["ChargePeriodStart"], "to": row["ChargePeriodEnd"], "reason": "test", "who": "test"}}
    path = folder / "waive.ndjson"
    path.write_text(json.dumps(event) + "\n", encoding="utf-8")
    kanjo(folder, "ingest", str(path))


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    prepare(folder)
    october = check(folder, "2017-10")
    check_usage_sum(folder, "2017-10", october)
    usage = [row for row in october if row["ChargeCategory"] == "Usage"]
    waived = max((row for row in usage if row["BillingAccountId"] not in ("vc-11cb48", "vc-0e4a51")),
                 key=lambda row: Decimal(row["BilledCost"]))
    waive(folder, waived)
    kanjo(folder, "close", "2017-11", "--issue", "--issue-day", "2017-12-05")
    november = check(folder, "2017-11")
    check_usage_sum(folder, "2017-11", november)
    # Seconds of the sample, counted by others (README of the sample).
    if (consumed(october), consumed(november)) != (66_943_015, 225_647_713):
        fault(f"GPU seconds: {consumed(october)} and {consumed(november)}")
    if not any(row["ChargeClass"] for row in november):
        fault("the waived day makes no correction")
    if not any(row["ChargeCategory"] == "Credit" for row in october + november):
        fault("no credit")
    if not any(Decimal(row["ListCost"]) > Decimal(row["BilledCost"]) for row in november):
        fault("nobody has a price of its own")
    said = validate(november, folder)
    # Afterwards: a return, a void invoice, a corrected one.
    waive(folder, max((row for row in november if row["x_Line"] == "1" and row["ResourceId"]),
                      key=lambda row: Decimal(row["BilledCost"])))
    numbers = [row["number"] for row in listed(folder, "invoice", "list", "--period", "2017-11")]
    largest = max((row for row in november if row["ResourceId"]), key=lambda row: Decimal(row["BilledCost"]))
    kanjo(folder, "invoice", "return", largest["InvoiceId"], "--reason", "test")
    others = [number for number in numbers if number != largest["InvoiceId"]]
    kanjo(folder, "invoice", "void", others[0], "--reason", "test")
    renamed = next(row["BillingAccountId"] for row in november if row["InvoiceId"] == others[1])
    (folder / "renamed.yaml").write_text(f"accounts:\n  - {{id: {renamed}, name: 改名株式会社}}\n", encoding="utf-8")
    kanjo(folder, "apply", str(folder / "renamed.yaml"))
    kanjo(folder, "invoice", "reissue", others[1], "--reason", "test")
    after = check(folder, "2017-11")
    if {row["x_DocumentKind"] for row in after} != {"invoice", "return"}:
        fault("no return among the rows")
    if others[0] in {row["InvoiceId"] for row in after}:
        fault("a void invoice has rows")
if FAULTS:
    raise SystemExit(f"FOCUS: {len(FAULTS)} faults")
print(f"FOCUS: {len(october)} + {len(after)} rows add up to each document's payable; {said}")

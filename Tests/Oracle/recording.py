"""What was recorded: the log of usage events and set-up, and its state at a log cut."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from seen import note
from times import day_number, instant


@dataclass(frozen=True)
class Event:
    source: str
    id: str
    type: str
    time: int
    task: str
    data: dict

    @property
    def attempt(self):
        return self.get("attempt", 1)  # R1

    @property
    def key(self):
        return (self.source, self.id)

    @property
    def rank(self):
        """(time, source, id), the texts as bytes of UTF-8 (R15)."""
        return (self.time, self.source.encode(), self.id.encode())

    def get(self, field, default=None):
        value = self.data.get(field)
        return default if value is None else value

    def instant(self, field):
        value = self.get(field)
        return None if value is None else instant(value)


def read_event(item):
    return Event(item["source"], item["id"], item["type"], instant(item["time"]),
                 item["subject"], item.get("data") or {})


class Log:
    """Entries in order: ("event", Event) or ("setup", dict). A log cut is a number of entries."""

    def __init__(self):
        self.entries = []
        self.known = {}

    def feed(self, items):
        for item in items:
            event = read_event(item)
            if event.key in self.known:  # duplicate or conflict: nothing written (§3)
                note("feed:duplicate" if self.known[event.key] == event else "feed:conflict")
                continue
            self.known[event.key] = event
            self.entries.append(("event", event))

    def apply(self, setup):
        self.entries.append(("setup", setup))

    def cut(self):
        return len(self.entries)

    def events(self, cut):
        return [entry for kind, entry in self.entries[:cut] if kind == "event"]

    def setup(self, cut):
        state = Setup()
        for kind, entry in self.entries[:cut]:
            if kind == "setup":
                state.merge(entry)
        return state


@dataclass(frozen=True)
class Plan:
    gpus: Fraction
    minimum: int


@dataclass(frozen=True)
class Price:
    plan: str
    account: object  # None: list price
    basis: str  # "plan" or "gpu"
    yen: Fraction
    first: int  # days, both included (§1)
    last: object  # None: no end
    tax: str  # "inclusive" unless the row says "exclusive" (A3)

    def covers(self, day):
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Credit:
    account: str
    yen: int
    first: int
    last: int
    plans: tuple  # empty: all plans (C10)
    reason: str


class Setup:
    """The set-up recorded up to a log cut (C17)."""

    def __init__(self):
        self.accounts = {}  # id -> country, JP unless said
        self.names = {}  # id -> name
        self.issuer = {"name": "issuer", "registration_number": "T7000012050002"}
        self.plans = {}
        self.prices = {}
        self.credits = []  # the index is the credit's number
        self.rules = {"invoice_minimum_yen": 1, "runaway_silence_minutes": 60}

    def merge(self, setup):
        """Earlier things that the file does not name stay."""
        self.issuer = {**self.issuer, **(setup.get("issuer") or {})}
        for item in setup.get("accounts") or []:
            self.names[item["id"]] = item.get("name") or self.names.get(item["id"], "")
            self.accounts[item["id"]] = item.get("country") or self.accounts.get(item["id"], "JP")
        for item in setup.get("plans") or []:
            self.plans[item["id"]] = Plan(Fraction(str(item["gpu_count"])), item["minimum_execution_seconds"])
        for item in setup.get("prices") or []:
            row = read_price(item)
            self.prices[(row.plan, row.account, row.first)] = row  # a row may get an end later (§6)
        self.merge_credits([read_credit(item) for item in setup.get("credits") or []])
        self.rules.update(setup.get("rules") or {})

    def merge_credits(self, credits):
        """An identical credit already present the same number of times is not recorded again."""
        present = Counter(self.credits)
        named = Counter()
        for credit in credits:
            named[credit] += 1
            if named[credit] > present[credit]:
                self.credits.append(credit)

    def parties(self, account):
        """Issuer and recipient, all that a document tells of them."""
        return self.issuer, self.names.get(account), self.accounts.get(account, "JP")

    @property
    def silence(self):
        """Nanoseconds of silence after which an open run counts as ended; None: never (§5.5)."""
        minutes = self.rules["runaway_silence_minutes"]
        return None if minutes == "none" else minutes * 60 * 10**9

    @property
    def invoice_minimum(self):
        return self.rules["invoice_minimum_yen"]

    def price(self, account, plan, day):
        """The one price row of (account, plan, day), or the name of the day anomaly (A1)."""
        rows = [row for row in self.prices.values() if row.plan == plan and row.covers(day)]
        own = [row for row in rows if row.account is not None and row.account == account]
        rows = own or [row for row in rows if row.account is None]
        if len(rows) == 1:
            return rows[0], None
        return None, "price_ambiguous" if rows else "price_missing"


def read_price(item):
    last = item.get("to")
    return Price(item["plan"], item.get("account"), item.get("basis") or "plan", Fraction(item["yen_per_second"]),
                 day_number(item["from"]), None if last is None else day_number(last),
                 item.get("tax") or "inclusive")


def read_credit(item):
    return Credit(item["account"], item["yen"], day_number(item["from"]), day_number(item["to"]),
                  tuple(item.get("plans") or ()), item.get("reason") or "")

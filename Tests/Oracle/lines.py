"""What a month should cost, and the lines that make it so (§6-§8, C1-C6)."""

from dataclasses import dataclass, replace
from fractions import Fraction

import metering
from runs import build_tasks
from seen import note
from times import month_end, month_of, month_of_day, next_month

CLASS_ORDER = {"usage": 0, "carried": 1, "correction": 2}


class Picture:
    """Everything as known at a log cut."""

    def __init__(self, log, cut):
        self.setup = log.setup(cut)
        self.events = log.events(cut)
        self.tasks = build_tasks(self.events, self.setup)
        self.runs = [run for task in self.tasks.values() for run in task.runs]
        self.remembered = {}

    def slices(self, event_cut, silence):
        if (event_cut, silence) not in self.remembered:
            self.remembered[(event_cut, silence)] = metering.all_slices(self, event_cut, silence)
        return self.remembered[(event_cut, silence)]

    def month_slices(self, month, event_cut, silence):
        return [piece for piece in self.slices(event_cut, silence) if month_of_day(piece.day) == month]

    def first_month(self):
        """No run has a slice before this month."""
        return min((month_of(run.start) for run in self.runs if run.start is not None), default=None)


@dataclass(frozen=True)
class Line:
    kind: str  # usage, carried, correction, credit
    charge_month: str
    plan: str
    basis: object
    price: object
    seconds: int
    shortfall: int
    units: Fraction
    yen: int
    credit: object = None
    tax: object = None
    use: object = None  # on a give-back: (document, line) of the credit use, for the oracle's own books

    @property
    def key(self):
        return (self.plan, self.basis, self.price)


def line_order(line):
    """C7; "gpu" < "plan" as texts."""
    return (line.charge_month, line.plan.encode(), line.price, line.basis, CLASS_ORDER[line.kind])


@dataclass(frozen=True)
class Expected:
    seconds: int = 0
    shortfall: int = 0
    units: Fraction = Fraction(0)

    def yen(self, price):
        """Rounded down once (§6)."""
        return int(self.units * price // 1)


class Month:
    """One account's month as it should be (C1, C3)."""

    def __init__(self, slices, issued):
        """slices: the account's, of this month; issued: (document, line) of this charge month."""
        self.issued = issued
        priced = [piece for piece in slices if piece.row is not None]
        bases = {piece.row.tax for piece in priced}
        if issued:
            self.tax = issued[0][0].tax  # C3: that of its issued lines
        else:
            self.tax = bases.pop() if len(bases) == 1 else None
        self.mixed = any(piece.row.tax != self.tax for piece in priced)
        if self.mixed:
            note("month:mixed, other slices unbilled" if self.tax else "month:mixed, bills nothing")
        self.billed = [piece for piece in priced if piece.row.tax == self.tax]

    def expected(self):
        result = {}
        for piece in self.billed:
            old = result.get(piece.key, Expected())
            result[piece.key] = Expected(old.seconds + piece.seconds, old.shortfall + piece.shortfall,
                                         old.units + piece.units)
        return result

    def already_issued(self, key):
        return [line for _, line in self.issued if line.key == key]

    def usage_lines(self, month):
        """C5; a line of 0 yen stays (A4)."""
        return [Line("usage", month, *key, sums.seconds, sums.shortfall, sums.units, sums.yen(key[2]), tax=self.tax)
                for key, sums in self.expected().items()]

    def difference_lines(self, month):
        """§8: D = expected yen - issued yen, for each key."""
        expected = self.expected()
        keys = set(expected) | {line.key for _, line in self.issued}
        lines = []
        for key in sorted(keys):
            sums = expected.get(key, Expected())
            issued = self.already_issued(key)
            difference = sums.yen(key[2]) - sum(line.yen for line in issued)
            if difference == 0:
                if sums.seconds != sum(line.seconds for line in issued):
                    note("difference:seconds_only_waits")
                continue  # only yen make a line (§8)
            lines.append(Line("correction" if issued else "carried", month, *key,
                              sums.seconds - sum(line.seconds for line in issued),
                              sums.shortfall - sum(line.shortfall for line in issued),
                              sums.units - sum(line.units for line in issued),  # C6
                              difference, tax=self.tax))
        return lines


class Books:
    """Earlier closes and their documents (C2, C16, C17)."""

    def __init__(self):
        self.closes = []  # Close
        self.issued_ever = []  # documents of every kind in the order of issue, void ones too
        self.numbers = {}  # period -> how many numbers are taken
        self.accepted = {}  # gate item -> set of event keys

    @property
    def documents(self):
        """Those whose lines count."""
        return [document for document in self.issued_ever if not document.void]

    def number(self, document):
        """The next one of its month (C12)."""
        self.numbers[document.period] = self.numbers.get(document.period, 0) + 1
        document.number = "%s-%06d" % (document.period.replace("-", ""), self.numbers[document.period])

    def standing(self, account, period, kind):
        """The account's documents of a month that aren't void, oldest first."""
        return [document for document in self.documents
                if (document.account, document.period, document.kind) == (account, period, kind)]

    @property
    def last_closed(self):
        return self.closes[-1].period if self.closes else None

    def is_closed(self, month):
        return self.last_closed is not None and month <= self.last_closed

    def silence(self, month, current):
        """C1, C2: that of the close with which the month was closed, else the current one."""
        for close in self.closes:
            if month <= close.period:
                return close.silence
        return current

    def issued(self, account, month):
        return [(document, line) for document in self.documents if document.account == account
                for line in document.lines if line.kind != "credit" and line.charge_month == month]

    def months(self, account):
        return {line.charge_month for document in self.documents if document.account == account
                for line in document.lines}


@dataclass
class Close:
    period: str
    cut: int
    silence: object
    documents: list


def account_month(picture, books, account, month, event_cut):
    silence = books.silence(month, picture.setup.silence)
    slices = [piece for piece in picture.month_slices(month, event_cut, silence) if piece.account == account]
    return Month(slices, books.issued(account, month))


def earlier_months(picture, books, account, period):
    """Every month before the period that can have use or issued lines, less those that have to be closed first (C5)."""
    candidates = set(books.months(account))
    if picture.first_month() is not None:
        candidates.add(picture.first_month())
    month, result = min(candidates, default=period), []
    while month < period:
        if books.last_closed is None or books.is_closed(month):
            result.append(month)
        month = next_month(month)
    return result


def gather(picture, books, account, period, event_cut):
    """(lines of the invoice before cutting, lines that wait for their tax basis), C4 and C5."""
    usage = account_month(picture, books, account, period, event_cut).usage_lines(period)
    differences = []
    for month in earlier_months(picture, books, account, period):
        differences += account_month(picture, books, account, month, month_end(month)).difference_lines(month)
    ordered = in_line_order(differences)
    if not usage and not ordered:
        return [], []
    tax = usage[0].tax if usage else ordered[0].tax
    waiting = [line for line in ordered if line.tax != tax]
    if waiting:
        note("line:withheld_for_tax_basis")
    return in_line_order(usage + [line for line in ordered if line.tax == tax]), waiting


def in_line_order(lines):
    """C7: lines >= 0 first, then the negative ones."""
    lines = sorted(lines, key=line_order)
    return [line for line in lines if line.yen >= 0] + [line for line in lines if line.yen < 0]


def cut_line(line, yen):
    """A cut line bears 0 units (C6, C7)."""
    return replace(line, yen=yen, units=Fraction(0), seconds=0, shortfall=0)


def usage_rows(picture, books, first, last, at):
    """Seconds, GPU seconds and exact yen by account, day, plan; each month at the cut min(at, its end)."""
    sums = {}
    months = sorted({month_of_day(day) for day in range(first, last + 1)})
    for month in months:
        silence = books.silence(month, picture.setup.silence)
        for piece in picture.month_slices(month, min(at, month_end(month)), silence):
            if first <= piece.day <= last:
                key = (piece.account, piece.day, piece.plan)
                old = sums.get(key, (0, Fraction(0), Fraction(0)))
                sums[key] = (old[0] + piece.seconds, old[1] + piece.gpu_seconds, old[2] + piece.amount)
    return sums

"""Legal set-up files and legal changes of them, for the generator."""

import copy

from times import day_number, day_text, month_days, next_month

YEN = ["0.016", "0.016", "0.06", "0.28", "0.83", "0.000000001", "12.5", "0.333333333", "0.1", "0.10", "1", "0.0025"]
FIRST_DAY = day_number("2017-06-01")


class SetupMaker:
    def __init__(self, rng, periods):
        self.rng = rng
        self.periods = periods
        ids = rng.sample(["acme", "Zeta", "a.b", "a-b", "a_b", "1001", "999", "b", "beta"], 7)
        self.accounts, self.unknown_accounts = ids[:rng.randrange(2, 6)], ids[5:]
        plans = rng.sample(["v100", "h100", "A10", "h100-8gpu", "p.4"], 5)
        self.plans, self.unknown_plans = plans[:rng.randrange(1, 4)], plans[3:]
        self.tax_mode = rng.choices(["inclusive", "exclusive", "by_plan", "by_account", "by_row"],
                                    [50, 15, 12, 8, 15])[0]
        self.exclusive = set(rng.sample(self.plans + self.accounts, 2))
        self.now = self.first()

    def first(self):
        rng = self.rng
        setup = {"issuer": {"name": "勘定", "registration_number": "T7000012050002"},
                 "accounts": [self.account(name) for name in self.accounts],
                 "plans": [self.plan(name) for name in self.plans], "prices": [], "credits": [],
                 "rules": {"invoice_minimum_yen": rng.choice([0, 1, 1, 1, 1, 100, 1000]), "grace_hours": 72,
                           "runaway_silence_minutes": self.silence()}}
        for plan in self.plans:
            setup["prices"] += self.list_rows(plan)
            for account in self.accounts:
                if rng.random() < 0.2:
                    setup["prices"] += self.own_rows(plan, account)
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            setup["credits"].append(self.credit(len(setup["credits"])))
        return setup

    def silence(self):
        return self.rng.choice([0, 60, 60, 1_440, 10_000, "none", "none"])

    def account(self, name):
        account = {"id": name, "name": "Account " + name, "users": ["alice", "bob"]}
        if self.rng.random() < 0.2:
            account["country"] = self.rng.choice(["JP", "US", "KR", "TW"])
        return account

    def plan(self, name):
        return {"id": name, "name": name, "gpu_model": "V100", "gpu_count": self.rng.choice([1, 1, 2, 8]),
                "minimum_execution_seconds": self.rng.choice([0, 1, 1, 60, 60, 3_600])}

    def a_day(self, spare=0):
        """A day on which prices change: often the first of a month, else anywhere."""
        month = self.rng.choice(self.periods)
        first, last = month_days(month)
        day = first if self.rng.random() < 0.4 else self.rng.randrange(first, last + 1)
        return day + spare

    def row(self, plan, account, first, last):
        rng = self.rng
        row = {"plan": plan, "yen_per_second": rng.choice(YEN), "from": day_text(first)}
        if rng.random() < 0.45:
            row["basis"] = "gpu"
        elif rng.random() < 0.5:
            row["basis"] = "plan"
        if account:
            row["account"] = account
        if last is not None:
            row["to"] = day_text(last)
        exclusive = {"inclusive": False, "exclusive": True, "by_plan": plan in self.exclusive,
                     "by_account": account in self.exclusive, "by_row": rng.random() < 0.35}[self.tax_mode]
        if exclusive:
            row["tax"] = "exclusive"
        elif rng.random() < 0.3:
            row["tax"] = "inclusive"
        return row

    def list_rows(self, plan):
        """Rows one after the other, now and then with days without a price in between."""
        rng = self.rng
        days = sorted({self.a_day() for _ in range(rng.choice([0, 1, 1, 2]))})
        first, rows = FIRST_DAY, []
        if rng.random() < 0.08 and days:
            first = days.pop(0)
        for day in days:
            rows.append(self.row(plan, None, first, day - 1))
            first = day + (rng.randrange(1, 6) if rng.random() < 0.2 else 0)
            if rng.random() < 0.15:
                rows[-1]["yen_per_second"] = rows[0]["yen_per_second"]  # the same number in two rows
        if not rows or day_number(rows[-1]["to"]) < first:
            rows.append(self.row(plan, None, first, None))
        return [row for row in rows if "to" not in row or row["from"] <= row["to"]]

    def own_rows(self, plan, account):
        first = self.a_day()
        last = None if self.rng.random() < 0.4 else first + self.rng.randrange(0, 40)
        if self.tax_mode == "by_account" and self.rng.random() < 0.7:
            first, last = FIRST_DAY, None
        return [self.row(plan, account, first, last)]

    def credit(self, number):
        rng = self.rng
        first = self.a_day() - rng.randrange(0, 40)
        credit = {"account": rng.choice(self.accounts), "yen": rng.choice([10, 100, 3_000, 3_000, 50_000]),
                  "from": day_text(first), "to": day_text(first + rng.choice([0, 10, 30, 90, 200])),
                  "reason": "trial %d" % number}
        if rng.random() < 0.4:
            credit["plans"] = sorted(rng.sample(self.plans, 1))
        return credit

    # -- changes in mid-scenario ----------------------------------------------------------------

    def change(self, today, closed_to):
        """The next set-up file: everything, or only what is new. `closed_to`: last day of a closed period."""
        before = copy.deepcopy(self.now)
        kinds = [self.new_price, self.new_own_price, self.fill_gap, self.fill_gap, self.register, self.rules,
                 self.new_credit, self.new_credit, self.same_credit, self.nothing, self.move, self.rename]
        for kind in self.rng.sample(kinds, self.rng.choice([1, 2, 3])):
            kind(today, closed_to)
        if self.rng.random() < 0.6:
            return copy.deepcopy(self.now)
        part = {key: [item for item in self.now[key] if item not in before[key]]
                for key in ("accounts", "plans", "prices", "credits")}
        part = {key: items for key, items in part.items() if items}
        if self.now["rules"] != before["rules"]:
            part["rules"] = copy.deepcopy(self.now["rules"])
        return copy.deepcopy(part) or copy.deepcopy(self.now)

    def move(self, today, closed_to):
        """A customer goes abroad, or comes back."""
        self.rng.choice(self.now["accounts"])["country"] = self.rng.choice(["JP", "US"])

    def rename(self, today, closed_to):
        """A name was wrong."""
        self.rng.choice(self.now["accounts"])["name"] = "Account %d" % self.rng.randrange(100)

    def rows_of(self, plan, account=None):
        rows = [row for row in self.now["prices"] if row["plan"] == plan and row.get("account") == account]
        return sorted(rows, key=lambda row: row["from"])

    def new_price(self, today, closed_to):
        """A row gets an end; the next one begins on the day after, or a few days later."""
        plan = self.rng.choice(self.plans)
        rows = self.rows_of(plan)
        day = max(today, closed_to + 1) + self.rng.randrange(0, 30)
        if rows and "to" not in rows[-1] and day_number(rows[-1]["from"]) <= day:
            rows[-1]["to"] = day_text(day)
            gap = self.rng.randrange(1, 5) if self.rng.random() < 0.2 else 0
            self.now["prices"].append(self.row(plan, None, day + 1 + gap, None))

    def new_own_price(self, today, closed_to):
        plan, account = self.rng.choice(self.plans), self.rng.choice(self.accounts)
        if not self.rows_of(plan, account):
            first = closed_to + 1 + self.rng.randrange(0, 30)
            last = self.rng.choice([None, first + self.rng.randrange(0, 20)])
            self.now["prices"].append(self.row(plan, account, first, last))

    def gaps(self, plan):
        """(first, last) of days without any list row, where no row of an account lies either."""
        rows = self.rows_of(plan)
        ends = [(FIRST_DAY - 1, FIRST_DAY - 1)]
        ends += [(day_number(row["from"]), day_number(row["to"]) if "to" in row else None) for row in rows]
        found = [(ends[at][1] + 1, ends[at + 1][0] - 1) for at in range(len(ends) - 1) if ends[at][1] is not None]
        own = [row for row in self.now["prices"] if row["plan"] == plan and "account" in row]
        return [(first, last) for first, last in found if first <= last and not any(
            row["from"] <= day_text(last) and row.get("to", "9999") >= day_text(first) for row in own)]

    def fill_gap(self, today, closed_to):
        for plan in self.plans:
            for first, last in self.gaps(plan):
                self.now["prices"].append(self.row(plan, None, first, last))

    def register(self, today, closed_to):
        """Names that events knew before the set-up did."""
        if self.unknown_accounts and self.rng.random() < 0.7:
            name = self.unknown_accounts[0]
            if name not in self.accounts:
                self.accounts.append(name)
                self.now["accounts"].append(self.account(name))
        if self.unknown_plans and self.rng.random() < 0.7:
            name = self.unknown_plans[0]
            if name not in self.plans:
                self.plans.append(name)
                self.now["plans"].append(self.plan(name))
                self.now["prices"].append(self.row(name, None, FIRST_DAY, None))

    def rules(self, today, closed_to):
        self.now["rules"] = dict(self.now["rules"], invoice_minimum_yen=self.rng.choice([0, 1, 1, 100, 1000]),
                                 runaway_silence_minutes=self.silence())

    def new_credit(self, today, closed_to):
        self.now["credits"].append(self.credit(len(self.now["credits"])))

    def same_credit(self, today, closed_to):
        """Twice the same: a second credit."""
        if self.now["credits"] and self.rng.random() < 0.3:
            self.now["credits"].append(copy.deepcopy(self.rng.choice(self.now["credits"])))

    def nothing(self, today, closed_to):
        pass


def months_from(month, count):
    result = []
    for _ in range(count):
        result.append(month)
        month = next_month(month)
    return result

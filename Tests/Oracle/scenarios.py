"""Random scenarios, the same for the same seed. Only the shape of the input; results come from the oracle."""

import copy
import random

import stories
from setups import SetupMaker, months_from
from times import DAY, SECOND, day_of, day_text, month_days, month_end, month_start, next_month

MONTHS = months_from("2017-08", 10)  # 2017-08 .. 2018-05


def text_of(ns, offset_minutes, digits):
    """RFC 3339 with an offset and at least the digits that the value needs."""
    local = ns + offset_minutes * 60 * SECOND
    day, rest = divmod(local, DAY)
    second, part = divmod(rest, SECOND)
    fraction = str(part).rjust(9, "0")
    while len(fraction) > digits and fraction.endswith("0"):
        fraction = fraction[:-1]
    zone = "Z" if offset_minutes == 0 else "%s%02d:%02d" % (
        "-" if offset_minutes < 0 else "+", abs(offset_minutes) // 60, abs(offset_minutes) % 60)
    return "%sT%02d:%02d:%02d%s%s" % (day_text(day), second // 3600, second // 60 % 60, second % 60,
                                      "." + fraction if fraction else "", zone)


class World:
    """The plan of one scenario: when feeds, closes, set-ups and questions come, and all events."""

    def __init__(self, rng):
        self.rng = rng
        self.count = 0
        self.users = ["alice", "bob", "carol"]
        self.periods = self.choose_periods()
        self.maker = SetupMaker(rng, self.periods)
        self.known_plans = list(self.maker.plans)
        self.known_accounts = list(self.maker.accounts)
        self.unknown_accounts, self.unknown_plans = self.maker.unknown_accounts, self.maker.unknown_plans
        before = rng.choice([0, 0, 1, 2]) if self.periods[0] > "2017-09" else 0
        first = MONTHS[MONTHS.index(self.periods[0]) - before]
        self.first = month_start(first)
        self.last = month_end(self.periods[-1])
        months = months_from(first, 8)
        self.boundaries = [month_end(month) for month in months if month <= self.periods[-1]]
        self.slots = []  # [kind, time, payload] in order; a feed's payload is its list of events
        self.plan_slots()
        self.feeds = [slot for slot in self.slots if slot[0] == "feed"]
        self.tell_stories()

    def choose_periods(self):
        rng = self.rng
        count = rng.choice([1, 2, 2, 3, 3, 4])
        first = rng.randrange(0, len(MONTHS) - count)
        months = MONTHS[first:first + count]
        if count >= 3 and rng.random() < 0.08:
            del months[1]  # a month that nobody closes: closed with the next if it has no use (C15)
        return months

    def pick_account(self):
        return self.rng.choice(self.known_accounts)

    def pick_plan(self):
        return self.rng.choice(self.known_plans)

    # -- when what happens ----------------------------------------------------------------------

    def plan_slots(self):
        rng = self.rng
        clock = self.first
        for period in self.periods:
            start, end = max(clock, month_start(period)), month_end(period)
            for time in sorted(self.between(start, end) for _ in range(rng.choice([0, 1, 1, 2]))):
                self.slots.append(["feed", time, []])
                self.maybe_question(time, period)
                self.maybe_apply(time)
            clock = max(clock, end) + rng.randrange(0, 4 * DAY)
            self.slots.append(["feed", clock, []])
            self.maybe_question(clock, period)
            self.maybe_apply(clock)
            clock += rng.randrange(0, 2 * DAY)
            self.maybe_correct(clock, max((p for p in self.periods if p < period), default=""))
            self.slots.append(["close", clock, period])
            self.maybe_correct(clock, period)
        clock += rng.randrange(SECOND, 12 * DAY)
        self.slots.append(["feed", clock, []])
        self.maybe_question(clock, next_month(self.periods[-1]))
        self.maybe_apply(clock)
        self.maybe_correct(clock, self.periods[-1])
        self.end = clock

    def between(self, start, end):
        return start + self.rng.randrange(max(1, end - start))

    def maybe_apply(self, time):
        if self.rng.random() < 0.45:
            self.slots.append(["apply", time, None])

    def maybe_correct(self, time, last):
        """Returns, reissues and voids of documents of closed months, if there are such."""
        rng = self.rng
        closed = [period for period in self.periods if period <= last]
        if not closed or rng.random() < 0.4:
            return
        if rng.random() < 0.5:
            self.slots.append(["apply", time, None])
        for _ in range(rng.choice([1, 1, 2, 3])):
            account, period = rng.choice(self.maker.accounts), rng.choice(closed)
            for _ in range(rng.choice([1, 2, 2, 5])):  # one after the other on the same documents
                kind = rng.choice(["return", "return", "return", "return", "reissue", "reissue", "void"])
                self.slots.append(["correct", time, (kind, account, period)])

    def maybe_question(self, time, period):
        rng = self.rng
        if rng.random() < 0.5:
            if rng.random() < 0.12:
                period = next_month(period)
            at = self.between(month_start(period), month_end(period) + 2 * DAY)
            if rng.random() < 0.3:
                at = month_end(period) - rng.choice([0, 1, 5 * DAY])
            self.slots.append(["preview", time, (period, at)])
        if rng.random() < 0.25:
            first = day_of(self.between(self.first, time))
            at = time if rng.random() < 0.7 else self.between(self.first, time)
            self.slots.append(["usage", time, (first, first + rng.choice([0, 10, 31, 70]), at)])

    # -- events ---------------------------------------------------------------------------------

    def text(self, time):
        rng = self.rng
        offset = rng.choice([0, 0, 0, 540, 540, -480, 330, -1, 765])
        return text_of(time, offset, rng.choice([0, 0, 0, 3, 9]))

    def emit(self, kind, time, task, data, ready, delay, source):
        """Puts an event into the first feed at which it can be known, or some feeds later."""
        able = [feed for feed in self.feeds if feed[1] >= ready]
        if not able:
            return
        feed = able[min(delay, len(able) - 1)]
        self.count += 1
        source = source or self.rng.choice(["/scheduler", "/scheduler", "/Node"])
        event = {"specversion": "1.0", "id": "%s%d" % (self.rng.choice("eEz"), self.count), "source": source,
                 "type": kind, "time": self.text(time), "subject": task, "data": data}
        feed[2].append(event)

    def tell_stories(self):
        rng = self.rng
        kinds, weights = list(stories.WEIGHTS), list(stories.WEIGHTS.values())
        favourites = rng.sample(kinds, 4)  # so that scenarios differ and the rare things meet
        weights = [weight * (4 if kind in favourites else 1) for kind, weight in zip(kinds, weights)]
        count = rng.choice([rng.randrange(5, 12), rng.randrange(8, 25), rng.randrange(20, 61)])
        for number in range(count):
            teller = stories.Teller(self, "task-%d" % number)
            rng.choices(kinds, weights)[0](teller)

    # -- steps ----------------------------------------------------------------------------------

    def steps(self):
        rng = self.rng
        steps = [{"apply": copy.deepcopy(self.maker.now)}]
        closed_to = month_days(MONTHS[0])[0] - 32
        sent = []
        for kind, time, payload in self.slots:
            if kind == "feed":
                steps += self.feed_steps(payload, time, sent)
            elif kind == "apply":
                steps.append({"apply": self.maker.change(day_of(time), closed_to)})
            elif kind == "close":
                closed_to = month_days(payload)[1]
                steps.append({"close": payload, "issue_day": day_text(day_of(time)), "now": text_of(time, 540, 0)})
            elif kind == "correct":
                what, account, period = payload
                step = {what: account, "period": period, "now": text_of(time, 540, 0)}
                if what == "void":
                    step["kind"] = rng.choice(["invoice", "return", "return"])
                steps.append(step)
            elif kind == "preview":
                period, at = payload
                steps.append({"preview": rng.choice(self.maker.accounts), "period": period, "at": self.text(at)})
            else:
                first, last, at = payload
                steps.append({"usage": {"from": day_text(first), "to": day_text(last)}, "at": self.text(at)})
        if rng.random() < 0.04:
            steps[0], steps[1] = steps[1], steps[0]  # events before any set-up
        return steps

    def feed_steps(self, events, time, sent):
        """One or two batches; shuffled, with repeats of what was sent before."""
        rng = self.rng
        events = list(events)
        if sent and rng.random() < 0.3:
            events += [copy.deepcopy(rng.choice(sent)) for _ in range(rng.randrange(1, 5))]
        if events and rng.random() < 0.2:
            events += [copy.deepcopy(rng.choice(events))]
        if rng.random() < 0.7:
            rng.shuffle(events)
        if sent and rng.random() < 0.06:
            events.append(self.conflicting(rng.choice(sent)))
        sent += events
        batches = [events]
        if len(events) > 3 and rng.random() < 0.2:
            middle = rng.randrange(1, len(events))
            batches = [events[:middle], events[middle:]]
        if rng.random() < 0.08:
            batches.append(rng.sample(events, len(events)))  # the same again in another order
        recorded = text_of(time, 540, 0)
        return [{"feed": batch, "recorded_at": recorded} for batch in batches]

    def conflicting(self, event):
        """The same source and id with another body: the first one stays."""
        other = copy.deepcopy(event)
        other["subject"] = "task-%d" % self.rng.randrange(60)
        return other


def scenario(seed, index):
    rng = random.Random("kanjo %d %d" % (seed, index))
    return {"name": "generated-%d-%d" % (seed, index), "seed": seed, "steps": World(rng).steps()}

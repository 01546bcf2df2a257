"""Small stories of one task each; the generator mixes them. Nothing here knows the rules' results."""

from times import DAY, SECOND, day_of, day_start

HOUR = 3_600 * SECOND


class Teller:
    """Writes the events of one task. `delay` is a number of feeds by which an event comes later than it could."""

    def __init__(self, world, name):
        self.world = world
        self.rng = world.rng
        self.name = name
        self.account = world.pick_account()
        self.plan = world.pick_plan()
        self.user = self.rng.choice(world.users)

    # -- events ---------------------------------------------------------------------------------

    def event(self, kind, time, data, delay=0, instants=(), source=None):
        rng = self.rng
        if delay and rng.random() < 0.8:
            delay += rng.randrange(3)
        data = {key: value for key, value in data.items() if value is not None}
        self.world.emit(kind, time, self.name, data, max([time, *instants]), delay, source)

    def attempt(self, number):
        return None if number == 1 and self.rng.random() < 0.4 else number

    def submit(self, time, delay=0, **data):
        known = {"account": self.account, "user": self.user, "plan": self.plan, "name": "job"}
        if self.rng.random() < 0.2:
            known["tags"] = ["t1"]
        self.event("task.submitted", time, {**known, **data}, delay)

    def start(self, time, attempt=1, delay=0, **data):
        if self.rng.random() < 0.3:
            data = {"node": "n1", **data}
        self.event("task.started", time, {"attempt": self.attempt(attempt), **data}, delay)

    def alive(self, time, attempt=1, delay=0):
        self.event("task.alive", time, {"attempt": self.attempt(attempt)}, delay)

    def stop(self, time, attempt=1, delay=0):
        outcome = self.rng.choice(["done", "done", "error", "aborted", "canceled"])
        data = {"attempt": self.attempt(attempt), "outcome": outcome}
        if outcome in ("done", "error"):
            data["exit_code"] = 0 if outcome == "done" else 1
        self.event("task.stopped", time, data, delay)

    def cancel(self, time, delay=0):
        self.event("task.canceled", time, {"reason": "changed my mind"}, delay)

    def waive(self, time, first, last, attempt=1, delay=0):
        if first >= last:
            return
        data = {"attempt": self.attempt(attempt), "from": self.text(first), "to": self.text(last),
                "reason": "host fault", "who": "ops"}
        self.event("usage.waived", time, data, delay, (first, last), "/admin")

    def restate(self, time, attempt=1, delay=0, source="/admin", **data):
        instants = [value for key, value in data.items() if key.endswith("_at")]
        data = {key: self.text(value) if key.endswith("_at") else value for key, value in data.items()}
        data = {"attempt": self.attempt(attempt), "reason": "as the node saw it", "who": "ops", **data}
        self.event("usage.restated", time, data, delay, instants, source)

    def text(self, time):
        return self.world.text(time)

    # -- choices --------------------------------------------------------------------------------

    def begin(self, time, attempt=1, delay=0, gpus=None, limit=None):
        """submitted + started, or a started event that carries everything."""
        gpus = gpus if gpus is not None else self.maybe_gpus()
        who = {"account": self.account, "user": self.user, "plan": self.plan}
        if limit is None and self.rng.random() < 0.2:
            self.start(time, attempt, delay, gpus=gpus, **who)
            return
        self.submit(time - self.rng.choice([0, 1, 60, 7_200]) * SECOND, delay if self.rng.random() < 0.3 else 0,
                    execution_time_limit_sec=limit)
        self.start(time, attempt, delay, gpus=gpus, **(who if self.rng.random() < 0.1 else {}))

    def maybe_gpus(self):
        rng = self.rng
        return None if rng.random() < 0.6 else rng.choice([1, 2, 4, 8, "0.5", "0.125", "1.5", "0.001"])

    def when(self):
        """A start: anywhere, or close to a midnight or to a month's end."""
        rng, world = self.rng, self.world
        time = rng.randrange(world.first // SECOND, world.last // SECOND) * SECOND
        kind = rng.random()
        if kind < 0.15:
            time = rng.choice(world.boundaries) - rng.randrange(0, 3 * DAY // SECOND) * SECOND
        elif kind < 0.35:
            midnight = rng.choice(world.boundaries) if rng.random() < 0.4 else day_start(day_of(time))
            time = midnight + rng.choice([-1, 1]) * rng.choice([0, 1, 5, 59, 60, 3_000]) * SECOND
        return time + self.odd()

    def odd(self):
        """A part of a second, with 0, 1, 3 or 9 digits."""
        rng = self.rng
        return rng.choice([0, 0, 0, rng.randrange(10) * 10**8, rng.randrange(1_000) * 10**6, rng.randrange(10**9), 1,
                           999_999_999])

    def length(self):
        rng = self.rng
        seconds = rng.choice([rng.randrange(0, 100), rng.randrange(0, 4_000), rng.randrange(3_000, 90_000),
                              rng.randrange(60_000, 400_000), rng.randrange(0, 30_000)])
        if rng.random() < 0.04:
            seconds = rng.randrange(10 * 86_400, 45 * 86_400)
        return seconds * SECOND + self.odd()

    def late(self):
        """Mostly on time, else some feeds later."""
        return 0 if self.rng.random() < 0.5 else self.rng.randrange(1, 4)

    def after(self, time):
        """An instant of a person's deed, some time after."""
        return time + self.rng.choice([0, 60, 3_600, 86_400, 20 * 86_400, 40 * 86_400]) * SECOND

    def within(self, start, end):
        return start + self.rng.randrange(max(1, end - start))


def normal(t):
    start = t.when()
    t.begin(start)
    t.stop(start + t.length(), delay=t.late() if t.rng.random() < 0.2 else 0)


def came_late(t):
    start = t.when()
    delay = t.rng.randrange(1, 5)
    t.begin(start, delay=delay)
    t.stop(start + t.length(), delay=delay)


def zero(t):
    start = t.when()
    t.begin(start)
    t.stop(start)


def stop_at_midnight(t):
    world = t.world
    start = t.when()
    midnight = day_start(day_of(start) + t.rng.randrange(1, 3))
    if t.rng.random() < 0.4:
        midnight = t.rng.choice(world.boundaries)
        start = midnight - t.rng.randrange(1, 100_000) * SECOND + t.odd() % SECOND
    t.begin(start)
    t.stop(midnight)


def over_midnight(t):
    """Short, so that a shortfall is due after the midnight."""
    midnight = t.rng.choice(t.world.boundaries + [day_start(day_of(t.when()))])
    start = midnight - t.rng.choice([1, 5, 30]) * SECOND + t.odd() % SECOND
    t.begin(start)
    t.stop(midnight + t.rng.choice([0, 1, 5, 30]) * SECOND + t.odd() % SECOND)


def open_run(t):
    start = t.when()
    t.begin(start)
    time = start
    for _ in range(t.rng.randrange(4)):
        time += t.rng.choice([1_800, 3_600, 40_000, 300_000]) * SECOND + t.odd()
        t.alive(time, delay=t.late() if t.rng.random() < 0.2 else 0)
    if t.rng.random() < 0.5:
        t.stop(time + t.rng.choice([600, 3_600, 90_000, 2_000_000]) * SECOND, delay=t.late())


def limited(t):
    start = t.when()
    limit = t.rng.choice([1, 10, 600, 3_600, 100_000])
    t.begin(start, limit=limit)
    if t.rng.random() < 0.15:
        t.submit(start - 3 * SECOND, delay=t.late(), execution_time_limit_sec=t.rng.choice([None, limit + 5]))
    if t.rng.random() < 0.85:
        t.stop(start + t.length())


def stop_only(t):
    stop = t.when()
    start = stop - t.length()
    t.submit(start)
    t.stop(stop)
    kind = t.rng.random()
    if kind < 0.35:
        t.start(start, delay=t.rng.randrange(1, 3), gpus=t.maybe_gpus())
    elif kind < 0.55:
        t.restate(t.after(stop), delay=t.late(), started_at=start)


def alive_only(t):
    time = t.when()
    t.submit(time - HOUR)
    t.alive(time)
    if t.rng.random() < 0.3:
        t.alive(time + HOUR)
    kind = t.rng.random()
    if kind < 0.4:
        t.start(time - HOUR, delay=t.rng.randrange(1, 3))
    elif kind < 0.5:
        t.restate(t.after(time), delay=1, started_at=time - HOUR, stopped_at=time + HOUR)


def start_conflict(t):
    start = t.when()
    stop = start + t.length()
    t.begin(start, gpus=t.rng.choice([1, 2]))
    by_time = t.rng.random() < 0.5
    if by_time:
        t.start(start + t.rng.choice([-1, 1, 60]) * SECOND, delay=t.late(), gpus=t.rng.choice([None, 1]))
    else:
        t.start(start, delay=t.late(), gpus=t.rng.choice([None, 1, 2, 4]))
    t.stop(stop)
    if t.rng.random() < 0.5:
        t.restate(t.after(stop), delay=t.late(), **({"started_at": start} if by_time else {"gpus": 2}))


def stop_conflict(t):
    start = t.when()
    first = start + t.length()
    t.begin(start)
    t.stop(first, delay=t.late())
    t.stop(first + t.rng.choice([0, 1, 3_600, 90_000]) * SECOND, delay=t.late())
    if t.rng.random() < 0.5:
        t.restate(t.after(first), delay=t.rng.randrange(4), stopped_at=first + t.rng.choice([-1, 0, 600]) * SECOND)


def negative(t):
    start = t.when()
    t.begin(start)
    t.stop(start - t.rng.choice([1, 3, 60]) * SECOND)
    kind = t.rng.random()
    if kind < 0.3:
        t.restate(t.after(start), delay=t.late(), stopped_at=start + 60 * SECOND)
    elif kind < 0.5:
        t.waive(t.after(start), start - 100 * SECOND, start + 1, delay=t.late())


def cancel_conflict(t):
    start = t.when()
    stop = start + t.length()
    t.begin(start)
    t.stop(stop)
    t.cancel(start + t.rng.choice([-5, 5]) * SECOND, delay=t.late())
    if t.rng.random() < 0.4:
        t.restate(t.after(stop), delay=t.late(), started_at=start)


def canceled(t):
    time = t.when()
    t.submit(time)
    t.cancel(time + HOUR)


def alive_after(t):
    start = t.when()
    stop = start + t.length()
    t.begin(start)
    t.stop(stop)
    t.alive(stop + t.rng.choice([0, 1, 600]) * SECOND, delay=t.late())
    if t.rng.random() < 0.6:
        t.restate(t.after(stop), delay=t.rng.randrange(1, 4), stopped_at=stop + 600 * SECOND)


def requeued(t):
    """A second attempt, with or without overlap."""
    start = t.when()
    length = t.length()
    t.begin(start)
    overlap = t.rng.random() < 0.5
    stopped = t.rng.random() < 0.75
    if stopped:
        t.stop(start + length)
    second = start + (length // 2 if overlap else length + t.rng.choice([0, 60]) * SECOND)
    t.start(second, 2, delay=t.late())
    t.stop(second + t.length(), 2)
    kind = t.rng.random()
    if kind < 0.25:
        t.restate(t.after(second + length), 1, delay=t.late(), stopped_at=second)
    elif kind < (0.5 if stopped else 0.7):
        last = start + length + (50 * DAY if stopped else t.rng.choice([HOUR, 2 * DAY]))
        t.waive(t.after(second + length), start - SECOND, last, 1, delay=t.late())


def identity_conflict(t):
    start = t.when()
    stop = start + t.length()
    t.submit(start)
    field = t.rng.choice(["account", "user", "plan"])
    other = {"account": t.world.pick_account, "plan": t.world.pick_plan,
             "user": lambda: t.rng.choice(t.world.users)}[field]()
    t.start(start, delay=t.late() if t.rng.random() < 0.3 else 0, gpus=t.maybe_gpus(), **{field: other})
    t.stop(stop)
    if t.rng.random() < 0.5:
        t.restate(t.after(stop), delay=t.late(), **{field: getattr(t, field)})


def unknown(t):
    """An account or a plan that is registered later, never, or not named at all."""
    if t.rng.random() < 0.5:
        t.account = t.rng.choice([None] + t.world.unknown_accounts)
    else:
        t.plan = t.rng.choice([None] + t.world.unknown_plans)
    start = t.when()
    stop = start + t.length()
    t.begin(start)
    t.stop(stop)
    if t.rng.random() < 0.3:
        t.restate(t.after(stop), delay=t.late(), account=t.world.pick_account(), plan=t.world.pick_plan())


def waived(t):
    start = t.when()
    length = t.length() + t.rng.choice([0, 100_000]) * SECOND
    stop = start + length
    t.begin(start)
    if t.rng.random() < 0.85:
        t.stop(stop)
    for _ in range(t.rng.choice([1, 1, 2, 3])):
        first = t.within(start, stop)
        kind = t.rng.random()
        last = t.within(first, stop + HOUR) + 1
        if kind < 0.25:
            first, last = start - t.rng.randrange(2) * HOUR, stop + t.rng.randrange(2) * HOUR
        elif kind < 0.35:
            first, last = stop + HOUR, stop + 2 * HOUR  # outside of the run
        elif kind < 0.5:
            first = start
        t.waive(t.after(stop), first, last, delay=t.late())


def restated(t):
    """Any fields, any time after, now and then twice at the same time."""
    start = t.when()
    stop = start + t.length()
    t.begin(start)
    t.stop(stop)
    values = {"account": t.world.pick_account(), "user": t.rng.choice(t.world.users), "plan": t.world.pick_plan(),
              "gpus": t.rng.choice([1, 2, "0.5"]), "started_at": start + t.rng.choice([-600, 0, 60]) * SECOND,
              "stopped_at": stop + t.rng.choice([-600, -1, 1, 3_600, 200_000]) * SECOND}
    time = t.after(stop)
    for _ in range(t.rng.choice([1, 1, 1, 2, 3])):
        fields = {key: values[key] for key in t.rng.sample(sorted(values), t.rng.choice([1, 1, 2, 3]))}
        t.restate(time, delay=t.late(), source=t.rng.choice(["/admin", "/Admin", "/night-shift"]), **fields)
        values["stopped_at"] += 7 * SECOND
        values["gpus"] = t.rng.choice([1, 3, "2.5"])
        if t.rng.random() < 0.6:
            time = t.after(time)


def shrunk_later(t):
    """Long enough to cost something; a person takes some of it away, often after the close."""
    start = t.when()
    length = t.rng.randrange(20_000, 500_000) * SECOND
    stop = start + length
    t.begin(start)
    t.stop(stop)
    delay = t.rng.randrange(1, 4)
    if t.rng.random() < 0.5:
        t.waive(t.after(stop), t.within(start, stop), stop, delay=delay)
    else:
        t.restate(t.after(stop), delay=delay, stopped_at=t.within(start, stop))
    if t.rng.random() < 0.2:
        t.restate(t.after(stop) + DAY, delay=delay + 2, stopped_at=stop + HOUR)


def person_only(t):
    """A run that only a restatement knows, or a waiver of nothing."""
    start = t.when()
    stop = start + t.length()
    if t.rng.random() < 0.7:
        t.submit(start)
    if t.rng.random() < 0.7:
        t.restate(t.after(stop), delay=t.late(), started_at=start, stopped_at=stop, account=t.account, plan=t.plan)
    else:
        t.waive(t.after(stop), start, stop + SECOND)


WEIGHTS = {normal: 22, came_late: 8, zero: 3, stop_at_midnight: 4, over_midnight: 5, open_run: 7, limited: 4,
           stop_only: 3, alive_only: 2, start_conflict: 3, stop_conflict: 3, negative: 2, cancel_conflict: 2,
           canceled: 2, alive_after: 3, requeued: 4, identity_conflict: 3, unknown: 4, waived: 6, restated: 7,
           shrunk_later: 9, person_only: 2}

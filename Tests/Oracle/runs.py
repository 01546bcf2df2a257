"""From events to runs and their anomalies (§4, R1-R15)."""

from fractions import Fraction

from seen import note

BILLING_ANOMALIES = {"stop_conflict", "alive_after_stop", "runaway_run"}  # R14
MAKES_RUN = {"task.started", "task.stopped", "task.alive"}
FOREVER = 10**30


class Task:
    def __init__(self, name, events, setup):
        self.name = name
        self.events = events
        self.setup = setup
        self.submitted = self.of_type("task.submitted")
        self.canceled = self.of_type("task.canceled")
        self.runs = [Run(self, attempt) for attempt in self.attempts()]

    def of_type(self, kind):
        return [event for event in self.events if event.type == kind]

    def attempts(self):
        """The attempts of which a run exists (R3)."""
        found = set()
        for event in self.events:
            restates = event.get("started_at") is not None or event.get("stopped_at") is not None
            if event.type in MAKES_RUN or (event.type == "usage.restated" and restates):
                found.add(event.attempt)
        return sorted(found)

    def named(self, field):
        """Values of a field named by any submitted or started event of the task (R4)."""
        events = self.submitted + self.of_type("task.started")
        return {event.get(field) for event in events if event.get(field) is not None}

    def limit(self):
        """execution_time_limit_sec of the least submitted event, in nanoseconds (R5)."""
        if not self.submitted:
            return None
        seconds = min(self.submitted, key=lambda event: event.rank).get("execution_time_limit_sec")
        return None if seconds is None else seconds * 10**9


class Run:
    """One (task, attempt). What does not depend on the event cut is worked out once, here."""

    def __init__(self, task, attempt):
        self.task = task
        self.attempt = attempt
        self.key = (task.name, attempt)
        self.starts = self.events_of("task.started")
        self.stops = self.events_of("task.stopped")
        self.alives = self.events_of("task.alive")
        self.waivers = self.events_of("usage.waived")
        self.restatements = self.events_of("usage.restated")
        self.start = self.chosen_instant("started_at", self.starts)
        self.stop = self.chosen_instant("stopped_at", self.stops)
        self.limit = task.limit()
        self.account, account_conflict = self.identity("account")
        self.plan, plan_conflict = self.identity("plan")
        _, user_conflict = self.identity("user")
        self.conflicting = {"account": account_conflict, "plan": plan_conflict, "user": user_conflict}
        self.waived = united([(event.instant("from"), event.instant("to")) for event in self.waivers])
        self.fixed_anomalies = self.find_fixed_anomalies()
        self.gpus = self.chosen_gpus()

    def events_of(self, kind):
        return [event for event in self.task.of_type(kind) if event.attempt == self.attempt]

    def own_events(self):
        """V1: started, alive, stopped, waived and restated events belong to the run."""
        return self.starts + self.alives + self.stops + self.waivers + self.restatements

    def restated(self, field):
        """The value with the greatest (time, source, id) of those that state the field (R15)."""
        events = [event for event in self.restatements if event.get(field) is not None]
        return max(events, key=lambda event: event.rank).get(field) if events else None

    def restated_event_instant(self, field):
        events = [event for event in self.restatements if event.get(field) is not None]
        return max(events, key=lambda event: event.rank).instant(field) if events else None

    def chosen_instant(self, field, events):
        """The restated instant, else the earliest event's (R7; for starts see R6)."""
        value = self.restated_event_instant(field)
        if value is not None:
            return value
        return min((event.time for event in events), default=None)

    def identity(self, field):
        """(value or None, whether an identity conflict) (R4)."""
        value = self.restated(field)
        if value is not None:
            return value, False
        values = self.task.named(field)
        if len(values) > 1:
            return None, True
        return (next(iter(values)), False) if values else (None, False)

    def known_plan(self):
        return self.task.setup.plans.get(self.plan)

    def start_gpus(self, event):
        """GPUs of a started event; absent: the known plan's count, else a value of their own (R6)."""
        value = event.get("gpus")
        if value is not None:
            return Fraction(str(value))
        plan = self.known_plan()
        return plan.gpus if plan else "absent"

    def chosen_gpus(self):
        value = self.restated("gpus")
        if value is not None:
            return Fraction(str(value))
        values = {self.start_gpus(event) for event in self.starts}
        if len(values) == 1 and "absent" not in values:
            return values.pop()
        plan = self.known_plan()
        return plan.gpus if plan else None

    # -- anomalies that do not depend on the event cut ------------------------------------------

    def find_fixed_anomalies(self):
        found = self.identity_anomalies()
        if self.start is None:  # R8
            found.add("alive_without_start" if self.stop is None else "stop_without_start")
        if self.start_conflicts():
            found.add("start_conflict")
        if self.start is not None and self.stop is not None and self.stop < self.start:
            found.add("negative_run")  # R9
        if self.restated("stopped_at") is None and self.stops:  # R7
            if len({event.time for event in self.stops}) > 1:
                found.add("stop_conflict")
            if any(event.time > self.stop for event in self.alives):
                found.add("alive_after_stop")
        if self.task.canceled and self.starts and self.restated("started_at") is None:
            found.add("cancel_conflict")  # R10
        return found

    def identity_anomalies(self):
        """R4"""
        found = set()
        setup = self.task.setup
        if any(self.conflicting.values()):
            found.add("identity_conflict")
        if not self.conflicting["account"] and self.account not in setup.accounts:
            found.add("unknown_account")
        if not self.conflicting["plan"] and self.plan not in setup.plans:
            found.add("unknown_plan")
        return found

    def start_conflicts(self):
        """R6"""
        times = {event.time for event in self.starts}
        if len(times) > 1 and self.restated("started_at") is None:
            return True
        gpus = {self.start_gpus(event) for event in self.starts}
        return len(gpus) > 1 and self.restated("gpus") is None

    # -- what depends on the event cut ----------------------------------------------------------

    def last_proof(self):
        """The latest of the chosen start and the alive events (R12)."""
        instants = [event.time for event in self.alives]
        if self.start is not None:
            instants.append(self.start)
        return max(instants)

    def silent_from(self, silence):
        """Where a run without a stop is taken to have ended (§5.5)."""
        return FOREVER if silence is None else self.last_proof() + silence

    def all_instants(self):
        """R13: all instants of started, stopped and alive events, and all restated instants."""
        instants = [event.time for event in self.starts + self.stops + self.alives]
        for event in self.restatements:
            for field in ("started_at", "stopped_at"):
                if event.get(field) is not None:
                    instants.append(event.instant(field))
        return instants

    def all_instants_waived(self):
        """R13, for a run with a stop: whatever the event cut."""
        instants = self.all_instants()
        return any(start <= min(instants) and end >= max(instants) for start, end in self.waived)

    def waived_whole(self, event_cut, silence):
        """R13; a run without a stop must also be waived up to where it is billed."""
        if self.stop is not None:
            return self.all_instants_waived()
        instants = self.all_instants()
        last = max(instants + [min(event_cut, self.silent_from(silence))])
        return any(start <= min(instants) and end >= last for start, end in self.waived)

    def overlap_end(self):
        return FOREVER if self.stop is None else self.stop

    def clear_start(self):
        """R11: takes part in the search for overlaps; without a stop it never counts as waived whole."""
        if self.start is None or self.fixed_anomalies & {"start_conflict", "negative_run"}:
            return False
        return self.stop is None or not self.all_instants_waived()

    def overlaps(self):
        """R11: the end is the stop, not the limit; no stop: no end. Whatever the event cut."""
        if len(self.task.runs) < 2 or not self.clear_start():
            return False
        for other in self.task.runs:
            if other is self or not other.clear_start():
                continue
            if self.start < other.overlap_end() and other.start < self.overlap_end():
                if any(run.stop is None and run.all_instants_waived() for run in (self, other)):
                    note("overlap:with an open run whose instants are all waived")
                return True
        return False

    def anomalies(self, event_cut, silence):
        """All anomalies of the run at an event cut, but for those of days (price, tax)."""
        if self.waived_whole(event_cut, silence):
            note("run:waived whole" + (", would bear an anomaly" if self.fixed_anomalies else ""))
            return set()  # R13
        found = set(self.fixed_anomalies)
        if self.overlaps():
            found.add("attempt_overlap")
        if self.start is not None and self.stop is None and self.silent_from(silence) < event_cut:
            found.add("runaway_run")  # R12
        return found

    def bills(self, event_cut, silence):
        """R13, R14"""
        if self.waived_whole(event_cut, silence):
            return False
        return self.anomalies(event_cut, silence) <= BILLING_ANOMALIES


def united(intervals):
    """Waived intervals, united (§5.1)."""
    result = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def build_tasks(events, setup):
    """The result depends on the set of events only (§4)."""
    by_task = {}
    for event in events:
        by_task.setdefault(event.task, []).append(event)
    return {name: Task(name, by_task[name], setup) for name in sorted(by_task)}

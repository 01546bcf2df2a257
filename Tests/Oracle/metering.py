"""Runs -> slices -> money (§5, §6)."""

from dataclasses import dataclass
from fractions import Fraction

from runs import FOREVER
from seen import note
from times import ceil_seconds, day_of, day_start


@dataclass(frozen=True)
class Slice:
    run: object
    day: int
    elapsed_seconds: int
    shortfall: int
    row: object  # the price row, or None
    problem: object  # None, "price_missing" or "price_ambiguous"

    @property
    def account(self):
        return self.run.account

    @property
    def plan(self):
        return self.run.plan

    @property
    def seconds(self):
        return self.elapsed_seconds + self.shortfall

    @property
    def gpu_seconds(self):
        return self.seconds * self.run.gpus

    @property
    def units(self):
        """Basis plan: seconds; basis gpu: GPU seconds; shortfall is part of both (A2)."""
        return self.gpu_seconds if self.row.basis == "gpu" else Fraction(self.seconds)

    @property
    def amount(self):
        """Exact yen; 0 when there is no price."""
        return self.units * self.row.yen if self.row else Fraction(0)

    @property
    def key(self):
        """C1: (plan, basis, unit price as a number)."""
        return (self.plan, self.row.basis, self.row.yen)


def billed_end(run, event_cut, silence):
    """M2"""
    end = run.stop if run.stop is not None else run.silent_from(silence)
    limit = FOREVER if run.limit is None else run.start + run.limit
    if limit < min(event_cut, end):
        note("metering:over_limit")
    return min(event_cut, end, limit)


def elapsed(run, until):
    """§5.1: time from start, less the waived intervals cut to the run."""
    total = until - run.start
    for start, end in run.waived:
        total -= max(0, min(end, until) - max(start, run.start))
    return total


def cut_points(start, end):
    """The start, every JST midnight in between, the end."""
    points = [start]
    midnight = day_start(day_of(start) + 1)
    while midnight < end:
        points.append(midnight)
        midnight = day_start(day_of(midnight) + 1)
    return points + [end]


def elapsed_by_day(run, end):
    """§5.3: seconds of a day = ceil(elapsed at its end) - ceil(elapsed at its start)."""
    days = {}
    points = cut_points(run.start, end)
    for first, last in zip(points, points[1:]):
        seconds = ceil_seconds(elapsed(run, last)) - ceil_seconds(elapsed(run, first))
        if seconds:
            days[day_of(first)] = seconds
    return days


def shortfall(run, end, event_cut):
    """M1, M3: seconds up to the plan's minimum, charged once the stop lies before the cut."""
    if run.stop is None or run.stop >= event_cut or run.waivers:
        return 0
    return max(0, run.known_plan().minimum - ceil_seconds(elapsed(run, end)))


def slices_of(run, setup, event_cut, silence):
    """M4: per JST day, elapsed seconds plus the shortfall on the stop day."""
    if not run.bills(event_cut, silence) or run.start >= event_cut:
        return []
    end = billed_end(run, event_cut, silence)
    days = elapsed_by_day(run, end)
    missing = shortfall(run, end, event_cut)
    stop_day = day_of(run.stop) if missing else None
    if missing and stop_day != day_of(run.start):
        note("metering:shortfall_over_midnight")
    result = []
    for day in sorted(set(days) | ({stop_day} if missing else set())):
        row, problem = setup.price(run.account, run.plan, day)
        result.append(Slice(run, day, days.get(day, 0), missing if day == stop_day else 0, row, problem))
    return result


def all_slices(picture, event_cut, silence):
    result = []
    for run in picture.runs:
        result.extend(slices_of(run, picture.setup, event_cut, silence))
    return result

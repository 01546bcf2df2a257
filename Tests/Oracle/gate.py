"""The gate of a close (§7, C13-C15)."""

from lines import account_month, earlier_months
from metering import billed_end
from runs import FOREVER
from seen import note
from times import day_text, month_end, month_of_day, month_start, next_month


def task_events(runs):
    """The events of an item: those of the tasks of its runs (C14)."""
    return frozenset(event.key for run in runs for event in run.task.events)


def has_event_in(run, start, end):
    return any(start <= event.time < end for event in run.own_events())


def closed_together(books, period):
    """C2: [start, end) of the period and the earlier months that are closed with it; the first close has no start."""
    start = -FOREVER if books.last_closed is None else month_end(books.last_closed)
    return start, month_end(period)


def touches(run, start, end, silence):
    """C13: an event's instant, or part of the run's [start, end), lies in the months that end at `end`, P's end."""
    if has_event_in(run, start, end):
        return True
    if run.start is None:
        return False
    run_end = run.stop if run.stop is not None else billed_end(run, end, silence)
    return run.start < run_end and run.start < end and start < run_end


def billed_units(picture, books, key):
    """Units of the run (task, attempt) by closed month and price key."""
    result = {}
    run = next((run for run in picture.runs if run.key == key), None)
    if run is None or run.start is None:
        return result
    month = picture.first_month()
    while books.is_closed(month):
        silence = books.silence(month, None)
        for piece in picture.month_slices(month, month_end(month), silence):
            if piece.run is run and piece.row is not None:
                place = (month, piece.account) + piece.key
                result[place] = result.get(place, 0) + piece.units
        month = next_month(month)
    return result


def run_items(picture, last_picture, books, period, silence):
    """C13: anomalies that touch P or a month closed with it, or change the units of a month closed before."""
    result = {}
    start, end = closed_together(books, period)
    for run in picture.runs:
        kinds = run.anomalies(end, silence)
        if not kinds:
            continue
        concerned = touches(run, start, end, silence)
        if concerned and not touches(run, month_start(period), end, silence):
            note("gate:only for an earlier month closed with the period")
        if not concerned and last_picture is not None:
            now = billed_units(picture, books, run.key)
            concerned = now != billed_units(last_picture, books, run.key)
            if concerned:
                note("gate:only for changed units of a closed month")
        if concerned:
            for kind in kinds:
                result["%s:%s:%d" % (kind, run.task.name, run.attempt)] = task_events([run])
    return result


def price_items(picture, books, period, silence):
    """Day anomalies touch the month of their day: P or a month closed with it."""
    runs = {}
    for piece in picture.slices(month_end(period), silence):
        if piece.problem and not books.is_closed(month_of_day(piece.day)):
            name = "%s:%s:%s:%s" % (piece.problem, piece.account, piece.plan, day_text(piece.day))
            runs.setdefault(name, []).append(piece.run)
    return {name: task_events(found) for name, found in runs.items()}


def mixed_items(picture, books, period, waiting):
    """C4 for lines that wait; C3 for each month up to the period with priced slices of another basis than its own."""
    result, mixed = {}, set()
    for account in picture.setup.accounts:
        for month in earlier_months(picture, books, account, period) + [period]:
            if account_month(picture, books, account, month, month_end(month)).mixed:
                mixed.add((account, month))
    if any(month != period for _, month in mixed - waiting):
        note("gate:mixed earlier month without a line that waits")
    for account, month in waiting | mixed:
        silence = books.silence(month, picture.setup.silence)
        pieces = picture.month_slices(month, month_end(month), silence)
        runs = [piece.run for piece in pieces if piece.account == account and piece.row is not None]
        result["mixed_tax_basis:%s:%s" % (account, month)] = task_events(runs)
    return result


def refusals(picture, books, period, now):
    """Items that no person can accept (§7, C15)."""
    result = []
    if now < month_end(period):
        result.append("period_not_over")
    if books.last_closed is None:
        return result  # the first close closes all earlier months
    month = next_month(books.last_closed)
    while month < period:
        pieces = picture.month_slices(month, month_end(month), picture.setup.silence)
        if pieces:
            result.append("earlier_month_open:" + month)
        month = next_month(month)
    return result


def items(picture, last_picture, books, period, waiting):
    """Open items with their events, less those accepted for the same events (C14)."""
    silence = picture.setup.silence
    found = run_items(picture, last_picture, books, period, silence)
    found.update(price_items(picture, books, period, silence))
    found.update(mixed_items(picture, books, period, waiting))
    return {name: events for name, events in found.items() if books.accepted.get(name) != events}

"""Examples worked out by hand from the rule pages, and properties of generated scenarios.

python3 -m unittest            (sample: KANJO_SAMPLE, default ../Samples/philly-nov2017)
"""

import copy
import csv
import os
import random
import unittest
from fractions import Fraction

import closing
import oracle
import sample
import scenarios
from times import day_of, day_text, decimal_text, instant, month_end, next_month

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.environ.get("KANJO_SAMPLE") or os.path.join(HERE, "..", "Samples", "philly-nov2017")
CLOSES = {"2017-10": "2017-11-04T00:00:00+09:00", "2017-11": "2017-12-04T00:00:00+09:00",
          "2017-12": "2018-01-04T00:00:00+09:00", "2018-01": "2018-02-04T00:00:00+09:00"}

LATE = "2018-12-31T00:00:00Z"


def setup(prices=None, minimum=0, gpus=1, credits=(), **rules):
    """One account `acme`, one plan `p` at 1 yen a second."""
    return {"apply": {
        "accounts": [{"id": "acme"}],
        "plans": [{"id": "p", "gpu_count": gpus, "minimum_execution_seconds": minimum}],
        "prices": prices or [price("1")], "credits": list(credits),
        "rules": {"invoice_minimum_yen": 1, "runaway_silence_minutes": 60, **rules}}}


def price(yen, first="2017-01-01", **more):
    return {"plan": "p", "yen_per_second": yen, "from": first, **more}


def credit(yen, first, last, **more):
    return {"account": "acme", "yen": yen, "from": first, "to": last, **more}


class Feed:
    """Writes events; times are Japan time."""

    def __init__(self):
        self.count = 0

    def event(self, kind, time, task, **data):
        self.count += 1
        for field in ("from", "to", "started_at", "stopped_at"):
            if field in data:
                data[field] = data[field] + "+09:00"
        return {"id": str(self.count), "source": "/s", "type": kind, "time": time + "+09:00", "subject": task,
                "data": data}

    def start(self, time, task="t", **data):
        return self.event("task.started", time, task, **{"account": "acme", "plan": "p", **data})

    def stop(self, time, task="t", **data):
        return self.event("task.stopped", time, task, **data)

    def run(self, start, stop, task="t", **data):
        return [self.start(start, task, **data), self.stop(stop, task)]

    def restate(self, time, task="t", **data):
        return self.event("usage.restated", time, task, **data)

    def waive(self, time, first, last, task="t"):
        return self.event("usage.waived", time, task, **{"from": first, "to": last})


def feed(events):
    return {"feed": events, "recorded_at": "2018-03-01T00:00:00Z"}


def close(month):
    return {"close": month, "issue_day": CLOSES[month][:10], "now": CLOSES[month]}


def results(*steps):
    return oracle.evaluate({"steps": list(steps)})["expected"]


def lines(result):
    """(class, month, seconds, shortfall, units, yen) of the one document."""
    if not result["documents"]:
        return []
    return [(line["class"], line["charge_month"], line["seconds"], line["shortfall_seconds"], line["units"],
             line["amount_yen"]) for line in result["documents"][0]["lines"]]


class Numbers(unittest.TestCase):
    def test_instants(self):
        self.assertEqual(instant("1970-01-01T00:00:00Z"), 0)
        self.assertEqual(instant("1970-01-01T09:00:00.000000001+09:00"), 1)
        self.assertEqual(instant("2017-11-01T00:00:00-01:30"), instant("2017-11-01T01:30:00Z"))
        self.assertEqual(instant("2016-12-31T23:59:60Z"), instant("2017-01-01T00:00:00Z"))
        self.assertEqual(day_text(day_of(instant("2017-10-31T15:00:00Z"))), "2017-11-01")
        self.assertEqual(day_text(day_of(instant("2017-10-31T14:59:59.999999999Z"))), "2017-10-31")
        self.assertEqual(month_end("2017-12"), instant("2018-01-01T00:00:00+09:00"))

    def test_decimals(self):
        for value, text in ((Fraction(16, 1000), "0.016"), (Fraction(-25, 2), "-12.5"), (0, "0"), (100, "100"),
                            (Fraction(1, 10**9), "0.000000001")):
            self.assertEqual(decimal_text(value), text)

    def test_tax(self):
        """Net N = G - T; the tax of N, rounded down and up, holds T."""
        for total in range(20_001):
            tax = closing.inclusive_tax(total)
            net = total - tax
            self.assertTrue(net // 10 <= tax <= -(-net // 10), total)
        self.assertEqual([closing.inclusive_tax(g) for g in (0, 5, 6, 16, 17, 110, 1000)], [0, 0, 1, 1, 2, 10, 91])
        self.assertEqual([closing.exclusive_tax(b) for b in (0, 9, 10, 19, 1000)], [0, 0, 1, 1, 100])


class Metering(unittest.TestCase):
    def test_over_midnight(self):
        """9.5 s, then 20 s in all: 10 + 10."""
        f = Feed()
        run = f.run("2017-10-31T23:59:50.5", "2017-11-01T00:00:10.5")
        *_, october, november = results(setup(), feed(run), close("2017-10"), close("2017-11"))
        self.assertEqual(lines(october), [("usage", "2017-10", 10, 0, "10", 10)])
        self.assertEqual(lines(november), [("usage", "2017-11", 10, 0, "10", 10)])

    def test_shortfall_on_the_stop_day(self):
        """4 s of a minimum of 60 s: 2 in October, 2 + 56 in November, at November's price and 2 GPUs."""
        f = Feed()
        run = f.run("2017-10-31T23:59:58", "2017-11-01T00:00:02")
        prices = [price("1", to="2017-10-31"), price("2", "2017-11-01", basis="gpu")]
        *_, october, november = results(setup(prices, 60, 2), feed(run), close("2017-10"), close("2017-11"))
        self.assertEqual(lines(october), [("usage", "2017-10", 2, 0, "2", 2)])
        self.assertEqual(lines(november), [("usage", "2017-11", 58, 56, "116", 232)])

    def test_zero_length_and_stop_at_month_end(self):
        f = Feed()
        events = f.run("2017-11-01T00:00:00", "2017-11-01T00:00:00")
        events += f.run("2017-10-31T23:59:59", "2017-11-01T00:00:00", "u")
        *_, october, november = results(setup(minimum=60), feed(events), close("2017-10"), close("2017-11"))
        self.assertEqual(lines(october), [("usage", "2017-10", 1, 0, "1", 1)])
        self.assertEqual(lines(november), [("usage", "2017-11", 119, 119, "119", 119)])

    def test_waived_part_pays_no_minimum(self):
        """10.2 s less 5 s: 5.2 -> 6 s; no shortfall to 60."""
        f = Feed()
        events = f.run("2017-10-05T00:00:00", "2017-10-05T00:00:10.2")
        events += [f.waive("2017-10-06T00:00:00", "2017-10-05T00:00:01", "2017-10-05T00:00:04"),
                   f.waive("2017-10-06T00:00:00", "2017-10-05T00:00:03", "2017-10-05T00:00:06")]
        *_, october = results(setup(minimum=60), feed(events), close("2017-10"))
        self.assertEqual(lines(october), [("usage", "2017-10", 6, 0, "6", 6)])

    def test_open_run_and_silence(self):
        """Start 10:00, alive 11:00, silence 60 min: billed to 12:00; then a stop at 13:00 is found."""
        f = Feed()
        first = [f.start("2017-10-05T10:00:00"), f.event("task.alive", "2017-10-05T11:00:00", "t")]
        *_, october, _, november = results(setup(), feed(first), close("2017-10"),
                                           feed([f.stop("2017-10-05T13:00:00")]), close("2017-11"))
        self.assertEqual(october["gate"], ["runaway_run:t:1"])
        self.assertEqual(lines(october), [("usage", "2017-10", 7200, 0, "7200", 7200)])
        self.assertEqual(lines(november), [("correction", "2017-10", 3600, 0, "3600", 3600)])

    def test_open_run_without_silence_goes_on(self):
        f = Feed()
        first = [f.start("2017-10-31T00:00:00")]
        *_, october, november = results(setup(runaway_silence_minutes="none"), feed(first), close("2017-10"),
                                        close("2017-11"))
        self.assertEqual(lines(october), [("usage", "2017-10", 86_400, 0, "86400", 86_400)])
        self.assertEqual(lines(november), [("usage", "2017-11", 2_592_000, 0, "2592000", 2_592_000)])

    def test_limit(self):
        f = Feed()
        events = [f.event("task.submitted", "2017-10-05T00:00:00", "t", execution_time_limit_sec=100)]
        events += f.run("2017-10-05T00:00:00", "2017-10-05T01:00:00")
        *_, october = results(setup(), feed(events), close("2017-10"))
        self.assertEqual(lines(october), [("usage", "2017-10", 100, 0, "100", 100)])

    def test_fractional_gpus_and_one_rounding(self):
        """3 s x 0.5 GPU twice: 3 GPU s x 0.333333333 = 0.999999999 yen -> 0; and 0 yen is below the minimum."""
        f = Feed()
        events = f.run("2017-10-05T00:00:00", "2017-10-05T00:00:03", gpus="0.5")
        events += f.run("2017-10-06T00:00:00", "2017-10-06T00:00:03", "u", gpus="0.5")
        prices = [price("0.333333333", basis="gpu")]
        *_, october = results(setup(prices), feed(events), close("2017-10"))
        self.assertEqual(october["documents"], [])
        *_, october = results(setup(prices, invoice_minimum_yen=0), feed(events), close("2017-10"))
        self.assertEqual(lines(october), [("usage", "2017-10", 6, 0, "3", 0)])


class Anomalies(unittest.TestCase):
    def gate(self, *events, **more):
        result = results(setup(**more), feed(list(events)), close("2017-10"))[-1]
        return result["gate"], sum(line[5] for line in lines(result))

    def test_table(self):
        f = Feed()
        day = "2017-10-05T00:00:"
        alive = f.event("task.alive", day + "20", "t")
        submitted = f.event("task.submitted", day + "00", "t", account="acme", plan="p")
        cases = [
            ([submitted, f.stop(day + "10")], ["stop_without_start"], 0),
            ([submitted, alive], ["alive_without_start"], 0),  # R12: runaway_run needs a start
            (f.run(day + "00", day + "10") + [f.start(day + "01")], ["start_conflict"], 0),
            (f.run(day + "00", day + "10") + [f.start(day + "00", gpus=2)], ["start_conflict"], 0),
            (f.run(day + "00", day + "10") + [f.start(day + "00", gpus=1)], [], 10),
            (f.run(day + "00", day + "10") + [f.stop(day + "11")], ["stop_conflict"], 10),
            (f.run(day + "10", day + "00"), ["negative_run"], 0),
            (f.run(day + "00", day + "10") + [f.event("task.canceled", day + "00", "t")], ["cancel_conflict"], 0),
            (f.run(day + "00", day + "10") + [alive], ["alive_after_stop"], 10),
            (f.run(day + "00", day + "10") + [f.start(day + "00", user="x"), f.start(day + "00", user="y")],
             ["identity_conflict"], 0),
            (f.run(day + "00", day + "10", account="nobody"), ["unknown_account"], 0),
            (f.run(day + "00", day + "10", plan="nothing"), ["unknown_plan"], 0),
        ]
        for events, kinds, yen in cases:
            self.assertEqual(self.gate(*events), ([kind + ":t:1" for kind in kinds], yen))

    def test_overlap(self):
        f = Feed()
        first = f.run("2017-10-05T00:00:00", "2017-10-05T00:00:10", attempt=1)
        second = [f.start("2017-10-05T00:00:09", attempt=2), f.stop("2017-10-05T00:00:20", attempt=2)]
        self.assertEqual(self.gate(*first, *second), (["attempt_overlap:t:1", "attempt_overlap:t:2"], 0))
        healed = f.restate("2017-10-06T00:00:00", attempt=1, stopped_at="2017-10-05T00:00:09")
        self.assertEqual(self.gate(*first, *second, healed), ([], 20))

    def test_waived_whole_bears_nothing(self):
        f = Feed()
        waiver = f.waive("2017-10-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:00:11")
        self.assertEqual(self.gate(*f.run("2017-10-05T00:00:10", "2017-10-05T00:00:00"), waiver), ([], 0))

    def test_open_run_never_waived_whole_in_overlap(self):
        """R11: attempt 1 has no stop and is waived to beyond its billed end: it bears nothing, attempt 2 overlaps."""
        f = Feed()
        events = [f.start("2017-10-05T00:00:00", attempt=1), f.start("2017-10-05T10:00:00", attempt=2),
                  f.stop("2017-10-05T10:00:10", attempt=2),
                  f.waive("2017-10-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T02:00:00")]
        self.assertEqual(self.gate(*events), (["attempt_overlap:t:2"], 0))
        self.assertEqual(self.gate(*events, f.stop("2017-10-05T12:00:00")),
                         (["attempt_overlap:t:1", "attempt_overlap:t:2"], 0))
        self.assertEqual(self.gate(*events, f.stop("2017-10-05T01:00:00")), ([], 10))

    def test_every_restated_instant_counts_for_waived_whole(self):
        """R13: also one that a later restatement replaces."""
        f = Feed()
        events = f.run("2017-10-05T00:00:00", "2017-10-05T00:00:10")
        events += [f.waive("2017-10-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:00:20"),
                   f.restate("2017-10-06T00:00:00", stopped_at="2017-10-05T00:00:05")]
        canceled = f.event("task.canceled", "2017-10-05T00:00:00", "t")
        self.assertEqual(self.gate(*events, canceled), ([], 0))
        earlier = f.restate("2017-10-05T23:00:00", stopped_at="2017-10-05T00:00:21")
        self.assertEqual(self.gate(*events, canceled, earlier), (["cancel_conflict:t:1"], 0))

    def test_earlier_months_closed_together(self):
        """The first close asks for anomalies of all earlier months; a later one only for those not closed before."""
        f = Feed()
        september = f.run("2017-09-05T00:00:00", "2017-09-05T00:00:10", "a") + [f.stop("2017-09-05T00:00:11", "a")]
        september += f.run("2017-09-06T00:00:00", "2017-09-06T00:00:10", "b")
        prices = [price("1", to="2017-09-05"), price("1", "2017-09-07")]
        self.assertEqual(self.gate(*september, prices=prices),
                         (["price_missing:acme:p:2017-09-06", "stop_conflict:a:1"], 10))
        november = [f.stop("2017-11-05T00:00:00", "x", account="acme")]
        lost = f.run("2017-10-05T00:00:10", "2017-10-05T00:00:00", "y")  # bills nothing, in a closed month
        *_, december = results(setup(prices), feed(september), close("2017-10"), feed(november + lost),
                               close("2017-12"))
        self.assertEqual(december["gate"], ["stop_without_start:x:1", "unknown_account:x:1", "unknown_plan:x:1"])

    def test_price_missing_only_that_day(self):
        f = Feed()
        run = f.run("2017-10-05T23:59:50", "2017-10-06T00:00:20")
        gate = self.gate(*run, prices=[price("1", to="2017-10-05"), price("1", "2017-10-07")])
        self.assertEqual(gate, (["price_missing:acme:p:2017-10-06"], 10))

    def test_accepted_is_not_asked_again(self):
        f = Feed()
        run = f.run("2017-10-31T23:00:00", "2017-11-01T00:00:10") + [f.stop("2017-11-01T00:00:11")]
        steps = [setup(), feed(run), close("2017-10"), close("2017-11")]
        self.assertEqual([result["gate"] for result in results(*steps)[2:]], [["stop_conflict:t:1"], []])
        steps.insert(3, feed([f.stop("2017-11-01T00:00:12")]))
        self.assertEqual(results(*steps)[4]["gate"], ["stop_conflict:t:1"])


class AfterTheClose(unittest.TestCase):
    def world(self, *more, **rules):
        """October: 1000 s, all waived after its close; November: 300 s; December: 1000 s."""
        f = Feed()
        october = f.run("2017-10-05T00:00:00", "2017-10-05T00:16:40", "a")
        later = [f.waive("2017-11-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:16:40", "a")]
        later += f.run("2017-11-05T00:00:00", "2017-11-05T00:05:00", "b")
        later += f.run("2017-12-05T00:00:00", "2017-12-05T00:16:40", "c")
        return results(setup(**rules), feed(october), close("2017-10"), feed(later), *more)

    def test_cut_line(self):
        *_, november, december, january = self.world(close("2017-11"), close("2017-12"), close("2018-01"),
                                                     invoice_minimum_yen=0)
        self.assertEqual(lines(november), [("usage", "2017-11", 300, 0, "300", 300),
                                           ("correction", "2017-10", 0, 0, "0", -300)])
        self.assertEqual(lines(december), [("usage", "2017-12", 1000, 0, "1000", 1000),
                                           ("correction", "2017-10", -1000, 0, "-1000", -700)])
        self.assertEqual(january["documents"], [])

    def test_below_the_minimum_waits(self):
        """300 - 300 = 0 < 1: no document; in December 300 comes as carried, and 1000 + 300 - 1000 = 300."""
        *_, november, december = self.world(close("2017-11"), close("2017-12"))
        self.assertEqual(november["documents"], [])
        self.assertEqual(lines(december), [("carried", "2017-11", 300, 0, "300", 300),
                                           ("usage", "2017-12", 1000, 0, "1000", 1000),
                                           ("correction", "2017-10", -1000, 0, "-1000", -1000)])
        self.assertEqual(december["documents"][0]["number"], "201712-000001")
        self.assertEqual(december["documents"][0]["tax_yen"], 27)  # 300 / 11 = 27.27

    def test_give_back(self):
        """The credit paid 600 of October's 1000. November 2000: -1000 takes 600 back and 400 off; 600 again."""
        f = Feed()
        october = f.run("2017-10-05T00:00:00", "2017-10-05T00:16:40", "a")
        later = [f.waive("2017-11-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:16:40", "a")]
        later += f.run("2017-11-05T00:00:00", "2017-11-05T00:33:20", "b")
        steps = (setup(credits=[credit(600, "2017-10-01", "2017-12-31")]), feed(october), close("2017-10"))
        *_, first, _, second = results(*steps, feed(later), close("2017-11"))
        self.assertEqual([line[5] for line in lines(first)], [1000, -600])
        self.assertEqual(lines(second), [("usage", "2017-11", 2000, 0, "2000", 2000),
                                         ("correction", "2017-10", -1000, 0, "-1000", -1000),
                                         ("credit", "2017-10", 0, 0, "0", 600), ("credit", "2017-11", 0, 0, "0", -600)])
        document = second["documents"][0]
        self.assertEqual((document["total_yen"], document["tax_yen"]), (1000, 91))

    def test_minimum_of_a_pair(self):
        """C9: 500 - 600 with 600 given back is 500 before credits, not -100; the credit pays it again."""
        f = Feed()
        october = f.run("2017-10-05T00:00:00", "2017-10-05T00:10:00", "a")
        later = [f.waive("2017-11-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:10:00", "a")]
        later += f.run("2017-11-05T00:00:00", "2017-11-05T00:08:20", "b")
        for minimum, expected in ((500, [500, -600, 600, -500]), (501, [])):
            steps = (setup(credits=[credit(600, "2017-10-01", "2017-12-31")], invoice_minimum_yen=0), feed(october),
                     close("2017-10"), setup(invoice_minimum_yen=minimum), feed(later), close("2017-11"))
            self.assertEqual([line[5] for line in lines(results(*steps)[-1])], expected)

    def test_pair_alone(self):
        """Nothing but what is given back: 0 before credits, a document of 0 yen only when the minimum is 0."""
        f = Feed()
        october = f.run("2017-10-05T00:00:00", "2017-10-05T00:10:00", "a")
        later = [f.waive("2017-11-06T00:00:00", "2017-10-05T00:00:00", "2017-10-05T00:10:00", "a")]
        for minimum, expected in ((0, [-600, 600]), (1, [])):
            steps = (setup(credits=[credit(600, "2017-10-01", "2017-12-31")], invoice_minimum_yen=0), feed(october),
                     close("2017-10"), setup(invoice_minimum_yen=minimum), feed(later), close("2017-11"))
            self.assertEqual([line[5] for line in lines(results(*steps)[-1])], expected)

    def test_credit_order(self):
        """The one that ends first pays first, and only months that it covers."""
        f = Feed()
        credits = [credit(500, "2017-10-01", "2018-12-31"), credit(300, "2017-10-31", "2017-11-01"),
                   credit(900, "2017-09-01", "2017-09-30")]
        run = f.run("2017-10-05T00:00:00", "2017-10-05T00:16:40")
        result = results(setup(credits=credits), feed(run), close("2017-10"))[-1]
        found = [(line["credit"], line["amount_yen"]) for line in result["documents"][0]["lines"]]
        self.assertEqual(found, [(None, 1000), (1, -300), (0, -500)])

    def test_mixed_tax_basis(self):
        """October inclusive and exclusive: nothing; November exclusive; a late October run makes no line."""
        f = Feed()
        prices = [price("1", to="2017-10-15"), price("1", "2017-10-16", tax="exclusive")]
        run = f.run("2017-10-15T23:59:00", "2017-10-16T00:01:00")
        october = results(setup(prices), feed(run), close("2017-10"))[-1]
        self.assertEqual(october, {"gate": ["mixed_tax_basis:acme:2017-10"], "documents": []})
        first = f.run("2017-10-05T00:00:00", "2017-10-05T00:01:00", "a")
        late = f.run("2017-10-06T00:00:00", "2017-10-06T00:01:00", "b")
        late += f.run("2017-11-06T00:00:00", "2017-11-06T00:01:00", "c")
        *_, november = results(setup(prices), feed(first), close("2017-10"), feed(late), close("2017-11"))
        self.assertEqual(november["gate"], ["mixed_tax_basis:acme:2017-10"])
        self.assertEqual([line[5] for line in lines(november)], [60])
        self.assertEqual((november["documents"][0]["tax_yen"], november["documents"][0]["payable_yen"]), (6, 66))

    def test_mixed_tax_basis_of_closed_months(self):
        """C13: September mixes and has no line; October's late exclusive run isn't of October's basis."""
        f = Feed()
        prices = [price("1", to="2017-09-15"), price("1", "2017-09-16", tax="exclusive", to="2017-09-30"),
                  price("1", "2017-10-01", to="2017-10-15"), price("1", "2017-10-16", tax="exclusive")]
        first = f.run("2017-09-15T23:59:00", "2017-09-16T00:01:00", "a")
        first += f.run("2017-10-05T00:00:00", "2017-10-05T00:01:00", "b")
        late = f.run("2017-10-20T00:00:00", "2017-10-20T00:01:00", "c")
        again = f.run("2017-09-20T00:00:00", "2017-09-20T00:01:00", "d")
        *_, october, _, november, _, december, january = results(
            setup(prices), feed(first), close("2017-10"), feed(late), close("2017-11"), feed(again),
            close("2017-12"), close("2018-01"))
        self.assertEqual(october["gate"], ["mixed_tax_basis:acme:2017-09"])
        self.assertEqual(lines(october), [("usage", "2017-10", 60, 0, "60", 60)])
        self.assertEqual(november, {"gate": ["mixed_tax_basis:acme:2017-10"], "documents": []})
        self.assertEqual(december, {"gate": ["mixed_tax_basis:acme:2017-09"], "documents": []})
        self.assertEqual(january, {"gate": [], "documents": []})

    def test_earlier_months_with_the_first_close(self):
        f = Feed()
        run = f.run("2017-09-30T23:59:00", "2017-10-01T00:01:00")
        october = results(setup(), feed(run), close("2017-10"))[-1]
        self.assertEqual(lines(october), [("carried", "2017-09", 60, 0, "60", 60),
                                          ("usage", "2017-10", 60, 0, "60", 60)])


class Sample(unittest.TestCase):
    @unittest.skipUnless(os.path.exists(os.path.join(SAMPLE, "jobs.csv")), "no sample at " + SAMPLE)
    def test_philly(self):
        result = oracle.evaluate(sample.scenario(os.path.join(SAMPLE, "jobs.csv")))["expected"]
        sums = {}
        for row in result[-1]["rows"]:
            key = (row["account"], row["day"][:7])
            wall, gpu = sums.get(key, (0, 0))
            sums[key] = (wall + row["seconds"], gpu + int(row["gpu_seconds"]))
        for month, seconds in (("2017-10", 66_943_015), ("2017-11", 225_647_713)):
            self.assertEqual(sum(gpu for (_, name), (_, gpu) in sums.items() if name == month), seconds)
        with open(os.path.join(SAMPLE, "user_month.csv"), newline="", encoding="utf-8") as file:
            expected = {(row["user"], row["month_jst"]): (int(row["wall_seconds"]), int(row["gpu_seconds"]))
                        for row in csv.DictReader(file)}
        self.assertEqual(sums, expected)
        for month, step in (("2017-10", result[2]), ("2017-11", result[3])):
            self.assertEqual(step["gate"], [])
            for document in step["documents"]:
                gpu = expected[(document["account"], month)][1]
                self.assertEqual([line["units"] for line in document["lines"]], [str(gpu)])
                self.assertEqual(document["total_yen"], gpu * 16 // 1000)


class Properties(unittest.TestCase):
    def each(self, count, seed=77):
        for index in range(count):
            yield random.Random(index), scenarios.scenario(seed, index)

    def test_same_seed_same_scenario(self):
        self.assertEqual(scenarios.scenario(5, 3), scenarios.scenario(5, 3))

    def test_permuted_and_repeated_feeds_change_nothing(self):
        for rng, scenario in self.each(25):
            other = {"steps": []}
            known = {}
            for step in copy.deepcopy(scenario["steps"]):
                if "feed" in step:  # the first of (source, id) stays; then any order
                    events = [known.setdefault((event["source"], event["id"]), event) for event in step["feed"]]
                    step["feed"] = rng.sample(events * 2, 2 * len(events))
                other["steps"].append(step)
            self.assertEqual(oracle.evaluate(scenario)["expected"], oracle.evaluate(other)["expected"])

    def test_preview_is_the_invoice(self):
        for _, scenario in self.each(40):
            steps = []
            for step in scenario["steps"]:
                if "close" in step:
                    steps += [{"preview": account, "period": step["close"], "at": LATE}
                              for account in ("acme", "Zeta", "1001")]
                steps.append(step)
            documents = {}
            for step, result in zip(steps, results(*steps)):
                if step.get("at") == LATE:
                    documents[step["preview"]] = result["document"]
                if "close" in step and not any("earlier_month_open" in name for name in result["gate"]):
                    issued = {document["account"]: dict(document, number=None) for document in result["documents"]}
                    self.assertEqual(documents, {account: issued.get(account) for account in documents})
                    documents = {}

    def test_second_close_adds_nothing(self):
        """Whoever got a whole document has no difference left right after it (§8)."""
        seen = 0
        for _, scenario in self.each(80):
            steps = scenario["steps"]
            last = max(place for place, step in enumerate(steps) if "close" in step)
            outcome = results(*steps[:last + 1])[last]
            if any("mixed" in name or "earlier_month" in name for name in outcome["gate"]):
                continue
            whole = [document["account"] for document in outcome["documents"]
                     if not any(line["amount_yen"] < 0 and line["units"] == "0" and line["class"] != "credit"
                                for line in document["lines"])]
            month = next_month(steps[last]["close"])
            questions = [{"preview": account, "period": month, "at": month + "-01T00:00:00+09:00"}
                         for account in whole]
            seen += len(questions)
            for result in results(*steps[:last + 1], *questions)[last + 1:]:
                self.assertEqual(result, {"document": None})
        self.assertGreater(seen, 30)

    def test_documents_hold_together(self):
        for _, scenario in self.each(60):
            for step, result in zip(scenario["steps"], oracle.evaluate(scenario)["expected"]):
                for document in result["documents"] if "close" in step else []:
                    self.assertGreaterEqual(document["total_yen"], 0)
                    self.assertEqual(document["total_yen"], sum(line["amount_yen"] for line in document["lines"]))

    def test_generated_scenarios_are_legal(self):
        for _, scenario in self.each(150):
            last, rows = 0, {}
            for step in scenario["steps"]:
                if "feed" in step or "close" in step:
                    now = instant(step.get("recorded_at") or step["now"])
                    self.assertGreaterEqual(now, last)
                    last = now
                for event in step.get("feed", []):
                    texts = [event["time"]] + [event["data"][key] for key in ("from", "to", "started_at", "stopped_at")
                                               if key in event["data"]]
                    self.assertTrue(all(instant(text) <= last for text in texts))
                if "close" in step:
                    self.assertGreaterEqual(last, month_end(step["close"]))
                for row in step.get("apply", {}).get("prices", []):
                    old = rows.setdefault((row["plan"], row.get("account"), row["from"]), row)
                    self.assertEqual({**row, "to": 0}, {**old, "to": 0})
                    self.assertTrue("to" not in old or old.get("to") == row.get("to"))
                    rows[(row["plan"], row.get("account"), row["from"])] = row
                self.no_shared_days(rows)

    def no_shared_days(self, rows):
        ordered = sorted(rows, key=lambda key: (key[0], key[1] or "", key[2]))
        for one, two in zip(ordered, ordered[1:]):
            if one[:2] == two[:2]:
                self.assertLess(rows[one].get("to", "9999"), two[2])


if __name__ == "__main__":
    unittest.main()

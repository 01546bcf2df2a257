"""Anomalies and the gate, worked out by hand from the rule pages."""

import unittest

from examples import Feed, close, feed, lines, price, results, setup


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

"""Numbers and metering, worked out by hand from the rule pages."""

import unittest
from fractions import Fraction

import closing
from examples import Feed, close, feed, lines, price, results, setup
from times import day_of, day_text, decimal_text, instant, month_end


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

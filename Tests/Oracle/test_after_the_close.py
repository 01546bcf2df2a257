"""Corrections, credits and tax after a close, worked out by hand from the rule pages."""

import unittest

from examples import Feed, close, credit, feed, lines, price, results, setup


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

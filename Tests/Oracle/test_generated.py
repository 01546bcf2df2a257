"""The real sample, and properties of generated scenarios.

KANJO_SAMPLE names the folder of the sample; default ../Samples/philly-nov2017.
"""

import copy
import csv
import os
import random
import unittest

import oracle
import sample
import scenarios
from examples import LATE, SAMPLE, close, credit, feed, lines, results
from times import instant, month_end, next_month


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

"""How often each feature occurs in generated scenarios: in how many scenarios, and how many times."""

import json
from collections import Counter

import oracle
import scenarios
import seen
from times import instant


def of_input(scenario):
    """Features that the input shows."""
    found, closed, ids = Counter(), False, {}
    for step in scenario["steps"]:
        found["step:" + next(iter(step))] += 1
        closed = closed or "close" in step
        if "apply" in step:
            found += of_setup(step["apply"])
        for event in step.get("feed", []):
            found[event["type"]] += 1
            found["feed:after a close"] += closed
            key = (event["source"], event["id"])
            found["feed:repeat"] += ids.get(key) == json.dumps(event)
            ids.setdefault(key, json.dumps(event))
            found["data:gpus fraction"] += isinstance(event["data"].get("gpus"), str)
            found["data:sub-second"] += instant(event["time"]) % 10**9 != 0
            if event["type"] == "usage.restated":
                found.update("restated:" + name for name in event["data"] if name not in ("attempt", "who", "reason"))
                found["restated:after a close"] += closed
            found["waived:after a close"] += closed and event["type"] == "usage.waived"
    return found


def of_setup(setup):
    found = Counter()
    for row in setup.get("prices", []):
        found["price:" + row.get("basis", "plan")] += 1
        found["price:" + row.get("tax", "inclusive")] += 1
        found["price:override"] += "account" in row
        found["price:" + row["yen_per_second"]] += 1
    for plan in setup.get("plans", []):
        found["minimum:%d" % plan["minimum_execution_seconds"]] += 1
    rules = setup.get("rules", {})
    for name in ("invoice_minimum_yen", "runaway_silence_minutes"):
        found["rule:%s=%s" % (name, rules.get(name))] += name in rules
    found["credit:with plans"] += sum("plans" in credit for credit in setup.get("credits", []))
    return found


def of_results(scenario):
    """Features that the results show."""
    found = Counter()
    for step, result in zip(scenario["steps"], scenario["expected"]):
        if "close" in step:
            found.update("gate:" + name.split(":")[0] for name in result["gate"])
            found["close:no gate item"] += not result["gate"]
            for document in result["documents"]:
                found += of_document(document, step["close"], "document")
        if "preview" in step:
            found["preview:none"] += result["document"] is None
            if result["document"]:
                found += of_document(result["document"], step["period"], "preview")
        if "usage" in step:
            found["usage:rows"] += len(result["rows"])
            found["usage:unpriced row"] += sum(row["amount_yen"] == "0" for row in result["rows"])
    return found


def of_document(document, period, prefix):
    found = Counter({prefix + ":" + document["tax_basis"]: 1})
    if document["tax_yen"] == 0 and document["total_yen"] > 9:
        found[prefix + ":outside Japan, no tax"] += 1
    for line in document["lines"]:
        name = prefix + " line:" + line["class"]
        found[name] += 1
        if line["class"] == "credit":
            found[name + (" use" if line["amount_yen"] < 0 else " give-back")] += 1
        elif line["amount_yen"] < 0:
            found[name + (" negative, cut" if line["units"] == "0" else " negative")] += 1
        found[name + " with shortfall"] += line["shortfall_seconds"] != 0
        found[name + " of 0 yen"] += line["amount_yen"] == 0
        found[name + " of an earlier month"] += line["charge_month"] < period
        found[name + " fractional units"] += "." in line["units"]
    if not any(line["class"] == "usage" for line in document["lines"]):
        found[prefix + ":without usage lines"] += 1
    return found


def report(seed, count):
    times, in_scenarios = Counter(), Counter()
    for index in range(count):
        seen.clear()
        scenario = oracle.evaluate(scenarios.scenario(seed, index))
        found = of_input(scenario) + of_results(scenario) + Counter(seen.COUNTS)
        times += found
        in_scenarios.update(name for name in found if found[name])
    print("%-55s %9s %7s %9s" % ("feature", "scenarios", "%", "times"))
    for name in sorted(times):
        share = 100 * in_scenarios[name] / count
        mark = "  <-- rare" if share < 1 else ""
        print("%-55s %9d %6.1f%% %9d%s" % (name, in_scenarios[name], share, times[name], mark))

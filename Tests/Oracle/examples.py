"""Short words for scenarios that are worked out by hand: one account, one plan, events in Japan time."""

import os

import oracle

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

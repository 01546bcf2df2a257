"""The independent oracle of Kanjo: slow, straight, from the rule pages alone.

python3 oracle.py evaluate < scenarios.jsonl > results.jsonl
python3 oracle.py generate --seed S --count N
python3 oracle.py coverage --seed S --count N
python3 oracle.py sample --jobs FILE
"""

import argparse
import json
import sys

import closing
import corrections
import gate
import seen
from lines import Books, Close, Picture, usage_rows
from recording import Log
from times import day_number, day_text, decimal_text, instant, month_end


class World:
    """The log and the earlier closes; everything else is worked out anew at every step."""

    def __init__(self):
        self.log = Log()
        self.books = Books()

    def step(self, step):
        if "apply" in step:
            return self.log.apply(step["apply"])
        if "feed" in step:
            return self.log.feed(step["feed"])
        if "close" in step:
            return self.close(step["close"], instant(step["now"]))
        if "preview" in step:
            return self.preview(step["preview"], step["period"], instant(step["at"]))
        if "usage" in step:
            return self.usage(step["usage"], instant(step["at"]))
        try:
            return self.correct(step)
        except corrections.Refused as refusal:
            return {"refused": str(refusal)}

    def correct(self, step):
        cut = self.log.cut()
        if "return" in step:
            document = corrections.returned(Picture(self.log, cut), self.books, step["return"], step["period"])
        elif "reissue" in step:
            document = corrections.reissued(self.log.setup(cut), self.books, step["reissue"], step["period"])
        else:
            document = corrections.voided(
                self.log.setup(cut), self.books, step["void"], step["period"], step["kind"])
            return {"voided": document.number}
        return {"document": document_json(document)}

    def close(self, period, now):
        if self.books.is_closed(period):  # C15: changes nothing
            return {"gate": [], "documents": []}
        cut = self.log.cut()
        picture = Picture(self.log, cut)
        last = Picture(self.log, self.books.closes[-1].cut) if self.books.closes else None
        documents, waiting = closing.documents_of(picture, self.books, period, month_end(period))
        open_items = gate.items(picture, last, self.books, period, waiting)
        refused = gate.refusals(picture, self.books, period, now)
        names = sorted(list(open_items) + refused)
        note_healed(last, picture, period)
        if refused:  # nothing has happened
            seen.note("close:refused")
            return {"gate": names, "documents": []}
        for name in open_items:
            seen.note("gate:asked again" if name in self.books.accepted else "gate:asked first")
        self.books.accepted.update(open_items)
        if self.books.closes and self.books.closes[-1].silence != picture.setup.silence:
            seen.note("close:with another silence than the close before")
        self.books.closes.append(Close(period, cut, picture.setup.silence, documents))
        for document in documents:
            self.books.number(document)
            self.books.issued_ever.append(document)
        return {"gate": names, "documents": [document_json(document) for document in documents]}

    def preview(self, account, period, at):
        if self.books.is_closed(period):
            return {"document": None}
        picture = Picture(self.log, self.log.cut())
        event_cut = min(at, month_end(period))
        document, _ = closing.document_of(picture, self.books, account, period, event_cut)
        return {"document": document_json(document) if document else None}

    def usage(self, days, at):
        picture = Picture(self.log, self.log.cut())
        sums = usage_rows(picture, self.books, day_number(days["from"]), day_number(days["to"]), at)
        order = sorted(sums, key=lambda key: (key[0].encode(), key[1], key[2].encode()))
        return {"rows": [usage_json(key, *sums[key]) for key in order]}


def note_healed(last, picture, period):
    """For the coverage report: anomalies that events or set-up ended since the close before."""
    if last is None:
        return
    event_cut, silence = month_end(period), picture.setup.silence
    now = {run.key: run.anomalies(event_cut, silence) for run in picture.runs}
    for run in last.runs:
        for kind in run.anomalies(event_cut, silence) - now.get(run.key, set()):
            seen.note("healed:" + kind)


def usage_json(key, seconds, gpu_seconds, amount):
    account, day, plan = key
    return {"account": account, "day": day_text(day), "plan": plan, "seconds": seconds,
            "gpu_seconds": decimal_text(gpu_seconds), "amount_yen": decimal_text(amount)}


def document_json(document):
    return {"account": document.account, "number": document.number, "period": document.period,
            "tax_basis": document.tax, "lines": [line_json(line) for line in document.lines],
            "total_yen": document.total, "tax_yen": document.tax_yen, "payable_yen": document.payable}


def line_json(line):
    return {"class": line.kind, "charge_month": line.charge_month, "plan": line.plan, "basis": line.basis,
            "unit_price": None if line.price is None else decimal_text(line.price), "seconds": line.seconds,
            "shortfall_seconds": line.shortfall, "units": decimal_text(line.units), "amount_yen": line.yen,
            "credit": line.credit}


def evaluate(scenario):
    """The scenario with one expected result per step."""
    world = World()
    expected = [world.step(step) for step in scenario["steps"]]
    return dict(scenario, expected=expected)


def write(scenario):
    print(json.dumps(scenario, ensure_ascii=False, separators=(",", ":")))


def arguments():
    parser = argparse.ArgumentParser(description="The independent oracle of Kanjo")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("evaluate", help="scenarios on standard input, one a line")
    for name in ("generate", "coverage"):
        command = commands.add_parser(name)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--count", type=int, default=100)
    commands.add_parser("sample").add_argument("--jobs", required=True)
    return parser.parse_args()


def main():
    options = arguments()
    if options.command == "evaluate":
        for text in sys.stdin:
            if text.strip():
                write(evaluate(json.loads(text)))
    elif options.command == "sample":
        import sample
        write(evaluate(sample.scenario(options.jobs)))
    else:
        import scenarios
        if options.command == "generate":
            for index in range(options.count):
                write(evaluate(scenarios.scenario(options.seed, index)))
        else:
            import coverage
            coverage.report(options.seed, options.count)


if __name__ == "__main__":
    main()

"""The close: lines -> cut lines, give-backs, credits, tax -> documents (§7-§9, C7-C12)."""

from dataclasses import dataclass
from fractions import Fraction

import lines as making
from lines import Line
from seen import note
from times import month_days


@dataclass
class Document:
    account: str
    period: str
    tax: str
    lines: list
    number: object = None
    kind: str = "invoice"
    void: bool = False
    parties: object = None  # issuer and recipient as they are named
    country: str = "JP"

    @property
    def total(self):
        return sum(line.yen for line in self.lines)

    @property
    def tax_yen(self):
        """C11: rounded once per invoice; C20: none outside Japan."""
        if self.country != "JP":
            return 0
        size = abs(self.total)
        tax = inclusive_tax(size) if self.tax == "inclusive" else exclusive_tax(size)
        return tax if self.total >= 0 else -tax

    @property
    def payable(self):
        return self.total if self.tax == "inclusive" else self.total + self.tax_yen


def inclusive_tax(total):
    """half-up(G x 10 / 110)"""
    return int((Fraction(total * 10, 110) + Fraction(1, 2)) // 1)


def exclusive_tax(total):
    """floor(G x 10 / 100)"""
    return total * 10 // 100


class CreditBook:
    """Uses of credits and what was given back on them, for one account (C8)."""

    def __init__(self, documents, account):
        self.given_back = set()
        self.missing = 0  # given back without a use: no such state is ever reached
        self.uses = []  # oldest first: [place, credit, plan, month, yen left]
        for number, document in enumerate(documents):
            if document.account == account:
                for place, line in enumerate(document.lines):
                    self.enter((number, place), line)
        assert all(use[4] >= 0 for use in self.uses)

    def enter(self, place, line):
        if line.kind != "credit":
            return
        if line.yen < 0:
            self.uses.append([place, line.credit, line.plan, line.charge_month, -line.yen])
        else:
            self.take(line)

    def take(self, line):
        """A give-back takes from the newest uses of its credit, plan and month that still stand (decision 21)."""
        yen = line.yen
        for use in reversed(self.of(line.plan, line.charge_month)):
            if use[1] == line.credit:
                part = min(yen, use[4])
                self.give_back(use[0], part)
                yen -= part
        self.missing += yen

    def give_back(self, place, yen):
        for use in self.uses:
            if use[0] == place:
                use[4] -= yen
                self.given_back.add(use[1])

    def of(self, plan, month):
        return [use for use in self.uses if use[2] == plan and use[3] == month]

    def paid(self, plan, month):
        return sum(use[4] for use in self.of(plan, month))

    def used(self, credit):
        """Uses less give-backs of one credit (C10)."""
        return sum(use[4] for use in self.uses if use[1] == credit)


def credit_line(plan, month, yen, credit, tax, use=None):
    return Line("credit", month, plan, None, None, 0, 0, Fraction(0), yen, credit, tax, use)


def give_back_lines(book, line, yen):
    """C8: one positive credit line for each use consumed, newest first."""
    result = []
    for use in reversed(book.of(line.plan, line.charge_month)):
        part = min(yen, use[4])
        if part > 0:
            result.append(credit_line(line.plan, line.charge_month, part, use[1], line.tax, use[0]))
            book.give_back(use[0], part)
            yen -= part
    if len(result) > 1:
        note("giveback:over_several_uses")
    return result


def cut_to_sum(lines, book):
    """C7: (lines, give-back lines, what is left: the sum before credits of C9)."""
    result = [line for line in lines if line.yen >= 0]
    left = sum(line.yen for line in result)
    given = []
    for line in [line for line in lines if line.yen < 0]:
        wanted = -line.yen
        back = min(wanted, book.paid(line.plan, line.charge_month))
        rest = min(wanted - back, left)
        left -= rest
        if back + rest == 0:
            note("line:dropped")
            continue
        given += give_back_lines(book, line, back)
        if back + rest == wanted:
            result.append(line)
            note("line:negative_complete")
        else:
            result.append(making.cut_line(line, -(back + rest)))
            note("line:cut")
    return result, given, left


def may_pay(credit, line):
    """C10: the plan is allowed and the charge month has a day of the credit."""
    first, last = month_days(line.charge_month)
    return (not credit.plans or line.plan in credit.plans) and credit.first <= last and first <= credit.last


def credit_uses(credits, account, lines, book, left):
    """C10: negative credit lines, one for each (credit, plan, charge month)."""
    order = sorted((credit.last, index) for index, credit in enumerate(credits) if credit.account == account)
    payable = [line for line in lines if line.yen >= 0]
    rest = [line.yen for line in payable]
    result = []
    for _, index in order:
        credit = credits[index]
        balance = credit.yen - book.used(index)
        if balance and index in book.given_back:
            note("credit:available_again")
        uses = {}
        for place, line in enumerate(payable):
            if not may_pay(credit, line):
                continue
            part = min(balance, rest[place], left)
            if part > 0:
                key = (line.plan, line.charge_month)
                uses[key] = uses.get(key, 0) + part
                balance, rest[place], left = balance - part, rest[place] - part, left - part
        result += [credit_line(plan, month, -yen, index, lines[0].tax) for (plan, month), yen in uses.items()]
    return result


def document_of(picture, books, account, period, event_cut):
    """(the account's document or None, lines that wait for their tax basis)."""
    lines, waiting = making.gather(picture, books, account, period, event_cut)
    book = CreditBook(books.documents, account)
    kept, given, left = cut_to_sum(lines, book)
    if not kept:
        return None, waiting
    if left < picture.setup.invoice_minimum:  # C9: a negative line and what it gives back are a pair
        note("document:below_minimum")
        return None, waiting
    if sum(line.yen for line in kept) < picture.setup.invoice_minimum:
        note("document:at the minimum by what it gives back")
    uses = credit_uses(picture.setup.credits, account, kept, book, left)
    country = picture.setup.accounts.get(account, "JP")
    return Document(account, period, kept[0].tax, kept + given + uses, country=country,
                    parties=picture.setup.parties(account)), waiting


def documents_of(picture, books, period, event_cut):
    """Documents by account id as bytes, numbered (C12), and the waiting (account, charge month)."""
    documents, waiting = [], set()
    for account in sorted(picture.setup.accounts, key=lambda name: name.encode()):
        document, waits = document_of(picture, books, account, period, event_cut)
        waiting |= {(account, line.charge_month) for line in waits}
        if document:
            documents.append(document)
    return documents, waiting

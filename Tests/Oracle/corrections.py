"""Returns, reissues and voids of issued documents (decisions 20 and 21)."""

import lines as making
from closing import CreditBook, Document, give_back_lines
from seen import note
from times import month_end


class Refused(Exception):
    """Nothing has happened; the argument says why."""


def standing(books, account, period, kind):
    found = books.standing(account, period, kind)
    if not found:
        note("correction:no such document")
        raise Refused("no_document")
    return found[-1]


def returned(picture, books, account, period):
    """The return of the account's invoice of a month."""
    invoice = standing(books, account, period, "invoice")
    before = [line for document in books.standing(account, period, "return") for line in document.lines]
    taken = take_off(differences(picture, books, invoice), invoice.lines + before, CreditBook(books.documents, account))
    if not taken:
        note("return:nothing")
        raise Refused("nothing_to_return")
    document = Document(account, period, invoice.tax, taken, country=invoice.country, kind="return")
    note("return:credits only" if document.total == 0 else "return:money")
    if before:
        note("return:a second one")
    books.number(document)
    books.issued_ever.append(document)
    return document


def differences(picture, books, invoice):
    """What the months that it bears were charged too much, in line order."""
    found = []
    for month in {line.charge_month for line in invoice.lines}:
        found += making.account_month(picture, books, invoice.account, month, month_end(month)).difference_lines(month)
    return making.in_line_order([line for line in found if line.yen < 0 and line.tax == invoice.tax])


def take_off(wanted, borne, book):
    """Credits first; no more than the invoice bore of each key and in all."""
    left = sum(line.yen for line in borne)
    result, given = [], []
    for line in wanted:
        room = sum(other.yen for other in borne
                   if other.kind != "credit" and (other.charge_month, other.key) == (line.charge_month, line.key))
        most = min(-line.yen, max(0, room))
        back = min(most, book.paid(line.plan, line.charge_month))
        money = min(most - back, left)
        left -= money
        if back + money == 0:
            continue
        given += give_back_lines(book, line, back)
        if back + money == -line.yen:
            result.append(line)
        else:
            note("return:cut")
            result.append(making.cut_line(line, -(back + money)))
    return result + given


def reissued(setup, books, account, period):
    """The same invoice with the names of now; its lines stay where they are."""
    invoice = standing(books, account, period, "invoice")
    parties = setup.parties(account)
    if parties == invoice.parties:
        note("reissue:nothing")
        raise Refused("nothing_to_correct")
    if (parties[2] == "JP") != (invoice.country == "JP"):
        note("reissue:another tax")
        raise Refused("refused")
    note("reissue:done")
    invoice.parties = parties
    books.number(invoice)
    return invoice


def voided(setup, books, account, period, kind):
    """Its lines count no more."""
    document = standing(books, account, period, kind)
    if kind == "invoice" and books.standing(account, period, "return"):
        note("void:has a return")
        raise Refused("refused")
    document.void = True
    book = CreditBook(books.documents, account)
    overdrawn = any(book.used(index) > credit.yen for index, credit in enumerate(setup.credits))
    if book.missing or overdrawn:
        note("void:credits have moved")
        document.void = False
        raise Refused("refused")
    note("void:" + kind)
    return document

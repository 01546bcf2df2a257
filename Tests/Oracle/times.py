"""Instants, Japan days and months, exact decimals (§2, §6)."""

import re
from datetime import date
from fractions import Fraction

SECOND = 10**9  # an instant is an integer count of nanoseconds (§2)
DAY = 86_400 * SECOND
JST = 9 * 3_600 * SECOND  # UTC + 9 h, always (§2)
EPOCH = date(1970, 1, 1).toordinal()

RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$"
)


def instant(text):
    """RFC 3339 text -> nanoseconds since 1970-01-01T00:00:00Z."""
    found = RFC3339.match(text)
    if not found:
        raise ValueError("not an RFC 3339 instant: " + text)
    year, month, day, hour, minute, second = (int(x) for x in found.groups()[:6])
    fraction = int((found.group(7) or "").ljust(9, "0"))
    if second == 60:  # a leap second is the next second's start (§2)
        fraction = 0
    days = date(year, month, day).toordinal() - EPOCH
    value = days * DAY + (hour * 3_600 + minute * 60 + second) * SECOND + fraction
    if found.group(9):
        offset = (int(found.group(10)) * 3_600 + int(found.group(11)) * 60) * SECOND
        value -= offset if found.group(9) == "+" else -offset
    return value


def day_of(ns):
    """The JST day of an instant, as a number; 00:00 belongs to the new day (§2)."""
    return (ns + JST) // DAY


def day_start(day):
    return day * DAY - JST


def day_text(day):
    return date.fromordinal(day + EPOCH).isoformat()


def day_number(text):
    return date.fromisoformat(text).toordinal() - EPOCH


def month_of_day(day):
    return day_text(day)[:7]


def month_of(ns):
    return month_of_day(day_of(ns))


def next_month(month):
    year, number = int(month[:4]), int(month[5:])
    return "%04d-%02d" % ((year, number + 1) if number < 12 else (year + 1, 1))


def month_start(month):
    return day_start(day_number(month + "-01"))


def month_end(month):
    """The half-open period's end: the next month's first day 00:00 JST (§1)."""
    return month_start(next_month(month))


def month_days(month):
    return day_number(month + "-01"), day_number(next_month(month) + "-01") - 1


def ceil_seconds(ns):
    return -(-ns // SECOND)


def decimal_text(value):
    """An exact decimal without trailing zeros."""
    value = Fraction(value)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > 40:
            raise ValueError("not a decimal")
    number = abs(int(value * 10**digits))
    text = str(number).rjust(digits + 1, "0")
    if digits:
        text = text[:-digits] + "." + text[-digits:]
    return ("-" if value < 0 else "") + text

"""Counts which features a scenario reached; for `oracle.py coverage` only, never used in a result."""

COUNTS = {}


def note(name):
    COUNTS[name] = COUNTS.get(name, 0) + 1


def clear():
    COUNTS.clear()

"""The facts of a team in words: what it did of what was asked, and what is open; pure.

Numbers are told of here within a week of their day, which is when a due date is missed. Whether they came *on time*, by
that day, is another question, and is counted where numbers are (`submissions`).
"""

from collections.abc import Sequence
from datetime import date

from bot import times

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MOST = 4  # of the newest that words tell of


def counted(number: int) -> str:
    """A small number in words."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def calls(outcomes: Sequence[bool]) -> str:
    """At the last four calls; missed 2 of 2 calls; missed 2 of the last 4 calls."""
    latest = outcomes[-MOST:]
    if not latest:
        return ""
    return _missed(outcomes, "call") if False in latest else f"at {_last(len(latest), 'call')}"


def check_ins(outcomes: Sequence[bool], waits: date | None) -> str:
    """The same of check-ins; where a test moved since the one before, the team's work has answered for it."""
    latest, open_one = outcomes[-MOST:], f"that of {times.day(waits)} still open" if waits else ""
    if not latest:
        return f"check-in of {times.day(waits)} still open" if waits else ""
    told = f"{_last(len(latest), 'check-in')} answered, or answered for by a test that had moved"
    return ", ".join(filter(None, [_missed(outcomes, "check-in") if False in latest else told, open_one]))


def numbers(outcomes: Sequence[bool], missed: int, months_out: int, waits: date | None) -> str:
    """Data not in yet; in, but late; or within a week of its day, for as many due dates in a row."""
    out = months_out + bool(waits)
    if out > 1:
        return f"data of the last {counted(out)} months not in yet"
    if out:
        return f"data due on {times.day(waits)} not in yet" if waits else "data not in yet"
    if not outcomes:
        return ""
    if missed:
        return "data in, more than a week after its due date"
    in_a_row = next((count for count, met in enumerate(reversed(outcomes)) if not met), len(outcomes))
    return f"data within a week of {_last(min(in_a_row, MOST), 'due date')}"


def people(active: int, people: int) -> str:
    """One of five people active."""
    if not people:
        return "nobody in the team"
    if people == 1:
        return "one person, active" if active else "one person, not active lately"
    return f"{counted(min(active, people))} of {counted(people)} people active"


def _missed(outcomes: Sequence[bool], noun: str) -> str:
    latest = outcomes[-MOST:]
    last = "the last " if len(outcomes) > len(latest) else ""
    return f"missed {latest.count(False)} of {last}{len(latest)} {noun}{'' if len(latest) == 1 else 's'}"


def _last(count: int, noun: str) -> str:
    return f"the last {noun}" if count == 1 else f"the last {counted(count)} {noun}s"

"""The rhythm of check-ins: on which day each period opens, and on which the next one does; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY = {"day": "every working day", "week": "every week", "two_weeks": "every two weeks", "month": "every month"}
CHOICES = {
    "week": "Every week", "two_weeks": "Every two weeks", "month": "Every month, on the first such weekday of it",
    "day": "Every working day",
}  # fmt: skip
STEPS = {"day": 1, "week": 7, "two_weeks": 14}  # days from one period to the next; a month has no fixed number


class Period(NamedTuple):
    """One check-in's time: from the day it opens until the day the next one does. `since` is when the last one did."""

    since: date
    opens: date
    closes: date


def periods(every: str, weekday: str, anchor: date, day: date) -> Iterator[Period]:
    """The period that holds `day`, or the first one, and all that follow it; none opens before `anchor`."""
    number = WEEKDAYS.index(weekday)
    opens = _month(anchor, number) if every == "month" else _first(every, number, anchor)
    if opens < anchor:
        opens = after(every, number, opens)
    if day > opens and every != "month":
        opens += timedelta(days=(day - opens).days // STEPS[every] * STEPS[every])
    while (following := after(every, number, opens)) <= day:
        opens = following
    while True:
        yield Period(_before(every, number, opens), opens, after(every, number, opens))
        opens = after(every, number, opens)


def days(chosen: str) -> list[tuple[str, str]]:
    """The days one may choose: those on which teams work, and the one that was chosen before."""
    return [(name, name.capitalize()) for number, name in enumerate(WEEKDAYS) if number < 5 or name == chosen]


def after(every: str, number: int, opens: date) -> date:
    """The day on which the period after this one opens; `number` is the weekday, Monday being 0."""
    if every == "month":
        return _month(date(opens.year + opens.month // 12, opens.month % 12 + 1, 1), number)
    return opens + timedelta(days=STEPS[every])


def _before(every: str, number: int, opens: date) -> date:
    if every == "month":
        return _month(opens.replace(day=1) - timedelta(days=1), number)
    return opens - timedelta(days=STEPS[every])


def _first(every: str, number: int, anchor: date) -> date:
    return anchor if every == "day" else anchor + timedelta(days=(number - anchor.weekday()) % 7)


def _month(day: date, number: int) -> date:
    """The first such weekday of the day's month."""
    first = day.replace(day=1)
    return first + timedelta(days=(number - first.weekday()) % 7)

"""The times that a poll proposes: how a form names them, and which can't be."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot import times
from bot.domain import event_plans
from bot.domain.event_plans import LONGEST, SHORTEST
from bot.errors import FieldError

MOST = 10
A_YEAR = timedelta(days=366)
Row = tuple[date | None, time | None]  # a day and an hour as a form has them


class Proposed(NamedTuple):
    """A slot of a form, and its place there."""

    number: int
    starts: datetime


def understood(rows: Sequence[Row], zone: str) -> list[Proposed]:
    """The slots that a form names: what a row leaves out, its day or its hour, is that of the row before.

    Raises FieldError where a row has no such, or where the clocks skip its hour.
    """
    found: list[Proposed] = []
    day: date | None = None
    hour: time | None = None
    for number, (own_day, own_hour) in enumerate(rows, start=1):
        if own_day is None and own_hour is None:
            continue
        day, hour = own_day or day, own_hour or hour
        if day is None:
            raise FieldError(f"day{number}", "Please choose its day too.")
        if hour is None:
            raise FieldError(f"at{number}", "Please choose its hour too.")
        found.append(Proposed(number, _start(day, hour, zone, number)))
    return found


def check(proposed: Sequence[Proposed], *, minutes: int, closes: datetime, zone: str, now: datetime) -> None:
    """Raises FieldError, in words, where a poll can't be about that."""
    if not proposed:
        raise FieldError("day1", "Please choose at least one time.")
    if len(proposed) > MOST:
        raise FieldError(f"day{proposed[MOST].number}", f"At most {MOST} times fit. Please leave some out.")
    seen: dict[datetime, int] = {}
    for number, starts in proposed:
        if starts <= now:
            raise FieldError(f"day{number}", f"{times.words(starts, zone)} has passed. Please choose a time to come.")
        if starts > now + A_YEAR:
            raise FieldError(f"day{number}", "That is more than a year away. Please choose an earlier day.")
        if starts in seen:
            raise FieldError(f"day{number}", f"That is the same as time {seen[starts]}. Please choose another.")
        seen[starts] = number
    if not SHORTEST <= minutes <= LONGEST:
        raise FieldError("minutes", f"Please give {SHORTEST} to {LONGEST:,} minutes.")
    if closes <= now:
        raise FieldError("until", f"{times.words(closes, zone)} has passed. Please choose a time to come.")
    if closes > min(seen):
        first = times.words(min(seen), zone)
        raise FieldError("until", f"By then the first of the times, {first}, has passed. Please choose an earlier one.")


def _start(day: date, hour: time, zone: str, number: int) -> datetime:
    try:
        return event_plans.start(day, hour, zone)
    except FieldError as skipped:
        raise FieldError(f"at{number}", str(skipped)) from skipped

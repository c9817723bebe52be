"""Whose turn it is to be asked and from which day on, and what fits into a day's message; pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import times
from bot.domain.asks import TOMORROW, Ask, Put
from bot.domain.reasons import Reason

MOST_LINES = 3
ABSENT = 3  # days after the one in question; who is away for all of them isn't waited for
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """The next time that something may be put: to one of these, the first of them best, from a day on."""

    whom: tuple[int, ...]
    on: date
    since: datetime
    wanted: str = ""


@dataclass(frozen=True)
class Line:
    """Something that may stand in somebody's message, and how it ranks among others."""

    key: str
    rank: int
    on: date
    wanted: str = ""


@dataclass(frozen=True)
class Day:
    """One person's message of one day, with what it has no room for; no message where only that is left."""

    person: int
    day: date
    at: datetime
    until: datetime  # from then on it is another day
    put: tuple[Line, ...]
    held: tuple[Line, ...]
    full_week: bool = False  # held because the week's messages are out


def turn(
    reason: Reason, ask: Ask | None, puts: Sequence[Put], *, most: int, again: int, holidays: Collection[str] = ()
) -> Turn | None:
    """When it is put next, or None where it was put as often as it may be; `puts` are those that went out.

    What a person wanted comes once, and counts toward nothing. The second time unasked is the deputy's.
    """
    taker = (ask.taken_by,) if ask and ask.taken_by else ()
    whom = (*taker, *(one for one in reason.whom if one not in taker))
    if ask and ask.wanted_on and ask.wanted_at and not _came(ask, puts):
        first = (ask.wanted_by,) if ask.wanted == TOMORROW and ask.wanted_by in whom else ()
        return Turn(_in_order(first, whom), ask.wanted_on, ask.wanted_at, ask.wanted)
    if reason.days:
        return _on_their_days(reason, whom, puts, taken=bool(taker))
    times_put = sum(put.wanted == "" for put in puts)
    if times_put >= most:
        return None
    if times_put == 0:
        return Turn(whom, reason.on, reason.since)
    last = max(put.day for put in puts)
    second = whom if taker else whom[1:]
    return Turn(_in_order(second, whom), times.working_days_after(last, again, holidays), reason.since)


def addressee(turn: Turn, off: Callable[[int], Collection[str]], today: date) -> int | None:
    """Who is asked: the first who isn't away for days to come, else the first, who is waited for."""
    on = max(turn.on, today)
    around = (one for one in turn.whom if not _stays_away(off(one), on))
    return next(around, turn.whom[0] if turn.whom else None)


def choose(lines: Iterable[Line], *, sent: int, a_week: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """What goes into a message and what is held, where that many of the week's messages are out already.

    First what a person wanted, then by usefulness, the oldest first. What its reader put off comes in any week.
    """
    ordered = sorted(lines, key=lambda line: (not line.wanted, line.rank, line.on, line.key))
    may = [line for line in ordered if line.wanted == TOMORROW or sent < a_week][:MOST_LINES]
    return tuple(may), tuple(line for line in ordered if line not in may)


def spread(
    person: int,
    first: Iterable[tuple[Line, datetime]],
    slot: Callable[[Line, date], datetime],
    *,
    zone: str,
    taken: Collection[date],
    sent: Collection[date],
    a_week: int,
    until: datetime,
) -> Iterator[Day]:
    """One person's days in their order: what doesn't go on one is looked at on the next.

    `taken` are days on which they were written to or aren't to be, `sent` those that count toward a week.
    """
    waiting, counted = dict(first), list(sent)
    while waiting and (at := min(waiting.values())) < until:
        day = times.local_day(at, zone)
        here = [line for line, when in waiting.items() if times.local_day(when, zone) == day]
        put: tuple[Line, ...] = ()
        if day not in taken:
            this_week = sum(_monday(one) == _monday(day) for one in counted)
            put, held = choose(here, sent=this_week, a_week=a_week)
            yield Day(person, day, at, _midnight(day, zone), put, held, full_week=this_week >= a_week)
            counted += [day] if any(line.wanted != TOMORROW for line in put) else []
        waiting = {
            line: slot(line, day + A_DAY) if line in here else when for line, when in waiting.items() if line not in put
        }


def _on_their_days(reason: Reason, whom: tuple[int, ...], puts: Sequence[Put], *, taken: bool) -> Turn | None:
    """The next of the fixed days after it was last put; the last of them is the deputy's, unless somebody took it."""
    last = max((put.day for put in puts), default=None)
    on = next((day for day in reason.days if last is None or day > last), None)
    if on is None:
        return None
    is_last = on == reason.days[-1] and last is not None and not taken
    return Turn(_in_order(whom[1:] if is_last else whom, whom), on, reason.since)


def _came(ask: Ask, puts: Sequence[Put]) -> bool:
    """Whether what a person wanted was put since."""
    assert ask.wanted_on is not None
    return any(put.wanted == ask.wanted and put.day >= ask.wanted_on for put in puts)


def _in_order(first: tuple[int | None, ...], others: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in (*first, *others) if one is not None))


def _stays_away(off: Collection[str], on: date) -> bool:
    return all((on + timedelta(days=count)).isoformat() in off for count in range(ABSENT + 1))


def _midnight(day: date, zone: str) -> datetime:
    return times.at(day + A_DAY, time(0), zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

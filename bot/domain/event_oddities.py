"""What somebody may not have meant by dates that they plan or move: nothing of it is refused, all of it is said."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import times
from bot.domain import event_facts, events
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.events import Event, Meeting

A_FORTNIGHT = timedelta(days=14)  # the longest that a date lasts
NIGHT = (time(21), time(7))  # nobody calls others then without meaning to
MANY = 60  # dates of one series: more than a year of weeks
MOST = 3  # named


def found(
    session: Session, collaborative: Collaborative, starts: Sequence[datetime], lasts: timedelta,
    besides: Event | Meeting | None, teams: Collection[int],
) -> list[str]:  # fmt: skip
    """A sentence for each: after the end, at one time with others, at night, on days off, and very many."""
    if not starts:
        return []
    days = [day for start in starts for day in _days(start, lasts, collaborative.timezone)]
    told = (
        _many(starts, collaborative.timezone), _beyond(collaborative, starts),
        clashes(session, collaborative, starts, lasts, besides, teams), _at_night(starts, collaborative.timezone),
        _on(days, [day for day in days if day.weekday() not in times.WEEKDAYS], "a weekend"),
        _on(days, [day for day in days if day.isoformat() in collaborative.holidays], "a holiday of all teams"),
    )  # fmt: skip
    return [one for one in told if one]


def clashes(
    session: Session, collaborative: Collaborative, starts: Sequence[datetime], lasts: timedelta,
    besides: Event | Meeting | None, teams: Collection[int],
) -> str:  # fmt: skip
    """What else takes place for any of these teams, or for anybody, while one of these dates does; empty for nothing.

    What is planned or moved itself, `besides`, is left out.
    """
    if not starts:
        return ""
    near = events.between(session, collaborative, min(starts) - A_FORTNIGHT, max(starts) + lasts)
    found = [
        one
        for one in near
        if one.starts and not _is(one, besides) and one.event.is_for(*teams)
        and any(one.starts < start + lasts and start < one.starts + one.lasts for start in starts)
    ]  # fmt: skip
    named = [f"{one.event.title}, {times.words(one.known_as, collaborative.timezone)}" for one in found[:MOST]]
    more = f"; and {event_facts.counted(len(found) - MOST, 'more date')}" if len(found) > MOST else ""
    return f"At the same time takes place: {'; '.join(named)}{more}." if found else ""


def _is(one: Meeting, besides: Event | Meeting | None) -> bool:
    """Whether it is what is planned or moved itself: an event as a whole, or one date of it."""
    if isinstance(besides, Meeting):
        return (one.event.id, one.planned) == (besides.event.id, besides.planned)
    return besides is not None and one.event.id == besides.id


def _many(starts: Sequence[datetime], zone: str) -> str:
    last = times.day(times.local_day(starts[-1], zone))
    return f"That is {len(starts)} dates, the last on {last}." if len(starts) > MANY else ""


def _beyond(collaborative: Collaborative, starts: Sequence[datetime]) -> str:
    late = sum(is_over(collaborative, times.local_day(one, collaborative.timezone)) for one in starts)
    if not late or not collaborative.ends:
        return ""
    whose = event_facts.counted(late, "date") + (" of it comes" if late == 1 else " of it come")
    comes = "It comes" if len(starts) == 1 else whose
    end = times.day(collaborative.ends)
    return f"{comes} after {collaborative.name} ends, on {end}: nobody is asked or reminded then."


def _at_night(starts: Sequence[datetime], zone: str) -> str:
    hours = sorted({hour for one in starts if times.within(hour := one.astimezone(ZoneInfo(zone)).time(), NIGHT)})
    return f"{times.hour(hours[0])} is at night in {zone}." if hours else ""


def _on(days: Sequence[date], off: Sequence[date], what: str) -> str:
    if not off:
        return ""
    if len(off) == len(days) > MOST:
        return f"All of its days are on {what}."
    named = ", ".join(times.day(day) for day in off[:MOST])
    more = f" and {len(off) - MOST} more" if len(off) > MOST else ""
    return f"{named}{more} {'is' if len(off) == 1 else 'are'} on {what}."


def _days(start: datetime, lasts: timedelta, zone: str) -> Iterator[date]:
    """Every day of one date, from its first minute to its last."""
    first, last = times.local_day(start, zone), times.local_day(start + lasts - timedelta(microseconds=1), zone)
    return (first + timedelta(days=count) for count in range((last - first).days + 1))

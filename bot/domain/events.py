"""Learning sessions, action-period calls and other dates the collaborative meets on."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot import times
from bot.domain import recurrence
from bot.domain.collaboratives import Collaborative

KINDS = ("call", "session", "coaching", "office_hours", "congress")
TOGETHER = ("session", "congress")  # whole days on which everybody is in one room


class Event(SQLModel, table=True):
    """One date, or a series by an RFC 5545 rule in the collaborative's zone."""

    __table_args__ = (UniqueConstraint("collaborative_id", "title", "starts"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    title: str
    kind: str
    starts: datetime
    ends: datetime | None = None
    minutes: int = 60
    repeats: str = ""
    join_url: str = ""
    host_team_id: int | None = Field(default=None, foreign_key="team.id")
    agenda: str = ""


def next_call(session: Session, collaborative: Collaborative, now: datetime) -> dict[str, Any] | None:
    """Title and start of the next date the collaborative meets on, or None when none is known."""
    rows = session.exec(select(Event).where(Event.collaborative_id == collaborative.id).order_by(col(Event.id)))
    return next_of(rows, collaborative.timezone, now)


def next_of(rows: Iterable[Event], zone: str, now: datetime) -> dict[str, Any] | None:
    """The same of events that were read before."""
    coming = [
        (start, event.title)
        for event in rows
        if (start := recurrence.next_start(event.starts, event.repeats, zone, now))
    ]
    return {"title": min(coming)[1], "starts": min(coming)[0]} if coming else None


def days_together(session: Session, collaborative: Collaborative, since: date, until: date) -> frozenset[str]:
    """The ISO dates from `since` to `until` on which the collaborative meets for a learning session or its congress."""
    rows = session.exec(select(Event).where(Event.collaborative_id == collaborative.id, col(Event.kind).in_(TOGETHER)))
    zone = collaborative.timezone
    return frozenset(day.isoformat() for event in rows for day in _days(event, zone, since, until))


def _days(event: Event, zone: str, since: date, until: date) -> Iterator[date]:
    """Every day of each of the event's dates that begins in time, from its first minute to its last."""
    length = (event.ends - event.starts) if event.ends else timedelta(minutes=event.minutes)
    begins_at = times.at(since, times.MIDNIGHT, zone) - length
    while (start := recurrence.next_start(event.starts, event.repeats, zone, begins_at)) is not None:
        first, last = times.local_day(start, zone), times.local_day(start + length - timedelta(microseconds=1), zone)
        if first > until:
            return
        yield from (first + timedelta(days=count) for count in range((last - first).days + 1))
        begins_at = start + timedelta(microseconds=1)

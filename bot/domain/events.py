"""Learning sessions, action-period calls and other dates the collaborative meets on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
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


def days_together(session: Session, collaborative_id: int | None) -> frozenset[str]:
    """The ISO dates on which the collaborative meets for a learning session or its congress."""
    rows = select(Event, Collaborative.timezone).join(Collaborative).where(
        Event.collaborative_id == collaborative_id, col(Event.kind).in_(TOGETHER)
    )  # fmt: skip
    days = (
        _days(event.starts, event.ends or event.starts + timedelta(minutes=event.minutes), event.repeats, zone)
        for event, zone in session.exec(rows)
    )
    return frozenset().union(*days)


@lru_cache(maxsize=1000)
def _days(starts: datetime, ends: datetime, repeats: str, zone: str) -> frozenset[str]:
    """Every day of each of an event's dates, from its first minute to its last."""
    days: set[str] = set()
    for start in recurrence.all_starts(starts, repeats, zone):
        first = times.local_day(start, zone)
        last = times.local_day(start + (ends - starts) - timedelta(microseconds=1), zone)
        days |= {(first + timedelta(days=count)).isoformat() for count in range((last - first).days + 1)}
    return frozenset(days)

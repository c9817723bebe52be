"""Learning sessions, action-period calls and other dates the collaborative meets on, as they are by now."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import times
from bot.domain import recurrence
from bot.domain.collaboratives import Collaborative
from bot.statements import once_a_look, query

KINDS = ("call", "session", "coaching", "office_hours", "congress")
DROP_IN = ("office_hours",)  # whoever likes comes, and nobody is asked whether
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
    team_ids: list[int] = Field(default_factory=list, sa_type=JSON)  # whom it is for; none: every team
    host_team_id: int | None = Field(default=None, foreign_key="team.id")
    hosts_in_turn: bool = False  # another team hosts each date
    presenters: int = 0  # so many teams present at each date, in turn
    agenda: str = ""
    uid: str = Field(default_factory=lambda: uuid4().hex, unique=True)  # by which calendars know it
    sequence: int = 0  # raised with whatever calendars have to learn of it
    made_by: int | None = Field(default=None, foreign_key="person.id")  # None: it came with a file
    edited_by: int | None = Field(default=None, foreign_key="person.id")
    edited_at: datetime | None = None  # in Slack, from when on a file changes it no more
    ended_at: datetime | None = None  # from when on none of its dates takes place, by somebody's word

    def is_for(self, *teams: int | None) -> bool:
        """Whether it is for any of these teams; whoever is in none, such as staff, has all events."""
        return not self.team_ids or not teams or not {*self.team_ids}.isdisjoint(teams)


class EventChange(SQLModel, table=True):
    """One date of an event that somebody moved, canceled or put back; loading a file again leaves it as it is."""

    __table_args__ = (UniqueConstraint("event_id", "planned"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    before: datetime | None = None  # the start before it was last changed
    starts: datetime | None = None  # None: it is canceled
    words: str = ""
    version: int = 1  # raised with each change
    person_id: int = Field(foreign_key="person.id")
    changed_at: datetime


@dataclass(frozen=True)
class Meeting:
    """One date of an event, with what was changed about it."""

    event: Event
    planned: datetime
    change: EventChange | None = None

    @property
    def starts(self) -> datetime | None:
        """When it begins; None where it is canceled."""
        return self.change.starts if self.change else self.planned

    @property
    def known_as(self) -> datetime:
        """When it begins or, where it is canceled, was to begin."""
        return self.starts or (self.change and self.change.before) or self.planned

    @property
    def lasts(self) -> timedelta:
        """How long it takes, wherever it was moved."""
        return (self.event.ends or self.event.starts + timedelta(minutes=self.event.minutes)) - self.event.starts

    @property
    def version(self) -> int:
        """How often it was moved, canceled or put back; 0 where it stands as it was planned."""
        return self.change.version if self.change else 0

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended or, where it is canceled, would have."""
        return self.known_as + self.lasts <= now


def is_asked(event: Event) -> bool:
    """Whether people are asked whether they come, and may say so."""
    return event.kind not in DROP_IN


Changes = Mapping[int, Mapping[datetime, EventChange]]  # of an event's row, by the start that its rule gives


def changes(session: Session, collaborative_id: int | None = None) -> Changes:
    """What was changed about single dates, in one collaborative or in all."""
    theirs = _every_change(session) if collaborative_id is None else _changes_in(session, collaborative_id)
    found: dict[int, dict[datetime, EventChange]] = {}
    for one in theirs:
        found.setdefault(one.event_id, {})[one.planned] = one
    return found


def meetings(event: Event, changed: Changes, zone: str) -> Iterator[Meeting]:
    """Every date of an event in the order of its rule; a change of a date that the rule no longer gives counts no more.

    A moved date stands where it was planned, a canceled one too.
    """
    theirs = changed.get(event.id or 0, {})
    return (
        Meeting(event, start, theirs.get(start)) for start in recurrence.all_starts(event.starts, event.repeats, zone)
    )


def next_call(
    session: Session, collaborative: Collaborative, teams: Collection[int], now: datetime
) -> dict[str, Any] | None:
    """Title and start of the next date for any of these teams, or for anybody; None when none is known."""
    return _named(next_meeting(session, collaborative, teams, now))


def next_meeting(
    session: Session, collaborative: Collaborative, teams: Collection[int], now: datetime
) -> Meeting | None:
    """The next date for any of these teams, or for anybody; one to drop in where there is no other."""
    changed = changes(session, collaborative.id)
    every = [one for one in _of_collaborative(session, collaborative.id) if one.is_for(*teams)]
    for rows in ([one for one in every if one.kind not in DROP_IN], every):
        if found := _first(rows, changed, collaborative.timezone, now):
            return found
    return None


def next_of(rows: Iterable[Event], changed: Changes, zone: str, now: datetime) -> dict[str, Any] | None:
    """Title and start of the next of events that were read before, with what was changed about them."""
    return _named(_first(rows, changed, zone, now))


def between(session: Session, collaborative: Collaborative, since: datetime, until: datetime) -> list[Meeting]:
    """The dates that begin, or were to begin, in this time."""
    changed = changes(session, collaborative.id)
    rows = _of_collaborative(session, collaborative.id)
    every = (one for event in rows for one in meetings(event, changed, collaborative.timezone))
    return [one for one in every if since <= one.known_as < until]


@once_a_look
def days_together(session: Session, collaborative_id: int | None) -> frozenset[str]:
    """The ISO dates on which the collaborative meets for a learning session or its congress."""
    found: dict[tuple[datetime, datetime, str, str], set[tuple[datetime, datetime | None]]] = {}
    rows: Iterable[tuple[Event, str, EventChange | None]] = _together(session, collaborative_id)
    for event, zone, change in rows:
        if event.team_ids:  # the others work that day
            continue
        ends = event.ends or event.starts + timedelta(minutes=event.minutes)
        changed = found.setdefault((event.starts, ends, event.repeats, zone), set())
        if change:
            changed.add((change.planned, change.starts))
    return frozenset().union(*(_days(*event, frozenset(changed)) for event, changed in found.items()))


@query
def _of_collaborative(row: int | None) -> SelectOfScalar[Event]:
    return select(Event).where(Event.collaborative_id == row).order_by(col(Event.id))


@query
def _every_change() -> SelectOfScalar[EventChange]:
    return select(EventChange)


@query
def _changes_in(collaborative: int) -> SelectOfScalar[EventChange]:
    return select(EventChange).join(Event).where(Event.collaborative_id == collaborative)


@query
def _together(collaborative: int | None) -> Select[Event, str, EventChange]:
    """Whole days on which all meet, with the zone they are in and what was changed about each date."""
    return (
        select(Event, Collaborative.timezone, EventChange)
        .join(Collaborative)
        .outerjoin(EventChange, col(EventChange.event_id) == Event.id)
        .where(Event.collaborative_id == collaborative, col(Event.kind).in_(TOGETHER))
    )


def _first(rows: Iterable[Event], changed: Changes, zone: str, now: datetime) -> Meeting | None:
    coming = (one for event in rows if (one := _next(event, changed, zone, now)))
    return min(coming, key=lambda one: (one.known_as, one.event.title), default=None)


def _named(meeting: Meeting | None) -> dict[str, Any] | None:
    return {"title": meeting.event.title, "starts": meeting.starts} if meeting else None


def _next(event: Event, changed: Changes, zone: str, now: datetime) -> Meeting | None:
    """The first date of an event at or after `now`; mostly none is moved, and then the first one found is it."""
    theirs = changed.get(event.id or 0)
    if not theirs:
        start = recurrence.next_start(event.starts, event.repeats, zone, now)
        return Meeting(event, start) if start else None
    coming = (one for one in meetings(event, changed, zone) if one.starts and one.starts >= now)
    return min(coming, key=lambda one: one.known_as, default=None)


@lru_cache(maxsize=1000)
def _days(
    starts: datetime,
    ends: datetime,
    repeats: str,
    zone: str,
    changed: frozenset[tuple[datetime, datetime | None]],
) -> frozenset[str]:
    """Every day of each of an event's dates, from its first minute to its last."""
    days: set[str] = set()
    moved = dict(changed)
    for planned in recurrence.all_starts(starts, repeats, zone):
        start = moved.get(planned, planned)
        if start is None:
            continue
        first = times.local_day(start, zone)
        last = times.local_day(start + (ends - starts) - timedelta(microseconds=1), zone)
        days |= {(first + timedelta(days=count)).isoformat() for count in range((last - first).days + 1)}
    return frozenset(days)

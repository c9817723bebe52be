"""Who comes to a call or session: one answer for each person and date, and a team comes when anybody of it does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import times
from bot.domain import recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.events import DROP_IN, Event, EventChange, Meeting
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team
from bot.statements import once_a_look, query


class Rsvp(SQLModel, table=True):
    """What one person said, or somebody for them, of one date; it counts until that date is changed."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    version: int  # of what had been changed about the date by then
    person_id: int = Field(foreign_key="person.id")
    coming: bool
    by_id: int = Field(foreign_key="person.id")  # who said so: themself, a team-mate, or a coordinator
    said_at: datetime


class Invited(SQLModel, table=True):
    """One team and one date that it is asked to come to."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime
    team_id: int = Field(foreign_key="team.id")


class Said(NamedTuple):
    """What somebody of a team says by now; whoever is in two teams speaks for both."""

    team: int
    person: int
    name: str
    coming: bool


@dataclass(frozen=True)
class Tally:
    """How many of the teams come, each with who does, and of how many all who answered can't."""

    coming: tuple[tuple[str, tuple[str, ...]], ...]
    cannot: int
    teams: int


@once_a_look
def meeting(session: Session, event_id: int, planned: datetime) -> Meeting | None:
    """That date of that event, with what was changed about it; None where the calendar has no such date any more."""
    event = session.get(Event, event_id)
    if event is None:
        return None
    zone = session.get_one(Collaborative, event.collaborative_id).timezone
    if planned not in recurrence.all_starts(event.starts, event.repeats, zone):
        return None
    return Meeting(event, planned, _change(session, event_id, planned).first())


@query
def _change(event: int, planned: datetime) -> SelectOfScalar[EventChange]:
    return select(EventChange).where(EventChange.event_id == event, EventChange.planned == planned)


def zone(session: Session, date: Meeting) -> str:
    """Where the collaborative of a date is."""
    return session.get_one(Collaborative, date.event.collaborative_id).timezone


def answer(session: Session, date: Meeting, person: int, *, coming: bool, by: int, now: datetime) -> None:
    """From now on this is what they say of that date; an earlier answer gives way."""
    row = of_person(session, date, person) or Rsvp(
        event_id=date.event.id or 0, planned=date.planned, version=0, person_id=person, coming=coming, by_id=by,
        said_at=now,
    )  # fmt: skip
    row.version, row.coming, row.by_id, row.said_at = date.version, coming, by, now
    session.add(row)
    session.flush()


def of_person(session: Session, date: Meeting, person: int) -> Rsvp | None:
    """Their row for that date, whether or not it still counts."""
    theirs = select(Rsvp).where(
        Rsvp.event_id == date.event.id, Rsvp.planned == date.planned, Rsvp.person_id == person
    )  # fmt: skip
    return session.exec(theirs).first()


def says(session: Session, date: Meeting, person: int) -> bool | None:
    """Whether they come, by an answer that counts; None where there is none."""
    row = counting(session, date, person)
    return row.coming if row else None


def counting(session: Session, date: Meeting, person: int) -> Rsvp | None:
    """Their row for that date while it counts."""
    row = of_person(session, date, person)
    return row if row and row.version == date.version else None


def said(session: Session, date: Meeting) -> list[Said]:
    """Every answer that counts, of people who are still in a team that it is for."""
    every = _said(session, date.event.id or 0, date.planned, date.version)
    return [one for one in every if date.event.is_for(one.team)]


def staff(session: Session, date: Meeting) -> list[Said]:
    """The answers that count of those who are in no team: faculty and whoever coordinates."""
    rows = select(Person.id, Person.name, Rsvp.coming).where(
        Rsvp.person_id == Person.id, Membership.person_id == Person.id,
        Rsvp.event_id == date.event.id, Rsvp.planned == date.planned, Rsvp.version == date.version,
        Membership.collaborative_id == date.event.collaborative_id, col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
    )  # fmt: skip
    in_a_team = {one.person for one in said(session, date)}
    found = session.exec(rows.order_by(col(Rsvp.said_at), col(Rsvp.id)))
    return [Said(0, row or 0, name or "somebody", comes) for row, name, comes in found if row not in in_a_team]


def of_team(session: Session, date: Meeting, team: int) -> list[Said]:
    """The answers that count of one team."""
    return [one for one in said(session, date) if one.team == team]


def answered(session: Session, date: Meeting) -> dict[int, int]:
    """The rows of all whose answers count, and of who gave each."""
    rows = select(Rsvp.person_id, Rsvp.by_id).where(
        Rsvp.event_id == date.event.id, Rsvp.planned == date.planned, Rsvp.version == date.version
    )
    return dict(session.exec(rows).all())


def has_lapsed(session: Session, change: EventChange) -> bool:
    """Whether anybody's answer was for how a date stood before this change, and has to be given anew."""
    before = select(Rsvp.id).where(
        Rsvp.event_id == change.event_id, Rsvp.planned == change.planned, Rsvp.version < change.version
    )
    return session.exec(before.limit(1)).first() is not None


def at_work(session: Session, collaborative: int) -> list[Team]:
    """The teams that take part, in their order."""
    theirs = select(Team).where(Team.collaborative_id == collaborative, col(Team.status).not_in(GONE))
    return list(session.exec(theirs.order_by(col(Team.id))))


def asked(session: Session, event: Event) -> list[Team]:
    """The teams that an event is for and that take part: whoever counts, asks or tells teams of a date asks here."""
    return [one for one in at_work(session, event.collaborative_id) if event.is_for(one.id)]


def teams_of(session: Session, person: int, collaborative: int) -> list[Team]:
    """The teams for which somebody comes: those they are in that take part in the collaborative."""
    theirs = select(Team).join(Membership, col(Membership.team_id) == Team.id).where(
        Membership.person_id == person, col(Membership.left_at).is_(None), Team.collaborative_id == collaborative,
        col(Team.status).not_in(GONE),
    )  # fmt: skip
    return list(session.exec(theirs.order_by(col(Team.id))))


def speaks_for(session: Session, event: Event, person: int) -> list[Team]:
    """Those of them that an event is for."""
    return [one for one in teams_of(session, person, event.collaborative_id) if event.is_for(one.id)]


def members(session: Session, team: int) -> list[Person]:
    """The people of a team, also those whom Slack doesn't know yet, whoever is longest in it first."""
    here = select(Person).join(Membership).where(Membership.team_id == team, col(Membership.left_at).is_(None))
    return list(session.exec(here.order_by(col(Membership.id))))


def tally(session: Session, date: Meeting) -> Tally:
    """The count of a date, for its card."""
    return counted(asked(session, date.event), said(session, date), date.known_as)


def counted(teams: Sequence[Team], answers: Sequence[Said], starts: datetime) -> Tally:
    """The same of rows: a team that takes a pause on that day isn't counted, unless somebody comes all the same."""
    coming = {team.id: tuple(one.name for one in answers if one.team == team.id and one.coming) for team in teams}
    rests = {team.id for team in teams if pauses_then(team, starts) and not coming[team.id]}
    cannot = {one.team for one in answers} & set(coming) - rests
    return Tally(
        tuple((team.name, coming[team.id]) for team in teams if coming[team.id]),
        sum(not coming[team] for team in cannot),
        len(coming) - len(rests),
    )


def pauses_then(team: Team, starts: datetime) -> bool:
    """Whether the team's pause lasts beyond the day on which a date begins."""
    until = team.status_until
    return bool(team.status == "paused" and until and times.local_day(starts, team.timezone) < until)


def uninvited(session: Session, collaborative: int, dates: Sequence[Meeting]) -> Iterator[Invited]:
    """Rows that are lacking for the teams that take part, to be added; to drop in nobody is invited by name."""
    dates = [one for one in dates if one.event.kind not in DROP_IN]
    if not dates:
        return
    rows = select(Invited.event_id, Invited.planned, Invited.team_id).where(
        col(Invited.event_id).in_({one.event.id for one in dates}), Invited.planned >= min(one.planned for one in dates)
    )
    there = set(session.exec(rows))
    for date, team in product(dates, at_work(session, collaborative)):
        if date.event.is_for(team.id) and (date.event.id, date.planned, team.id) not in there:
            yield Invited(event_id=date.event.id or 0, planned=date.planned, team_id=team.id or 0)


def invited(session: Session, date: Meeting, teams: Iterable[Team]) -> list[int]:
    """The rows in which these teams are asked to come to a date."""
    rows = select(Invited.id).where(
        Invited.event_id == date.event.id, Invited.planned == date.planned,
        col(Invited.team_id).in_([team.id for team in teams]),
    )  # fmt: skip
    return [row for row in session.exec(rows.order_by(col(Invited.id))) if row]


@once_a_look
def _said(session: Session, event_id: int, planned: datetime, version: int) -> list[Said]:
    found = _answers(session, event_id, planned, version)
    return [Said(team or 0, person or 0, name or "somebody", coming) for team, person, name, coming in found]


@query
def _answers(event: int, planned: datetime, version: int) -> Select[int | None, int | None, str | None, bool]:
    rows = select(Membership.team_id, Person.id, Person.name, Rsvp.coming).join(
        Rsvp, col(Rsvp.person_id) == Person.id
    ).join(Membership, col(Membership.person_id) == Person.id).join(Team, col(Team.id) == Membership.team_id).join(
        Event, (col(Event.id) == Rsvp.event_id) & (col(Event.collaborative_id) == Team.collaborative_id)
    ).where(
        Rsvp.event_id == event, Rsvp.planned == planned, Rsvp.version == version, col(Membership.left_at).is_(None)
    )  # fmt: skip
    return rows.order_by(col(Membership.id))

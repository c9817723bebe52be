"""Which teams host a call and present at it: in turn, whoever's last time is longest ago, with all times kept."""

from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, delete, func, select

from bot import times
from bot.domain import rsvps
from bot.domain.events import Event, Meeting
from bot.domain.people import Person
from bot.domain.teams import GONE, Team

HOSTS, PRESENTS = "hosts", "presents"


class Presenting(SQLModel, table=True):
    """One team's turn at one date."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "team_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    team_id: int = Field(foreign_key="team.id")
    role: str  # HOSTS or PRESENTS
    by_id: int | None = Field(default=None, foreign_key="person.id")  # who swapped it there; None: it was its turn
    at: datetime


def of(session: Session, meeting: Meeting, role: str) -> list[Team]:
    """Whose turn it is at this date, in the order of the rotation; a team that left before it has none."""
    rows = select(Team).join(Presenting).where(*_at(meeting), Presenting.role == role)
    return [one for one in session.exec(rows.order_by(col(Presenting.id))) if not _has_left(one, meeting)]


def host(session: Session, meeting: Meeting) -> Team | None:
    """The team that hosts this date: whose turn it is, or the one that hosts them all."""
    row = meeting.event.host_team_id
    of_all = session.get(Team, row) if row else None
    in_turn = next(iter(of(session, meeting, HOSTS)), None)
    return in_turn or (of_all if of_all and not _has_left(of_all, meeting) else None)


def lacks(session: Session, date: Meeting) -> list[tuple[str, int]]:
    """How many turns of each role nobody has yet, where there are teams that could have them."""
    wanted = {PRESENTS: date.event.presenters, HOSTS: int(date.event.hosts_in_turn)}
    if not any(wanted.values()):
        return []
    room = sum(not rsvps.pauses_then(one, date.known_as) for one in rsvps.asked(session, date.event))
    found = {role: min(count, room) - len(of(session, date, role)) for role, count in wanted.items()}
    return [(role, count) for role, count in found.items() if count > 0]


def assign(session: Session, date: Meeting, role: str, count: int, now: datetime) -> list[Team]:
    """Give the turns that nobody has yet to the teams that are next; returns these."""
    taken = {team.id for team in of(session, date, role)}
    chosen = [team for team, _ in queue(session, date, role) if team.id not in taken][:count]
    for team in chosen:
        _add(session, date, team, role, None, now)
    return chosen


def queue(session: Session, date: Meeting, role: str) -> list[tuple[Team, datetime | None]]:
    """The teams that take part, whoever is next first, each with its last time before or after this date.

    Fewest turns go first; of these whoever's last one is longest ago, then in the order in which teams joined, which
    hosts follow from its end. A team that pauses then isn't asked, and who hosts doesn't present while others may.
    """
    here = Event.collaborative_id == date.event.collaborative_id
    elsewhere = (Presenting.event_id != date.event.id) | (Presenting.planned != date.planned)
    rows = select(Presenting.team_id, func.count(), func.max(Presenting.planned)).join(Event).where(
        here, Presenting.role == role, elsewhere
    )  # fmt: skip
    counts = {team: (count, last) for team, count, last in session.exec(rows.group_by(col(Presenting.team_id)))}
    other = {team.id for team in of(session, date, PRESENTS if role == HOSTS else HOSTS)} | {date.event.host_team_id}
    teams = [one for one in rsvps.asked(session, date.event) if not rsvps.pauses_then(one, date.known_as)]
    last = {team.id: counts.get(team.id or 0, (0, None)) for team in teams}

    def turn(team: Team) -> tuple[bool, int, float, int]:
        count, latest = last[team.id]
        return (
            team.id in other,
            count,
            latest.timestamp() if latest else 0.0,
            (team.id or 0) * (-1 if role == HOSTS else 1),
        )

    return [(team, last[team.id][1]) for team in sorted(teams, key=turn)]


def swap(session: Session, date: Meeting, role: str, gives: Team, takes: Team, *, by: int, now: datetime) -> None:
    """Another team takes over; both turns of a later date stay as they are."""
    theirs = delete(Presenting).where(*_at(date), col(Presenting.role) == role, col(Presenting.team_id) == gives.id)
    session.exec(theirs)
    if takes.id not in {team.id for team in of(session, date, role)}:
        _add(session, date, takes, role, by, now)


def give_up(session: Session, team: Team, now: datetime) -> list[Presenting]:
    """A team that leaves has no turn any more that is still to come; returns those that it had."""
    theirs = select(Presenting).where(Presenting.team_id == team.id, Presenting.planned > now)
    given_up = list(session.exec(theirs.order_by(col(Presenting.id))))
    for one in given_up:
        session.delete(one)
    session.flush()
    return given_up


def taker(session: Session, date: Meeting, role: str, gave: Team) -> Team | None:
    """Who has the turn that a team gave away, where only one was swapped; None where that can't be told."""
    swapped = select(Team).join(Presenting).where(
        *_at(date), Presenting.role == role, col(Presenting.by_id).is_not(None), Presenting.team_id != gave.id
    )  # fmt: skip
    found = session.exec(swapped).all()
    return found[0] if len(found) == 1 else None


def swapper(session: Session, date: Meeting, role: str, team: Team) -> str:
    """Who gave a team its turn in place of another's, by name; empty where it was its own."""
    by = select(Person.name).join(Presenting, col(Presenting.by_id) == Person.id).where(
        *_at(date), Presenting.role == role, Presenting.team_id == team.id
    )  # fmt: skip
    return session.exec(by).first() or ""


def _has_left(team: Team, meeting: Meeting) -> bool:
    since = team.status_until or date.min
    return team.status in GONE and since <= times.local_day(meeting.known_as, team.timezone)


def _at(date: Meeting) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (col(Presenting.event_id) == date.event.id, col(Presenting.planned) == date.planned)


def _add(session: Session, date: Meeting, team: Team, role: str, by: int | None, now: datetime) -> None:
    session.add(
        Presenting(
            event_id=date.event.id or 0, planned=date.planned, team_id=team.id or 0, role=role, by_id=by, at=now
        )
    )  # fmt: skip
    session.flush()

"""Who was at a call or session: by one's own tap, by the coordinator's roll, or by a meeting tool's list."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select

from bot.domain import activity, event_facts, event_plans, events, rolls, rsvps
from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative
from bot.domain.events import DROP_IN, Meeting
from bot.domain.people import Membership
from bot.domain.teams import GONE, Team
from bot.statements import once_a_look

OPENS, CLOSES = timedelta(minutes=15), timedelta(hours=1)  # before it begins, after it ends
LONGEST = timedelta(days=event_plans.MOST_DAYS + 1)  # that a date lasts, with what follows it
NO_TEAM: list[int | None] = [None]  # of one of the staff
TAP, ROLL, FILE = "tap", "roll", "file"
ATTENDED = "call.attended"  # the act of whoever was there
COUNTED = "call.counted"  # a team was there, the roll doesn't say with whom: no doing of one of its people


class Attendance(SQLModel, table=True):
    """One person of one team at one date; without a person only the team, without a team one of the staff."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "team_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    team_id: int | None = Field(default=None, foreign_key="team.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    here: bool = True  # False where the roll took it back
    how: str  # TAP, ROLL or FILE
    by_id: int = Field(foreign_key="person.id")  # who said so last
    at: datetime


@dataclass
class Present:
    """Who was there: teams, each with its people, and the staff."""

    teams: dict[int, set[int]] = field(default_factory=dict)
    staff: set[int] = field(default_factory=set)

    @property
    def people(self) -> set[int]:
        """Everybody who was there by name."""
        return self.staff.union(*self.teams.values())


def is_open(date: Meeting, now: datetime) -> bool:
    """Whether *I'm here* counts now."""
    return date.starts is not None and not is_early(date, now) and now <= date.starts + date.lasts + CLOSES


def is_early(date: Meeting, now: datetime) -> bool:
    """Whether it is too soon before the date to be there."""
    return now < date.known_as - OPENS


@once_a_look
def on_now(session: Session, collaborative: Collaborative, now: datetime, after: timedelta = CLOSES) -> list[Meeting]:
    """The dates that are about to begin, go on, or ended no longer ago than `after`."""
    near = events.between(session, collaborative, now - LONGEST, now + OPENS + timedelta(seconds=1))
    return [one for one in near if one.starts and not is_early(one, now) and now <= one.starts + one.lasts + after]


def arrive(session: Session, date: Meeting, people: Collection[int], *, how: str, by: int, now: datetime) -> int:
    """They were there, for all of their teams, or as some of the staff; returns how many marks that changed."""
    rows, teams = _by_whom(session, date), _teams_of(session, date, people)
    changed = 0
    for person in people:
        for team in teams.get(person, NO_TEAM):
            row = rows.get((team, person)) or _row(date, team, person)
            changed += _mark(session, date, row, here=True, how=how, by=by, now=now)
    session.flush()
    return changed


def call_roll(
    session: Session, date: Meeting, of: Collection[int], listed: Collection[int], teams: Collection[int],
    people: Collection[int], *, since: datetime, by: int, now: datetime,
) -> int:  # fmt: skip
    """Of the teams `of` these teams and people were there and the others weren't; returns how many marks it changed.

    Whoever was there as some of the staff stays so unless they are `listed`, that is could have been ticked.

    What was said after `since`, when the roll was opened, isn't known to whoever calls it, and stays.
    """
    changed = 0
    for (team, person), row in _by_whom(session, date).items():
        chosen = person in people if person else team in teams
        is_listed = team in of if team else person in listed
        if is_listed and row.here and not chosen and row.at <= since:
            changed += _mark(session, date, row, here=False, how=ROLL, by=by, now=now)
    session.flush()
    changed += arrive(session, date, {*people} - present(session, date).people, how=ROLL, by=by, now=now)
    rows, there = _by_whom(session, date), present(session, date).teams
    for team in {*teams} & {*of} - {*there}:
        row = rows.get((team, None)) or _row(date, team, None)
        changed += _mark(session, date, row, here=True, how=ROLL, by=by, now=now)
    session.flush()
    return changed


def present(session: Session, date: Meeting) -> Present:
    """Who was there."""
    found = Present()
    for row in _rows(session, date):
        if row.here and row.team_id:
            found.teams.setdefault(row.team_id, set()).update([row.person_id] if row.person_id else [])
        elif row.here and row.person_id:
            found.staff.add(row.person_id)
    return found


def absent(session: Session, date: Meeting) -> list[Team]:
    """The teams at work that weren't there; nothing is known before the roll is called, and nobody misses a drop-in."""
    there = present(session, date)
    if not there.teams or date.event.kind in DROP_IN or not rolls.is_called(session, date.event.id, date.planned):
        return []
    teams = rsvps.asked(session, date.event)
    return [one for one in teams if one.id not in there.teams and not rsvps.pauses_then(one, date.known_as)]


def last_roll(session: Session, date: Meeting) -> Attendance | None:
    """What the roll last changed."""
    rolled = [row for row in _rows(session, date) if row.how == ROLL]
    return max(rolled, key=lambda row: row.at, default=None)


def subject(date: Meeting) -> str:
    """What its acts are about."""
    return f"event:{date.event.id}:{event_facts.stamp(date.planned)}"


def _rows(session: Session, date: Meeting) -> list[Attendance]:
    of_date = select(Attendance).where(Attendance.event_id == date.event.id, Attendance.planned == date.planned)
    return list(session.exec(of_date.order_by(col(Attendance.id))))


def _by_whom(session: Session, date: Meeting) -> dict[tuple[int | None, int | None], Attendance]:
    return {(row.team_id, row.person_id): row for row in _rows(session, date)}


def _teams_of(session: Session, date: Meeting, people: Collection[int]) -> dict[int, list[int | None]]:
    """The teams of each that take part: those that it is for, or all, where somebody came of one that it isn't for."""
    rows = select(Membership.person_id, Membership.team_id).join(Team, col(Team.id) == Membership.team_id).where(
        Team.collaborative_id == date.event.collaborative_id, col(Team.status).not_in(GONE),
        col(Membership.left_at).is_(None), col(Membership.person_id).in_(people),
    )  # fmt: skip
    found: dict[int, list[int | None]] = {}
    for person, team in session.exec(rows.order_by(col(Membership.id))):
        found.setdefault(person, []).append(team)
    asked = {person: [team for team in teams if date.event.is_for(team)] for person, teams in found.items()}
    return {person: asked[person] or teams for person, teams in found.items()}


def _row(date: Meeting, team: int | None, person: int | None) -> Attendance:
    return Attendance(
        event_id=date.event.id or 0, planned=date.planned, team_id=team, person_id=person, here=False, how="",
        by_id=0, at=date.planned,
    )  # fmt: skip


def _mark(session: Session, date: Meeting, row: Attendance, *, here: bool, how: str, by: int, now: datetime) -> bool:
    """Somebody, or a team, was there or wasn't, with the act that follows; False where that stood already."""
    if row.here is here:
        return False
    row.here, row.how, row.by_id, row.at = here, how, by, now
    session.add(row)
    if row.team_id:
        _act(session, date, row.team_id, row.person_id, by, now, here=here)
    return True


def _act(session: Session, date: Meeting, team: int, person: int | None, by: int, now: datetime, *, here: bool) -> None:
    """It belongs to the time of the date, however much later somebody says so."""
    kind = ATTENDED if person else COUNTED
    if here:
        at = min(now, date.known_as + date.lasts)
        activity.record(session, kind, team=team, person=person or by, subject=subject(date), now=at)
        return
    whose = [col(Act.person_id) == person] if person else []
    here_as = (col(Act.subject) == subject(date), col(Act.team_id) == team, col(Act.kind) == kind)
    activity.take_back(session, *here_as, *whose)

"""The activity ledger: one row for each defined act of a team, written in the same transaction as the fact.

Beside it stands how often each team did each act in each week, so that a year of 5,000 teams is read in a moment.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case
from sqlmodel import Field, Index, Session, SQLModel, col, delete, func, insert, select

from bot.statements import Prepared, Upsert, table

OF_STAFF = ("data.coached", "call.counted")  # written by coaches and faculty: no doing of one of a team's people
FIRST_TRY = 4  # acts: a cycle planned, run, learned from and decided
RECEIVED = ("shoutout.received", "idea.given")  # what others did for a team
BY_OTHERS = (*OF_STAFF, *RECEIVED)  # by none of a team's people
NOT_THEIRS = ("data.coached", *RECEIVED)  # no contribution of a team; one that was at a call contributed, by whomever


class Act(SQLModel, table=True):
    """Somebody moved the work: a cycle started, ran, was learned from, was decided. Never a message count."""

    __table_args__ = (
        Index("act_by_week", "week", "team_id", "kind", "person_id"),
        Index("act_by_team", "team_id", "week"),
    )

    id: int | None = Field(default=None, primary_key=True)
    week: date  # the Monday it belongs to, in UTC
    team_id: int = Field(foreign_key="team.id")
    kind: str
    person_id: int = Field(foreign_key="person.id")
    at: datetime
    subject: str  # what it was about, as "cycle:7"


class WeeklyActs(SQLModel, table=True):
    """How often a team did one kind of act in one week, and when last; the sum of the ledger's rows at every moment."""

    __table_args__ = ({"sqlite_with_rowid": False},)  # its key is all it is found by

    week: date = Field(primary_key=True)  # a Monday, as in the ledger
    team_id: int = Field(primary_key=True, foreign_key="team.id")
    kind: str = Field(primary_key=True)
    done: int
    last_at: datetime


_WEEKLY = table(WeeklyActs).c
_RECORD = Prepared(insert(table(Act)).inline())
_COUNT = Upsert(
    WeeklyActs, "week", "team_id", "kind",
    changes=lambda new: {
        "done": _WEEKLY.done + 1,
        "last_at": case((new.last_at > _WEEKLY.last_at, new.last_at), else_=_WEEKLY.last_at),
    },
)  # fmt: skip


def record(session: Session, kind: str, *, team: int, person: int, subject: str, now: datetime) -> None:
    """Write one act, and count it in its week; the caller's transaction carries both."""
    week = week_of(now)
    _RECORD(session, week=week, team_id=team, kind=kind, person_id=person, at=now, subject=subject)
    _COUNT(session, team_id=team, week=week, kind=kind, done=1, last_at=now)


def take_back(session: Session, *which: ColumnElement[bool]) -> None:
    """Remove acts that never were, as those of a shout-out that is taken back; their weeks are counted anew."""
    weeks = session.exec(select(col(Act.week), col(Act.team_id), col(Act.kind)).where(*which).distinct()).all()
    session.exec(delete(Act).where(*which))
    for week, team, kind in weeks:
        here = (Act.team_id == team, Act.week == week, Act.kind == kind)
        done, last_at = session.exec(select(func.count(), func.max(Act.at)).where(*here)).one()
        counted = session.get(WeeklyActs, (week, team, kind), populate_existing=True)
        if counted and done:
            counted.done, counted.last_at = done, last_at
            session.add(counted)
        elif counted:
            session.delete(counted)
    session.flush()


def week_of(instant: datetime) -> date:
    """The Monday of the instant's week, UTC."""
    day = instant.date()
    return day - timedelta(days=day.weekday())


def only_one(session: Session, team: int, *, since: datetime) -> bool:
    """Whether one person alone did all that the team did since then, and it was more than a first try."""
    acts = select(func.count(), func.count(func.distinct(Act.person_id))).where(
        Act.team_id == team, Act.at >= since, col(Act.kind).not_in(BY_OTHERS)
    )
    done, people = session.exec(acts).one()
    return people == 1 and done >= FIRST_TRY

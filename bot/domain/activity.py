"""The activity ledger: one row for each defined act of a team, written in the same transaction as the fact."""

from datetime import date, datetime, timedelta

from sqlmodel import Field, Index, Session, SQLModel, col, func, insert, select

from bot.statements import Prepared, table

OF_STAFF = (
    "data.coached",
    "call.counted",
)  # what coaches and faculty do for a team: in its ledger, and no doing of its own
FIRST_TRY = 4  # acts: a cycle planned, run, learned from and decided
RECEIVED = ("shoutout.received", "idea.given")  # what others did for a team: no act of its own people


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


_RECORD = Prepared(insert(table(Act)).inline())


def record(session: Session, kind: str, *, team: int, person: int, subject: str, now: datetime) -> None:
    """Write one act; the caller's transaction carries it."""
    _RECORD(session, week=week_of(now), team_id=team, kind=kind, person_id=person, at=now, subject=subject)


def week_of(instant: datetime) -> date:
    """The Monday of the instant's week, UTC."""
    day = instant.date()
    return day - timedelta(days=day.weekday())


def only_one(session: Session, team: int, *, since: datetime) -> bool:
    """Whether one person alone did all that the team did since then, and it was more than a first try."""
    acts = select(func.count(), func.count(func.distinct(Act.person_id))).where(
        Act.team_id == team, Act.at >= since, col(Act.kind).not_in((*OF_STAFF, *RECEIVED))
    )
    done, people = session.exec(acts).one()
    return people == 1 and done >= FIRST_TRY

"""Organizations, their teams, and the channel each team and each common purpose has in Slack."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import times
from bot.domain.collaboratives import Collaborative
from bot.statements import query

STATUSES = ("forming", "active", "paused", "withdrawn", "lapsed", "completed")
GONE = ("withdrawn", "lapsed", "completed")  # not asked anything any more
PURPOSES = ("everyone", "share", "shoutouts", "faculty", "team")


class Organization(SQLModel, table=True):
    """A clinic, school, hospital or other body that sends one or more teams."""

    __table_args__ = (UniqueConstraint("collaborative_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    name: str
    type: str = ""
    sector: str = ""


class Team(SQLModel, table=True):
    """The people of one organization who test changes together."""

    __table_args__ = (UniqueConstraint("collaborative_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    organization_id: int = Field(foreign_key="organization.id")
    name: str
    timezone: str
    region: str = ""
    population_of_focus: str = ""
    aim: str = ""
    status: str = "forming"
    status_until: date | None = None  # the end of a pause, also once it is over; or when the team left
    status_reason: str = ""
    tier: str = "full"
    measures: list[str] | None = Field(default=None, sa_type=JSON)  # codes; None means all
    coach_id: int | None = Field(default=None, foreign_key="person.id")
    deputy_id: int | None = Field(default=None, foreign_key="person.id")
    private: bool = True
    mandated: bool = False
    prior_experience: str = ""
    holidays: list[str] = Field(default_factory=list, sa_type=JSON)
    last_cycle: int = 0  # the highest PDSA number given out; numbers are never reused

    @property
    def has_left(self) -> bool:
        """Whether its time here is over, so that nothing is asked of it."""
        return self.status in GONE


class TeamInBrief(NamedTuple):
    """What rights, dates and numbers need of a team: a row for the busiest way, where building the whole team shows."""

    id: int
    collaborative_id: int
    name: str
    timezone: str
    coach_id: int | None
    status: str


class Channel(SQLModel, table=True):
    """A Slack channel the collaborative needs, and how far we are with it; the record that makes the job resumable."""

    __table_args__ = (UniqueConstraint("collaborative_id", "name"), UniqueConstraint("slack_id"))

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    purpose: str  # one of PURPOSES
    team_id: int | None = Field(default=None, foreign_key="team.id", unique=True)
    name: str
    private: bool
    slack_id: str | None = None
    had_members: bool = False  # adopted with people already in it: its card waits for launch
    topic_set: str = ""
    problem: str = ""  # in the coordinator's terms; empty when nothing is in the way
    retry_at: datetime | None = None

    @classmethod
    def in_slack(cls, slack_id: str) -> SelectOfScalar["Channel"]:
        """The query for our channel behind a Slack id."""
        return select(cls).where(cls.slack_id == slack_id)


class Seat(SQLModel, table=True):
    """A person's place in a channel: invited once, or what stood in the way."""

    __table_args__ = (UniqueConstraint("channel_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    person_id: int = Field(foreign_key="person.id")
    invited_at: datetime | None = None
    problem: str = ""
    retry_at: datetime | None = None


def rested(session: Session, now: datetime) -> list[Team]:
    """Teams whose pause is over where they are."""
    somewhere = now.date() + timedelta(days=1)
    paused = select(Team).where(Team.status == "paused", col(Team.status_until) <= somewhere).order_by(col(Team.id))
    return [team for team in session.exec(paused) if is_over(team.status_until, team.timezone, now)]


def is_over(until: date | None, timezone: str, now: datetime) -> bool:
    """Whether a pause until that day is over: on the day itself the team is back."""
    return until is not None and until <= times.local_day(now, timezone)


@query
def at_work() -> Select[Team, Collaborative]:
    """The teams of collaboratives that were launched, without those that have left, in their order."""
    theirs = select(Team, Collaborative).join(Collaborative).where(
        col(Collaborative.launched_at).is_not(None), col(Team.status).not_in(GONE)
    )  # fmt: skip
    return theirs.order_by(col(Team.id))

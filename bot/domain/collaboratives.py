"""A learning collaborative: what it is about, when it runs, and whether its people have been invited yet."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import JSON, Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.statements import query


class Workspace(SQLModel, table=True):
    """The Slack workspace the app is installed in, as Slack told us; remembered so that a start needs no Slack."""

    id: str = Field(primary_key=True)  # T…
    name: str
    url: str
    bot_user: str
    bot_id: str
    scopes: str = ""
    seen_at: datetime


class Collaborative(SQLModel, table=True):
    """Teams from many organizations improving one thing together for 6 to 24 months."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    topic: str = ""
    aim: str = ""
    timezone: str
    starts: date | None = None
    ends: date | None = None
    quiet_hours: str | None = None
    holidays: list[str] = Field(default_factory=list, sa_type=JSON)
    checkin: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    checkin_set_on: date | None = None  # where the collaborative is; periods by these settings open after that day
    weekly: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # day and hour of the weekly post
    engagement: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # own rules, where they aren't the usual
    scores: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # own settings, where they aren't the usual
    scores_planned: date | None = None  # the day, by UTC, on which it was last seen to what is to be scored
    loaded_at: datetime  # when a file last changed anything
    launched_at: datetime | None = None
    launched_by: int | None = Field(default=None, foreign_key="person.id")


def is_over(collaborative: Collaborative, day: date) -> bool:
    """Whether it ended before that day: from then on the clock asks nobody anything."""
    return collaborative.ends is not None and day > collaborative.ends


def over_from(collaborative: Collaborative, day: date = date.max) -> date:
    """The first day on which it is over, or that day where that is earlier."""
    return day if collaborative.ends is None else min(day, collaborative.ends + timedelta(days=1))


@query
def launched() -> SelectOfScalar[Collaborative]:
    """Those whose people have been invited, in their order."""
    return select(Collaborative).where(col(Collaborative.launched_at).is_not(None)).order_by(col(Collaborative.id))

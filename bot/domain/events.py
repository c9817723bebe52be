"""Learning sessions, action-period calls and other dates the collaborative meets on."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

KINDS = ("call", "session", "coaching", "office_hours", "congress")


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

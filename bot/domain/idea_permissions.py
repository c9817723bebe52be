"""Who wrote a message is asked before it is shared as an idea: only where it stands is kept, never its words."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

ASKED, YES, NO = "asked", "yes", "no"


class Permission(SQLModel, table=True):
    """Somebody would like to see another person's message shared; its author says whether, once."""

    __table_args__ = (UniqueConstraint("collaborative_id", "permalink"),)

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id")
    permalink: str
    said_at: datetime
    author_id: int = Field(foreign_key="person.id")
    asked_by: int = Field(foreign_key="person.id")
    state: str = ASKED
    asked_at: datetime
    answered_at: datetime | None = None

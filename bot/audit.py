"""Who did what that matters later: launches, answers to the guard, reports, purges. Never the words themselves."""

from datetime import datetime
from typing import Any

from sqlmodel import JSON, Field, Session, SQLModel


class Audit(SQLModel, table=True):
    """One line of the trail; rows are only ever added."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    act: str
    subject: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


def note(session: Session, act: str, *, by: int | None, subject: str, now: datetime, **detail: Any) -> Audit:
    """Add a line in the transaction of the fact; `detail` holds ids, counts and names of fields."""
    line = Audit(at=now, person_id=by, act=act, subject=subject, detail=detail)
    session.add(line)
    return line

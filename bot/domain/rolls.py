"""That somebody called the roll of a date: before that only who was there is known, and of nobody that they weren't."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, select

from bot.domain.events import Meeting


class Roll(SQLModel, table=True):
    """The roll of one date, called by a coordinator or taken over from a meeting tool's list."""

    __table_args__ = (UniqueConstraint("event_id", "planned"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    by_id: int = Field(foreign_key="person.id")  # who called it first
    at: datetime


def call(session: Session, date: Meeting, *, by: int, now: datetime) -> None:
    """From now on whoever isn't noted wasn't there."""
    if not is_called(session, date.event.id, date.planned):
        session.add(Roll(event_id=date.event.id or 0, planned=date.planned, by_id=by, at=now))
        session.flush()


def is_called(session: Session, event: int | None, planned: datetime) -> bool:
    """Whether that is so of the date that the event's rule gives for `planned`."""
    called = select(Roll.id).where(Roll.event_id == event, Roll.planned == planned)
    return session.exec(called).first() is not None

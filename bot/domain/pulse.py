"""Whether a call was worth people's time: one optional tap each, told as counts once there are five."""

from collections import Counter
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.events import Meeting

SCORES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
FEWEST = 5  # answers that are told: of fewer one could guess whose
OPEN = timedelta(days=2)  # after the end


class Pulse(SQLModel, table=True):
    """What one person said of one date, and nobody is shown by name."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    person_id: int = Field(foreign_key="person.id")
    score: int
    at: datetime


def is_open(date: Meeting, now: datetime) -> bool:
    """Whether people may say so now."""
    return date.starts is not None and date.starts + date.lasts <= now <= date.starts + date.lasts + OPEN


def say(session: Session, date: Meeting, person: int, score: int, now: datetime) -> None:
    """From now on this is what they say; what they said before gives way."""
    mine = _of(date).where(Pulse.person_id == person)
    row = session.exec(mine).first() or Pulse(
        event_id=date.event.id or 0, planned=date.planned, person_id=person, score=score, at=now
    )
    row.score, row.at = score, now
    session.add(row)
    session.flush()


def counts(session: Session, date: Meeting) -> dict[int, int]:
    """How many said 1 to 5; nothing before there are enough of them."""
    said = Counter(row.score for row in session.exec(_of(date)))
    return {score: said[score] for score in SCORES.values()} if said.total() >= FEWEST else {}


def _of(date: Meeting) -> SelectOfScalar[Pulse]:
    return select(Pulse).where(Pulse.event_id == date.event.id, Pulse.planned == date.planned)

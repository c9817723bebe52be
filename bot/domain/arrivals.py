"""How somebody comes to a session: in the room or by video, and what they need there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import Select

from bot.domain.events import TOGETHER, Event, EventChange, Meeting
from bot.statements import query

PLACES = {"room": "In the room", "video": "By video"}
MOST_NEEDS = 500  # characters
KEPT = timedelta(days=30)  # after the date; then what somebody needed there is forgotten


class Arrival(SQLModel, table=True):
    """What one person told of one date."""

    __table_args__ = (UniqueConstraint("event_id", "planned", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    person_id: int = Field(foreign_key="person.id")
    place: str = ""
    needs: str = ""  # access, an interpreter, food: read by coordinators alone
    at: datetime


class Told(SQLModel):
    """The same as the form has it."""

    place: Literal["room", "video"]
    needs: str = Field(default="", max_length=MOST_NEEDS)


def is_asked(date: Meeting) -> bool:
    """Whether people meet in a room, so that it matters how they come."""
    return date.event.kind in TOGETHER


def tell(session: Session, date: Meeting, person: int, told: Told, now: datetime) -> None:
    """From now on they come like this."""
    row = of_person(session, date, person) or Arrival(
        event_id=date.event.id or 0, planned=date.planned, person_id=person, at=now
    )
    row.place, row.needs, row.at = told.place, told.needs, now
    session.add(row)


def of_person(session: Session, date: Meeting, person: int) -> Arrival | None:
    """What they told; None where they didn't."""
    return next((one for one in of(session, date) if one.person_id == person), None)


def of(session: Session, date: Meeting) -> list[Arrival]:
    """What everybody told of a date."""
    theirs = select(Arrival).where(Arrival.event_id == date.event.id, Arrival.planned == date.planned)
    return list(session.exec(theirs.order_by(col(Arrival.id))))


def passed(session: Session, now: datetime) -> list[Arrival]:
    """Those with needs whose date ended long enough ago."""
    found: Iterable[tuple[Arrival, Event, EventChange | None]] = _with_needs(session)
    return [row for row, event, change in found if _ended(Meeting(event, row.planned, change)) + KEPT < now]


def _ended(date: Meeting) -> datetime:
    return date.known_as + date.lasts


@query
def _with_needs() -> Select[Arrival, Event, EventChange]:
    return select(Arrival, Event, EventChange).join(Event, col(Event.id) == Arrival.event_id).outerjoin(
        EventChange, (col(EventChange.event_id) == Arrival.event_id) & (col(EventChange.planned) == Arrival.planned)
    ).where(Arrival.needs != "")  # fmt: skip

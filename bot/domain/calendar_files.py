"""Calendar files that went out or are owed: which version of a date somebody has, so that a change reaches it too."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, select, update

from bot.domain.events import Event, Meeting

THREAD = "thread"  # below the card of the date, for everybody


class CalendarFile(SQLModel, table=True):
    """One date's file in one place; owed as long as a newer version is wanted than was sent."""

    __tablename__ = "calendar_file"
    __table_args__ = (UniqueConstraint("event_id", "planned", "to"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    to: str  # THREAD, or "person:12"
    wanted: int  # the event's sequence that is to be there
    sent: int = -1
    file: str = ""  # Slack's id of what is on its way
    rests_until: datetime | None = None  # by Slack's clock: somebody has it in hand, or it is put off
    tries: int = 0


def want(session: Session, date: Meeting, to: str) -> None:
    """Owe the file of this date as it stands there; nothing where that was sent already."""
    row = of(session, date, to) or CalendarFile(
        event_id=date.event.id or 0, planned=date.planned, to=to, wanted=date.event.sequence,
        sent=_sent_with_another(session, date, to),
    )  # fmt: skip
    row.wanted, row.tries = date.event.sequence, 0
    session.add(row)
    session.flush()


def of(session: Session, date: Meeting, to: str) -> CalendarFile | None:
    """What stands there of this date."""
    theirs = select(CalendarFile).where(
        CalendarFile.event_id == date.event.id, CalendarFile.planned == date.planned, CalendarFile.to == to
    )  # fmt: skip
    return session.exec(theirs).first()


def renew(session: Session, event: Event, now: datetime) -> None:
    """The event is another now: wherever the file of one of its dates to come went, a newer one is owed."""
    theirs = update(CalendarFile).where(col(CalendarFile.event_id) == event.id, col(CalendarFile.planned) > now)
    session.exec(theirs.values(wanted=event.sequence, tries=0))


def renew_date(session: Session, date: Meeting) -> None:
    """The same for one date."""
    theirs = update(CalendarFile).where(
        col(CalendarFile.event_id) == date.event.id, col(CalendarFile.planned) == date.planned
    )
    session.exec(theirs.values(wanted=date.event.sequence, tries=0))


def _sent_with_another(session: Session, date: Meeting, to: str) -> int:
    """The version of the series that somebody has by another of its dates; -1 where they have none."""
    if to == THREAD:
        return -1
    theirs = select(CalendarFile.sent).where(CalendarFile.event_id == date.event.id, CalendarFile.to == to)
    return max(session.exec(theirs), default=-1)


def owed(session: Session, now: datetime) -> list[int]:
    """The rows whose turn it is by Slack's clock, the oldest first."""
    waiting = select(CalendarFile.id).where(
        CalendarFile.wanted > CalendarFile.sent,
        col(CalendarFile.rests_until).is_(None) | (col(CalendarFile.rests_until) <= now),
    )
    return [row for row in session.exec(waiting.order_by(col(CalendarFile.id))) if row]

"""Calendar files that went out or are owed: which version of a date somebody has, so that a change reaches it too."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, func, select, update
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.domain import events
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting
from bot.statements import query

THREAD = "thread"  # below the card of the date, for everybody; "thread:7" in the channel of that team


class CalendarFile(SQLModel, table=True):
    """One date's file in one place; owed as long as a newer version is wanted than was sent."""

    __tablename__ = "calendar_file"
    __table_args__ = (UniqueConstraint("event_id", "planned", "to"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    planned: datetime  # the start that the event's rule gives
    to: str  # THREAD or what begins so, or "person:12"
    wanted: int  # the event's sequence that is to be there
    sent: int = -1
    file: str = ""  # Slack's id of what is on its way
    rests_until: datetime | None = None  # by Slack's clock: somebody has it in hand, or it is put off
    tries: int = 0


def want(session: Session, date: Meeting, to: str) -> None:
    """Owe the file of this date as it stands there; nothing where that was sent already."""
    row = of(session, date, to) or _row(date, to)
    row.wanted, row.tries = date.event.sequence, 0
    row.sent = max(row.sent, holders(session, date.event).get(to, row.sent))
    session.add(row)
    session.flush()


def is_below(owed: CalendarFile) -> bool:
    """Whether it stands below a card, for all who read that."""
    return owed.to.startswith(THREAD)


def below(team: int) -> str:
    """The place below a team's card, or below the one for everybody."""
    return f"{THREAD}:{team}" if team else THREAD


def of(session: Session, date: Meeting, to: str) -> CalendarFile | None:
    """What stands there of this date."""
    theirs = select(CalendarFile).where(
        CalendarFile.event_id == date.event.id, CalendarFile.planned == date.planned, CalendarFile.to == to
    )  # fmt: skip
    return session.exec(theirs).first()


def renew(session: Session, event: Event, now: datetime) -> None:
    """The event is another now: wherever the file of one of its dates to come went, a newer one is owed.

    Whoever has the series by a date that is over, or is canceled, is owed that of the next one.
    """
    canceled = select(EventChange.planned).where(EventChange.event_id == event.id, col(EventChange.starts).is_(None))
    to_come = (
        col(CalendarFile.event_id) == event.id, col(CalendarFile.planned) > now,
        col(CalendarFile.planned).not_in(session.exec(canceled).all()),
    )  # fmt: skip
    coming = {*session.exec(select(CalendarFile.to).where(*to_come))}
    late = {to: sent for to, sent in holders(session, event).items() if to not in coming}
    following = _next(session, event, now) if late else None
    if following:
        session.add_all(_row(following, to, sent) for to, sent in late.items())
        session.flush()
    session.exec(update(CalendarFile).where(*to_come).values(wanted=event.sequence, tries=0))


def renew_date(session: Session, date: Meeting) -> None:
    """The same of one date: it stands in the calendar of everybody who has the series, by whichever of its dates."""
    of_date = col(CalendarFile.event_id) == date.event.id, col(CalendarFile.planned) == date.planned
    there = {*session.exec(select(CalendarFile.to).where(*of_date))}
    held = holders(session, date.event)
    session.add_all(_row(date, to, sent) for to, sent in held.items() if to not in there)
    session.flush()
    session.exec(update(CalendarFile).where(*of_date).values(wanted=date.event.sequence, tries=0))


def end(session: Session, event: Event, canceled: Collection[datetime]) -> None:
    """Nothing of the event is to come: one file says so to each person who has it, and below the cards of its dates.

    `canceled` are the dates that were to come. Where none of these has a file below its card, the last that has does.
    """
    of_event = col(CalendarFile.event_id) == event.id
    had = select(CalendarFile).where(of_event, CalendarFile.sent >= 0)
    theirs = list(session.exec(had.order_by(col(CalendarFile.sent), col(CalendarFile.planned))))
    below = [one for one in theirs if is_below(one)]
    last = [one for one in below if one.planned == max(other.planned for other in below)]
    newest = {one.to: one for one in theirs if not is_below(one)}
    session.exec(update(CalendarFile).where(of_event).values(wanted=CalendarFile.sent))
    for one in [*newest.values(), *([one for one in below if one.planned in canceled] or last)]:
        session.refresh(one)
        one.wanted, one.tries = event.sequence, 0
        session.add(one)
    session.flush()


def settle(session: Session, sent: CalendarFile) -> None:
    """The file that somebody got has the whole series: what is owed to them of its other dates needn't come too."""
    others = (
        col(CalendarFile.event_id) == sent.event_id, col(CalendarFile.to) == sent.to,
        col(CalendarFile.planned) != sent.planned, col(CalendarFile.wanted) <= sent.sent,
    )  # fmt: skip
    if not is_below(sent):
        session.exec(update(CalendarFile).where(*others).values(sent=sent.sent))


def holders(session: Session, event: Event) -> dict[str, int]:
    """The people who have the series in their calendar, each with the newest version that they were sent."""
    return dict(_of_people(session, event.id).all())


def owed(session: Session, now: datetime) -> list[int]:
    """The rows whose turn it is by Slack's clock, the oldest first."""
    return [row for row in _owed(session, now) if row]


def _row(date: Meeting, to: str, sent: int = -1) -> CalendarFile:
    return CalendarFile(
        event_id=date.event.id or 0, planned=date.planned, to=to, wanted=date.event.sequence, sent=sent
    )  # fmt: skip


def _next(session: Session, event: Event, now: datetime) -> Meeting | None:
    """The first of its dates to come that takes place."""
    zone = session.get_one(Collaborative, event.collaborative_id).timezone
    dates = events.meetings(event, events.changes(session, event.collaborative_id), zone)
    return next((one for one in dates if one.starts and one.starts > now and one.planned > now), None)


@query
def _owed(now: datetime) -> SelectOfScalar[int | None]:
    waiting = select(col(CalendarFile.id)).where(
        CalendarFile.wanted > CalendarFile.sent,
        col(CalendarFile.rests_until).is_(None) | (col(CalendarFile.rests_until) <= now),
    )
    return waiting.order_by(col(CalendarFile.id))


@query
def _of_people(event: int | None) -> Select[str, int]:
    theirs = select(CalendarFile.to, func.max(CalendarFile.sent)).where(
        CalendarFile.event_id == event, col(CalendarFile.to).not_like(f"{THREAD}%"), CalendarFile.sent >= 0
    )  # fmt: skip
    return theirs.group_by(CalendarFile.to)

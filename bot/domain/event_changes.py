"""A date of the collaborative is moved, canceled or put back: which can be, what can't, and the fact itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session, col, select

from bot import times
from bot.domain import calendar_files, events
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting
from bot.errors import FieldError

MOST = 500  # characters of words about it
A_YEAR = timedelta(days=366)
SOON = timedelta(hours=24)  # what changes so shortly before may be told at night too


def coming(session: Session, collaborative: Collaborative, now: datetime, most: int) -> list[Meeting]:
    """The next dates, the earliest first, at most so many of all; a canceled one stands where it was to be."""
    zone, changed = collaborative.timezone, events.changes(session, collaborative.id)
    found: list[Meeting] = []
    for event in _events(session, collaborative):
        ahead = (one for one in events.meetings(event, changed, zone) if one.known_as > now)
        found += islice(ahead, most)
    return sorted(found, key=lambda one: (one.known_as, one.event.id or 0))[:most]


def find(session: Session, collaborative: Collaborative, event_id: int, planned: datetime) -> Meeting | None:
    """That date of that event, or None where the collaborative has no such date any more."""
    event = session.get(Event, event_id)
    if event is None or event.collaborative_id != collaborative.id:
        return None
    changed = events.changes(session, collaborative.id)
    dates = events.meetings(event, changed, collaborative.timezone)
    return next((one for one in dates if one.planned == planned), None)


def check(meeting: Meeting, starts: datetime | None, zone: str, now: datetime) -> None:
    """Raises FieldError, in words, where the date can't be moved there; `starts` is None for a cancellation."""
    if meeting.known_as <= now:
        began = f"{meeting.event.title} of {times.words(meeting.known_as, zone)} has begun or is over"
        raise FieldError("which", f"{began}, so it stays as it is. Please choose a later one.")
    if starts is None and meeting.starts is None:
        raise FieldError("what", "It is canceled already, so nothing changes. Moved gives it a date again.")
    if starts is None:
        return
    if starts == meeting.starts:
        raise FieldError("day", "It takes place then already, so nothing changes. Please choose another day or time.")
    if starts <= now:
        raise FieldError("day", f"{times.words(starts, zone)} has passed. Please choose a day and time to come.")
    if starts > now + A_YEAR:
        raise FieldError("day", "That is more than a year away. Please choose an earlier day.")


def change(
    session: Session, meeting: Meeting, starts: datetime | None, *, words: str, by: int, now: datetime
) -> EventChange:
    """From now on the date is as told; what was said about it before is of an earlier version."""
    row = meeting.change or EventChange(
        event_id=meeting.event.id or 0, planned=meeting.planned, version=0, person_id=by, changed_at=now
    )
    row.before, row.starts, row.words = meeting.starts, starts, words
    row.version, row.person_id, row.changed_at = row.version + 1, by, now
    meeting.event.sequence += 1
    meeting.event.ended_at = None if starts else meeting.event.ended_at
    session.add(row)
    session.add(meeting.event)
    session.flush()
    calendar_files.renew_date(session, meeting)
    return row


def _events(session: Session, collaborative: Collaborative) -> Iterator[Event]:
    theirs = select(Event).where(Event.collaborative_id == collaborative.id)
    return iter(session.exec(theirs.order_by(col(Event.id))))

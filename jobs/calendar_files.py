"""Every minute, calendar files that are owed go out: below each card that stands, and to whoever comes."""

from datetime import datetime

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import outbox, store
from bot.domain import calendar_files, event_facts, rsvps
from bot.domain.calendar_files import THREAD, CalendarFile
from bot.domain.events import Meeting
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import calendar_files as sending
from bot.statements import query

MOST = 200  # at one tick


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(send, "interval", minutes=1, args=[kit], id="calendar_files.send")


def send(kit: Kit) -> None:
    """Take the write lock only where a card has no file yet; then one file after another."""
    with kit.store.reading() as session:
        bare = _without_file(session)
    if bare:
        with kit.store.transaction() as session:
            for date, place in bare:
                calendar_files.want(session, date, place)
    with kit.store.reading() as session:
        owed = calendar_files.owed(session, store.real_time(session))
        owed = sending.to_send(session, kit, owed, MOST)
    for row in owed:
        sending.deliver(kit, row)


def _without_file(session: Session) -> list[tuple[Meeting, str]]:
    """The dates whose card stands, each with the place below it that has nothing yet."""
    there = set(_in_threads(session).all())
    named = ((one.about["event"], event_facts.at(one.about["planned"]), _below(one)) for one in _cards(session))
    bare = (one for one in named if one not in there)
    return [(date, place) for event, planned, place in bare if (date := rsvps.meeting(session, event, planned))]


def _below(card: Letter) -> str:
    return calendar_files.below(card.about.get("team", 0))


@query
def _cards() -> SelectOfScalar[Letter]:
    return select(Letter).where(
        Letter.message == "calls/card", Letter.state == outbox.SENT, col(Letter.ts).is_not(None)
    )


@query
def _in_threads() -> Select[int, datetime, str]:
    below = col(CalendarFile.to).startswith(THREAD)
    return select(CalendarFile.event_id, CalendarFile.planned, CalendarFile.to).where(below)

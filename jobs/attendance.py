"""What is said of a call follows its time: *I'm here* begins to count and ends, and the roll is waited for."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import outbox, store
from bot.cards import call_places, participant_cards, preparation_cards, roll_cards
from bot.domain import attendance, events, participant_files, pulse, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.kit import Kit
from bot.outbox import Letter

LATELY, A_SECOND = timedelta(days=1), timedelta(seconds=1)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(freshen, "interval", minutes=1, args=[kit], id="attendance.freshen")
    scheduler.add_job(forget, "interval", minutes=30, args=[kit], id="attendance.forget")


def freshen(kit: Kit) -> None:
    """Take the write lock only where a card shows what was before, or the roll of a date is waited for."""
    now = kit.now()
    with kit.store.reading() as session:
        near = [*_near(session, now)]
        stale = [key for dates in near for key in _stale(session, dates, now)]
        uncalled = [one for dates in near for one in roll_cards.owed(session, dates, now)]
    if stale or uncalled:
        with kit.store.transaction() as session:
            outbox.say_again(session, *stale, now=now)
            for date, person in uncalled:
                roll_cards.plan(session, date, person, now)


def forget(kit: Kit) -> None:
    """A day after the drop nothing of a participant list is kept."""
    with kit.store.reading() as session:
        old = participant_files.is_any_old(session, kit.now())
    if old:
        with kit.store.transaction() as session:
            for file in participant_files.expire(session, kit.now()):
                participant_cards.say(session, kit, file)
            store.after_commit(session, kit.store.wipe)


def _near(session: Session, now: datetime) -> Iterator[list[Meeting]]:
    """The dates around now of each collaborative where a moment came lately at which something changes by itself."""
    for collaborative in session.exec(select(Collaborative).where(col(Collaborative.launched_at).is_not(None))).all():
        dates = events.between(session, collaborative, now - attendance.LONGEST - LATELY, now + attendance.OPENS)
        if any(_lately(one, now) for one in dates):
            yield dates


def _stale(session: Session, dates: list[Meeting], now: datetime) -> Iterator[str]:
    """The keys of the cards that were last said before the newest of the moments that change them."""
    teams = rsvps.at_work(session, dates[0].event.collaborative_id)
    keys = [*(key for one in dates for key in call_places.keys(one)), *(f"team:{team.id}" for team in teams)]
    yield from _said_before(session, keys, max(moment for one in dates for moment in _lately(one, now)))
    for one in dates:
        if one.starts and now - LATELY < one.starts <= now:
            lists = [preparation_cards.key(one.event.id or 0, one.planned, team.id) for team in teams]
            yield from _said_before(session, lists, one.starts)


def _said_before(session: Session, keys: list[str], moment: datetime) -> Iterator[str]:
    said = select(Letter.key).where(
        col(Letter.key).in_(keys), col(Letter.ts).is_not(None), Letter.state == outbox.SENT, Letter.due < moment
    )
    yield from session.exec(said)


def _lately(date: Meeting, now: datetime) -> list[datetime]:
    return [moment for moment in _moments(date) if now - LATELY < moment <= now]


def _moments(date: Meeting) -> list[datetime]:
    """When what the cards show of a date changes by itself."""
    if date.starts is None:
        return []
    ends = date.starts + date.lasts
    return [
        date.starts - attendance.OPENS, ends, ends + attendance.CLOSES + A_SECOND, ends + pulse.OPEN + A_SECOND
    ]  # fmt: skip

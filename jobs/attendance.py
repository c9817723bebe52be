"""What is said of a call is edited as *I'm here* begins to count, and as that and *worth my time* end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import outbox, store
from bot.cards import call_places, participant_cards
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
    """Take the write lock only where a card shows what was before."""
    now = kit.now()
    with kit.store.reading() as session:
        stale = [*_stale(session, now)]
    if stale:
        with kit.store.transaction() as session:
            outbox.say_again(session, *stale, now=now)


def forget(kit: Kit) -> None:
    """A day after the drop nothing of a participant list is kept."""
    with kit.store.reading() as session:
        old = participant_files.is_any_old(session, kit.now())
    if old:
        with kit.store.transaction() as session:
            for file in participant_files.expire(session, kit.now()):
                participant_cards.say(session, kit, file)
            store.after_commit(session, kit.store.wipe)


def _stale(session: Session, now: datetime) -> Iterator[str]:
    """The keys of the cards that were last said before the newest of the moments that change them."""
    for collaborative in session.exec(select(Collaborative).where(col(Collaborative.launched_at).is_not(None))).all():
        dates = events.between(session, collaborative, now - attendance.LONGEST - LATELY, now + attendance.OPENS)
        moments = [moment for one in dates for moment in _moments(one) if now - LATELY < moment <= now]
        if not moments:
            continue
        teams = rsvps.at_work(session, collaborative.id or 0)
        keys = [*(key for one in dates for key in call_places.keys(one)), *(f"team:{team.id}" for team in teams)]
        said = select(Letter.key).where(
            col(Letter.key).in_(keys), col(Letter.ts).is_not(None), Letter.state == outbox.SENT,
            Letter.due < max(moments),
        )  # fmt: skip
        yield from session.exec(said)


def _moments(date: Meeting) -> list[datetime]:
    """When what the cards show of a date changes by itself."""
    if date.starts is None:
        return []
    ends = date.starts + date.lasts
    return [
        date.starts - attendance.OPENS, ends, ends + attendance.CLOSES + A_SECOND, ends + pulse.OPEN + A_SECOND
    ]  # fmt: skip

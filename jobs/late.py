"""Coordinators are told, once a day in one message, what was not said because it would have come too late."""

from collections.abc import Iterator
from datetime import date, datetime

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, select

from bot import outbox, times
from bot.domain import seats
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit
from bot.planning import late

WHY = "they coordinate, and something would have come too late"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(tell, "interval", seconds=30, args=[kit], id="late.tell")


def tell(kit: Kit) -> None:
    """Owe the message of the day where something was skipped, or an edit of it where something more was."""
    now = kit.now()
    with kit.store.reading() as session:
        untold = list(_untold(session, now))
    if not untold:
        return
    with kit.store.transaction() as session:
        for collaborative, person, day in untold:
            key = _key(collaborative, person, day)
            outbox.say_again(session, key, now=now)
            outbox.plan(
                session, "late/skipped", key=key, to=f"person:{person}", at=now, why=WHY, now=now,
                collaborative=collaborative, day=day.toordinal(),
            )  # fmt: skip


def _untold(session: Session, now: datetime) -> Iterator[tuple[int, int, date]]:
    """Which coordinators don't know yet of everything that was skipped today, and of which collaborative."""
    for collaborative in session.exec(select(Collaborative)):
        today = times.local_day(now, collaborative.timezone)
        letters = late.skipped(session, collaborative, today)
        newest = max((letter.expired_at for letter in letters if letter.expired_at), default=None)
        for person in seats.coordinators(session, collaborative) if newest else ():
            told = outbox.of_key(session, _key(collaborative.id or 0, person, today))
            if told is None or (told.state == outbox.SENT and newest and told.due < newest):
                yield collaborative.id or 0, person, today


def _key(collaborative: int, person: int, day: date) -> str:
    return f"late:{collaborative}:{day.isoformat()}:{person}"

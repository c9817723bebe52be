"""Thirty days after a session nobody can read any more what people needed there."""

from apscheduler.schedulers.base import BaseScheduler

from bot import store
from bot.domain import arrivals
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(forget, "interval", minutes=30, args=[kit], id="readiness.forget")


def forget(kit: Kit) -> None:
    """Take the write lock only where something is to be forgotten."""
    with kit.store.reading() as session:
        passed = bool(arrivals.passed(session, kit.now()))
    if passed:
        with kit.store.transaction() as session:
            for one in arrivals.passed(session, kit.now()):
                session.delete(one)
            store.after_commit(session, kit.store.wipe)

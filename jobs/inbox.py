"""Events that were received and never had their effect are handed in again after a minute."""

from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import col, delete

from bot import inbox
from bot.inbox import Delivery
from bot.kit import Kit

log = structlog.get_logger()
A_MINUTE, KEPT = timedelta(seconds=60), timedelta(days=3)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(replay, "interval", seconds=20, args=[kit], id="inbox.replay")
    scheduler.add_job(forget, "interval", hours=6, args=[kit], id="inbox.forget")


def replay(kit: Kit) -> None:
    """Hand each left-over event to its listener again, a few times at most."""
    with kit.store.reading() as session:
        left_over = inbox.left_over(session, datetime.now(UTC) - A_MINUTE)
    for delivery in left_over:
        with kit.store.transaction() as session:
            inbox.tried(session, delivery.key)
        log.info("event.again", delivery=delivery.key, kind=delivery.kind)
        kit.hand_in(delivery.payload)


def forget(kit: Kit) -> None:
    """Slack repeats nothing after a day; what is older than three is of no use."""
    with kit.store.transaction() as session:
        session.exec(delete(Delivery).where(col(Delivery.received_at) < datetime.now(UTC) - KEPT))

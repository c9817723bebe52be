"""Every two seconds, what people typed since their last kept draft is kept too; old drafts go after a season."""

from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler

from bot import drafting, drafts
from bot.kit import Kit

KEPT = timedelta(days=90)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(flush, "interval", seconds=2, args=[kit], id="drafts.flush")
    scheduler.add_job(forget, "interval", hours=12, args=[kit], id="drafts.forget")


def flush(kit: Kit) -> None:
    """Write down the forms that waited for their turn."""
    drafting.keep_waiting(kit)


def forget(kit: Kit) -> None:
    """Words that lay for a season are not kept for ever."""
    with kit.store.transaction() as session:
        drafts.forget(session, kit.now() - KEPT)

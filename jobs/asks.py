"""What anybody is to be asked in the next two days is written, and follows the record until it is said."""

from apscheduler.schedulers.base import BaseScheduler

from bot.kit import Kit
from bot.planning import asking


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", seconds=30, args=[kit], id="asks.plan")


def plan(kit: Kit) -> None:
    """Take the write lock only where something is to be written."""
    with kit.store.reading() as session:
        changed = asking.is_to_plan(session, kit)
    if changed:
        with kit.store.transaction() as session:
            asking.plan_in(session, kit)

"""Every two seconds, what people typed since their last kept draft is kept too."""

from apscheduler.schedulers.base import BaseScheduler

from bot import drafting
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(flush, "interval", seconds=2, args=[kit], id="drafts.flush")


def flush(kit: Kit) -> None:
    """Write down the forms that waited for their turn."""
    for body in kit.typing.waiting():
        drafting.write(kit, body)

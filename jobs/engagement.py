"""What is expected of teams gets its row, and what came of it is written down once its time is over."""

from apscheduler.schedulers.base import BaseScheduler

from bot.domain import engagement_priors, expected
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(settle, "interval", minutes=5, args=[kit], id="engagement.settle")
    scheduler.add_job(refit, "interval", hours=6, args=[kit], id="engagement.refit")


def settle(kit: Kit) -> None:
    """Take the write lock only where something is to be written."""
    with kit.store.reading() as session:
        behind = expected.is_behind(session, kit.now())
    if behind:
        with kit.store.transaction() as session:
            expected.note(session)
            expected.settle(session, kit.now())


def refit(kit: Kit) -> None:
    """Every four weeks the engine learns how the collaborative's own teams differ."""
    with kit.store.reading() as session:
        due = engagement_priors.due(session, kit.now())
    if due:
        with kit.store.transaction() as session:
            for collaborative, kind in engagement_priors.due(session, kit.now()):
                engagement_priors.refit(session, collaborative, kind, kit.now())

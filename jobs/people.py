"""Looking for people whom Slack hasn't shown us yet, and welcoming those who turn up after the launch."""

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot import launch, roster
from bot.domain import collaboratives
from bot.kit import Kit
from bot.sending import manners
from bot.slack import Declined, SlackTrouble

log = structlog.get_logger()


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(match, "interval", seconds=5, args=[kit], id="people.match")


def match(kit: Kit) -> float | None:
    """Ask Slack for those we wait for, then owe a welcome to whoever hasn't one.

    Returns the seconds until Slack's pace lets us ask for more, if it holds us up.
    """
    wait: float | None = None
    try:
        while roster.match_pending(kit):
            pass
    except Declined as later:
        wait = later.retry_after or manners.A_MINUTE
    except SlackTrouble as trouble:
        log.info("people.wait", reason=str(trouble))
    with kit.store.reading() as session:
        owed = [one for one in collaboratives.launched(session).all() if launch.unwelcomed(session, one)]
    if owed:
        with kit.store.transaction() as session:
            for collaborative in owed:
                launch.welcome_all(session, collaborative, kit.now())
    return wait

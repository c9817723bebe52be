"""Every minute, pictures that nobody is to see any more are deleted in Slack."""

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.kit import Kit
from bot.sending import manners, pictures
from bot.slack import Declined, SlackTrouble

log = structlog.get_logger()


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(take_away, "interval", minutes=1, args=[kit], id="pictures.take_away")


def take_away(kit: Kit) -> None:
    """One after another; what Slack doesn't delete now is tried again with the next tick."""
    with kit.store.reading() as session:
        doomed = pictures.condemned(session)
    for file in doomed:
        try:
            manners.call(kit, "files.delete", file=file)
        except SlackTrouble as trouble:
            if not (isinstance(trouble, Declined) and trouble.error in pictures.GONE):
                log.warning("picture.not_deleted", file=file, reason=str(trouble))
                return
        pictures.forget(kit, [file])

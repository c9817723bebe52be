"""Dropped files that something came between are taken up again; what nobody imported within a day is let go of."""

from datetime import timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot import sheet_reading, store
from bot.domain import sheet_drafts
from bot.domain.sheet_drafts import IMPORTING
from bot.kit import Kit

log = structlog.get_logger()
A_MINUTE = timedelta(minutes=1)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(take_up, "interval", seconds=20, args=[kit], id="sheets.take_up")
    scheduler.add_job(forget, "interval", minutes=30, args=[kit], id="sheets.forget")


def take_up(kit: Kit) -> None:
    """Look at, or file, what still waits for it."""
    with kit.store.reading() as session:
        waiting = sheet_drafts.waiting(session, kit.now() - A_MINUTE)
    for draft in waiting:
        go_on = sheet_reading.file if draft.state == IMPORTING else sheet_reading.read
        try:
            go_on(kit, draft.id or 0)
        except Exception:  # one file that can't be gone on with must not hold up the others
            log.exception("sheet.stumbled", sheet=draft.id)


def forget(kit: Kit) -> None:
    """A day after the drop nothing of a file is kept; who still had a preview open is told."""
    with kit.store.transaction() as session:
        for draft in sheet_drafts.expire(session, kit.now()):
            sheet_reading.say(session, kit, draft)
        store.after_commit(session, kit.store.wipe)

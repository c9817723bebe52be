"""The record is told every minute that the bot runs."""

import time
from datetime import UTC, datetime

from apscheduler.schedulers.base import BaseScheduler

from bot import uptime
from bot.kit import Kit

SLEPT = uptime.A_BREATH.total_seconds()


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick, at the start first of all."""
    now = datetime.now(UTC)
    scheduler.add_job(beat, "interval", minutes=1, args=[kit], id="uptime.beat", next_run_time=now)


def beat(kit: Kit) -> None:
    """Note that we run now; who beat a moment ago has run since, also where Slack's clock was turned meanwhile."""
    before, kit.beat_at = kit.beat_at, time.time()
    note = uptime.go_on if before and kit.beat_at - before < SLEPT else uptime.begin
    with kit.store.transaction() as session:
        note(session, kit.now())

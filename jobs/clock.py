"""Where the clock is Slack's own, somebody may turn it: it is looked at every second, and a turn hurries what ticks."""

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler

from bot.kit import Kit
from bot.slack import A_TURN, SlackTrouble

TIMEOUT = 0.8  # seconds; a Slack that takes longer is asked again
SOON = timedelta(seconds=5)  # what ticks this often comes soon enough by itself


class Watch:
    """Notices within a second that Slack's clock was turned, and has every job run at once that plans for the time."""

    def __init__(self, scheduler: BaseScheduler, kit: Kit) -> None:
        """Until Slack says otherwise its clock is ours."""
        self._scheduler, self._kit = scheduler, kit
        self._ahead = timedelta()

    def look(self) -> None:
        """Ask Slack the time."""
        try:
            self._kit.slack.call("api.test", timeout=TIMEOUT)
        except SlackTrouble:
            return  # whoever has something to say to Slack tells of its silence
        before, self._ahead = self._ahead, self._kit.now() - datetime.now(UTC)
        if abs(self._ahead - before) >= A_TURN:
            self._hurry()

    def _hurry(self) -> None:
        for job in self._scheduler.get_jobs():
            if job.trigger.interval > SOON:
                job.modify(next_run_time=datetime.now(UTC))


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick, where there is a clock to follow."""
    if kit.settings.clock == "slack":
        scheduler.add_job(Watch(scheduler, kit).look, "interval", seconds=1, id="clock.look")

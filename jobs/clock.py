"""Where the clock is Slack's own, somebody may turn it: it is looked at every second, and a turn is lived through.

A Slack whose clock is turned may ask for that: it goes from one moment to the next at which we say we have something
to do. One whose clock is suddenly elsewhere finds us there, and what came too late meanwhile has its rule.
"""

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot.errors import RecordUnavailable
from bot.kit import Kit
from bot.sending import ready
from bot.slack import A_TURN, SlackTrouble

log = structlog.get_logger()
TIMEOUT = 0.8  # seconds; a Slack that takes longer is asked again
STRIDE = timedelta(hours=8)  # the longest step: what begins with a day is noticed before its nine o'clock


class Watch:
    """Notices within a second that Slack's clock was turned, and has everything done that is due by then."""

    def __init__(self, kit: Kit, live: Callable[[], None], stopping: Callable[[], bool]) -> None:
        """Until Slack says otherwise its clock is ours; `live` plans and says what is due, unless we are `stopping`."""
        self._kit, self._live, self._stopping = kit, live, stopping
        # how far Slack's clock was ahead when what is done was begun; None where that isn't sure
        self._ahead: timedelta | None = timedelta()
        self._due = math.inf  # when there is more to do; Slack's clock may be past it before ours shows that
        self._looking = threading.Lock()

    def look(self) -> None:
        """Ask Slack the time, and go with it for as long as it is being turned."""
        if not self._looking.acquire(blocking=False):
            self._is_busy()
            return
        try:
            self._follow()
        except RecordUnavailable as trouble:  # the next look does it all again
            log.warning("record.unavailable", reason=str(trouble))
        finally:
            self._looking.release()

    def _follow(self) -> None:
        """Until all is done Slack isn't told of anything that is due later: till then its clock waits."""
        at = due = self._second()  # for all we know: what people do just now may be due at once
        while not self._stopping() and self._is_turned(at, due):
            at, ahead, self._ahead = self._second(), self._slacks_lead(), None
            self._live()
            self._due = due = math.ceil(self._next_due().timestamp())
            self._ahead = ahead

    def _is_busy(self) -> None:
        """Somebody is on the way: Slack hears that we are there, and waits."""
        with suppress(SlackTrouble):
            self._kit.slack.call("api.test", timeout=TIMEOUT, at=0, due=0)

    def _is_turned(self, at: int, due: int) -> bool:
        """Tell Slack as of when all is done, and when we are due next; whether that, or another time, has come."""
        try:
            self._kit.slack.call("api.test", timeout=TIMEOUT, at=at, due=due)
        except SlackTrouble:
            self._ahead = None
            return False  # whoever has something to say to Slack tells of its silence
        come = self._due <= self._kit.now().timestamp()
        return come or self._ahead is None or abs(self._slacks_lead() - self._ahead) >= A_TURN

    def _second(self) -> int:
        return int(self._kit.now().timestamp())

    def _slacks_lead(self) -> timedelta:
        return self._kit.now() - datetime.now(UTC)

    def _next_due(self) -> datetime:
        """The next letter's hour, or that at which to plan anew."""
        now = self._kit.now()
        with self._kit.store.reading() as session:
            due = ready.next_due(session, now)
        return min(due or now + STRIDE, now + STRIDE)


def register(
    scheduler: BaseScheduler, kit: Kit, live: Callable[[], None], stopping: Callable[[], bool]
) -> None:  # fmt: skip
    """Tick, where there is a clock to follow; `live` does everything that is due, until we are `stopping`."""
    if kit.settings.clock == "slack":
        scheduler.add_job(
            Watch(kit, live, stopping).look, "interval", seconds=1, id="clock.look", max_instances=3,
            next_run_time=datetime.now(UTC),
        )  # fmt: skip

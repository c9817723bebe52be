"""The one place that asks what time it is, for everything that decides what is due and what people read."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.settings import Settings
from bot.slack import Slack


def clock(settings: Settings, slack: Slack) -> Callable[[], datetime]:
    """Real time; or, rehearsing, the time that runs on from an instant, or Slack's own."""
    if settings.clock == "slack":
        return slack.now
    if settings.clock is None:
        return lambda: datetime.now(UTC)
    ahead = settings.clock - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead

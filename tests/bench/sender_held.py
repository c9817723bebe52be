"""The bot as it is, with its sender still until it is let go: what saving costs alone, and how fast the sender is."""

import signal
import sys

from bot import logs, settings
from bot.running import Running, keep_what_is_here, opened
from bot.sending import gates
from tests.bench.processes import wait_to_be_stopped


def main(app_token: str) -> None:
    """Connect without the alarm clock; SIGUSR1 lets the sender go, without Slack's pace."""
    logs.configure()
    running = Running(opened(settings.read(SLACK_APP_TOKEN=app_token)), gates.UNPACED)
    keep_what_is_here()
    signal.signal(signal.SIGUSR1, lambda _signal, _frame: running.sender.start())
    assert running.identify()
    assert running.connect()
    wait_to_be_stopped()
    running.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

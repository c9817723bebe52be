"""The bot as it is, its sender still, which draws the charts of forty teams once it is told to."""

import signal
import sys
import threading
import time
from pathlib import Path

from bot import logs, settings
from bot.kit import Kit
from bot.running import Running, opened
from bot.sending import gates
from tests.bench.processes import wait_to_be_stopped
from tests.bench.runcharts import everything

TEAMS, MEASURES = 40, 8


def main(app_token: str, told: str) -> None:
    """Connect without the alarm clock; SIGUSR1 begins the drawing, and how many seconds it took stands in a file."""
    logs.configure()
    running = Running(opened(settings.read(SLACK_APP_TOKEN=app_token)), gates.UNPACED)
    drawing = threading.Thread(target=_draw, args=[running.kit, Path(told)])
    signal.signal(signal.SIGUSR1, lambda _signal, _frame: drawing.start())
    assert running.identify()
    assert running.connect()
    wait_to_be_stopped()
    running.stop()


def _draw(kit: Kit, told: Path) -> None:
    """Judge and draw each chart by itself, as the sender does for each message."""
    began = time.perf_counter()
    for _ in range(TEAMS * MEASURES):
        kit.studio.png(everything())
    told.write_text(f"{time.perf_counter() - began:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])

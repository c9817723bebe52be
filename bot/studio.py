"""Where pictures are drawn: one process beside the bot, so that no click waits for a drawing.

It starts with the first picture, draws all of them, and ends with the bot, however that ends.
"""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import connection, get_context, parent_process

from bot.cards.chart_sets import ChartSet
from bot.cards.grids import Grid
from bot.cards.stratified_charts import StratifiedChart
from bot.cards.team_weeks import WeekGrid
from bot.charts import Chart
from bot.domain.retention import Curve
from bot.domain.spreads import Spread

Drawn = Chart | ChartSet | StratifiedChart | Grid | WeekGrid | Spread | Curve
PATIENCE = 30.0  # seconds; the first picture waits for what draws to be loaded
POLITE = 5  # how far what draws steps back behind what answers people


class NotDrawn(Exception):
    """There is no picture of this; the reason is for the log."""


class Studio:
    """Draws for any thread; nothing is started before somebody asks."""

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def png(self, drawn: Drawn) -> bytes:
        """The picture. Raises NotDrawn; what broke is set up anew for the next one."""
        try:
            return self._drawn_by(self._opened(), drawn)
        except Exception as error:
            raise NotDrawn(type(error).__name__) from error  # its words may be what somebody wrote

    def close(self) -> None:
        """Let what is being drawn be finished, and end the process."""
        if self._pool:
            self._let_go(self._pool)

    def _opened(self) -> ProcessPoolExecutor:
        with self._opening:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_settle_in)
            return self._pool

    def _drawn_by(self, pool: ProcessPoolExecutor, drawn: Drawn) -> bytes:
        try:
            drawing = pool.submit(draw, drawn)
            return drawing.result(PATIENCE)
        except TimeoutError:
            drawing.cancel()  # nobody waits for it any more
            raise
        except BrokenProcessPool:
            self._let_go(pool)
            raise

    def _let_go(self, pool: ProcessPoolExecutor) -> None:
        with self._opening:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(cancel_futures=True)


def draw(drawn: Drawn) -> bytes:
    """Draw here and now: what the process beside the bot does."""
    from bot.drawing import (  # loads slowly
        chart_pages,
        grid_pages,
        retention_curve,
        run_charts,
        spread,
        strata_pages,
        week_pages,
    )  # fmt: skip

    match drawn:
        case ChartSet():
            return chart_pages.png(drawn)
        case StratifiedChart():
            return strata_pages.png(drawn)
        case Spread():
            return spread.png(drawn)
        case Curve():
            return retention_curve.png(drawn)
        case Grid():
            return grid_pages.png(drawn)
        case WeekGrid():
            return week_pages.png(drawn)
        case Chart():
            return run_charts.png(drawn)


def _settle_in() -> None:
    """In the process that draws: be polite, leave signals to the bot, and go when it goes, even by kill -9."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(POLITE)
    threading.Thread(target=_go_with_the_bot, name="go-with-the-bot", daemon=True).start()


def _go_with_the_bot() -> None:
    bot = parent_process()
    assert bot is not None
    connection.wait([bot.sentinel])
    os._exit(0)

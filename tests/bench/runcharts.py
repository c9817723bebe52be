"""Run charts: the rules over very many series, and one picture, without the time to load what draws it."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from bot import charts, drawing
from bot.charts import Chart
from bot.domain import runchart_tables, runcharts
from tests.bench.figures import Figure, at_most
from tests.bench.subjects import Bench

SERIES, MONTHS, ROUNDS, PICTURES = 100_000, 24, 5, 20


async def charting(bench: Bench) -> list[Figure]:
    """Seconds for the rules of both names, and milliseconds for a picture with everything in it."""
    chance = np.random.default_rng(4)
    table = chance.normal(50, 10, (SERIES, MONTHS))
    table[chance.random(table.shape) < 0.1] = np.nan
    chart = _everything()
    drawing.png(chart)  # loads what draws
    both = [median(_seconds(ROUNDS, _judging(table, rules))) for rules in ("anhoej", "perla")]
    pictures = sorted(1000 * taken for taken in _seconds(PICTURES, lambda: drawing.png(chart)))
    told = f"{both[0]:.2f} s by the Anhøj rules, {both[1]:.2f} s by Perla's"
    picture = f"{median(pictures):.0f} ms; slowest {pictures[-1]:.0f}"
    return [
        at_most(f"run-chart rules over {SERIES:,} series of {MONTHS} points", max(both), 2, "s", told),
        at_most("one chart, drawn", median(pictures), 250, "ms", picture),
    ]


def _judging(table: runchart_tables.Table, rules: runcharts.Rules) -> Callable[[], object]:
    return lambda: runchart_tables.judged(table, rules=rules, baseline=12)


def _seconds(rounds: int, act: Callable[[], Any]) -> list[float]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def _everything() -> Chart:
    """A signal of improvement, a gap, small months, a goal and four tests."""
    values = [41, 38, 44, 40, 36, 43, 45, None, 52, 58, 55, 61, 63, 60, 66, 71, 68, 74]
    return Chart(
        title="Offered within 3 days",
        whose="Alder & Main Counseling",
        labels=[charts.label(f"{2025 + row // 12}-{row % 12 + 1:02}") for row in range(len(values))],
        values=values,
        phases=runcharts.phases(values, baseline=6),
        sizes=[8 if row in (2, 6, 14) else 30 for row in range(len(values))],
        unit="percent",
        direction="up",
        goal=85,
        notes=[(6, "One warm call"), (8, "Walk-in block"), (9, "A second block"), (13, "Ten-minute intake")],
    )

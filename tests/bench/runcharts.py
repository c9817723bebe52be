"""Run charts: the rules over very many series, one picture, and those of forty teams while people press buttons."""

import signal
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from bot import charts
from bot.charts import Chart
from bot.domain import runchart_tables, runcharts
from bot.drawing import run_charts
from tests.bench.acts import Acts
from tests.bench.figures import Figure, at_most
from tests.bench.load import Acks, one_by_one, steadily
from tests.bench.subjects import OURS, Bench

SERIES, MONTHS, ROUNDS, PICTURES = 100_000, 24, 5, 20
SPELL = 40  # acts between two looks whether all is drawn


async def charting(bench: Bench) -> list[Figure]:
    """Seconds for the rules of both names, and milliseconds for a picture with everything in it."""
    chance = np.random.default_rng(4)
    table = chance.normal(50, 10, (SERIES, MONTHS))
    table[chance.random(table.shape) < 0.1] = np.nan
    chart = everything()
    run_charts.png(chart)  # loads what draws
    both = [median(_seconds(ROUNDS, _judging(table, rules))) for rules in ("anhoej", "perla")]
    pictures = sorted(1000 * taken for taken in _seconds(PICTURES, lambda: run_charts.png(chart)))
    told = f"{both[0]:.2f} s by the Anhøj rules, {both[1]:.2f} s by Perla's"
    picture = f"{median(pictures):.0f} ms; slowest {pictures[-1]:.0f}"
    seconds, acks = await _beside(bench)
    beside = f"{acks.p99:.1f} ms; p50 {acks.p50:.1f}, slowest {acks.slowest:.0f}"
    return [
        at_most(f"run-chart rules over {SERIES:,} series of {MONTHS} points", max(both), 2, "s", told),
        at_most("one chart, drawn", median(pictures), 250, "ms", picture),
        at_most("40 teams × 8 charts, judged and drawn beside the bot", seconds, 60, "s", f"{seconds:.0f} s"),
        at_most("… 20 acts/s meanwhile: ack p99", acks.p99, 100, "ms", beside),
    ]


async def _beside(bench: Bench) -> tuple[float, Acks]:
    """Seconds for the charts of forty teams, and how long acks took as long as they were drawn."""
    acts, told, times = Acts(), bench.folder / "drawn", list[float]()
    async with bench.drawing(told) as ours:
        await one_by_one(bench.to(OURS), [acts.mixed() for _ in range(10)])
        ours.signal(signal.SIGUSR1)
        while not told.exists():
            spell = await steadily(bench.to(OURS), [acts.mixed() for _ in range(SPELL)], per_second=20)
            times += spell.times
        seconds = float(told.read_text())
    return seconds, Acks(times, len(times) / seconds)


def _judging(table: runchart_tables.Table, rules: runcharts.Rules) -> Callable[[], object]:
    return lambda: runchart_tables.judged(table, rules=rules, baseline=12)


def _seconds(rounds: int, act: Callable[[], Any]) -> list[float]:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return taken


def everything() -> Chart:
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

"""A run chart's plot: its grid, its lines and its points, on axes that somebody else has placed.

Colors are calm and never carry meaning alone: what a signal means is written, and its points have a shape of their own.
"""

from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bot.charts import Chart
from bot.domain.runcharts import Meaning
from bot.drawing.lettering import INK, QUIET

GRID, SERIES, SHADE = "#e3e8ec", "#4f6f8f", "#d9e3ec"
ACCENTS: dict[Meaning, tuple[str, str]] = {  # color, and the shape of the points that make a signal
    "early": (QUIET, "o"),
    "none": (QUIET, "o"),
    "improvement": ("#0b7a6f", "o"),
    "look": ("#96600a", "D"),
    "change": ("#4d4f9e", "s"),
}
SHAPES = {"o": "●", "D": "◆", "s": "■"}
Named = tuple[float, str, str]  # the number of a line, what it is, and its color


@dataclass(frozen=True)
class Pen:
    """How heavy a plot is drawn: points of a signal, other points, and lines, in points."""

    telling: float = 11.0
    plain: float = 8.5
    line: float = 2.2


def lead(chart: Chart, words: str) -> str:
    """The first words of a finding, with the shape that its points have where there is a signal."""
    return f"{SHAPES[ACCENTS[chart.meaning][1]]} {words}" if chart.latest.telling else words


def span(chart: Chart) -> tuple[float, float]:
    """The lowest and the highest number of the axis, with some air; not below 0 or above 100 percent without need."""
    medians = [phase.finding.median for phase in chart.phases]
    ends = [end for both in chart.spread if both for end in both]
    shown = [number for number in (*chart.values, *medians, chart.goal, *ends) if number is not None] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    air = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    floor = 0.0 if low >= 0 else low - air
    ceiling = 100.0 if chart.unit == "percent" and high <= 100 else high + air
    return max(low - air, floor), min(high + air, ceiling)


def ticks(chart: Chart, low: float, high: float) -> list[tuple[float, str]]:
    """Where the grid lines are, and how they are called."""
    places = [float(place) for place in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    sign = "%" if chart.unit == "percent" else ""
    return [(place, f"{place:,.10g}{sign}") for place in places if low <= place <= high] or [(low, f"{low:.3g}{sign}")]


def lines(axes: Axes, chart: Chart) -> list[Named]:
    """Medians, solid over what they are of and broken where they are only extended, and the goal; the ones to name."""
    named: list[Named] = []
    for phase in chart.phases:
        if (median := phase.finding.median) is None:
            continue
        until = min(phase.first + (phase.finding.baseline or phase.end), phase.end) - 0.5
        axes.plot([phase.first - 0.4, until], [median] * 2, color=INK, linewidth=2.4, zorder=2)
        axes.plot([until, phase.end - 0.5], [median] * 2, color=INK, linewidth=1.8, linestyle=(0, (5, 4)), zorder=2)
        named = [(median, "median", INK)]
    if chart.goal is not None:
        axes.axhline(chart.goal, color=QUIET, linewidth=2, linestyle=(0, (1, 2)), zorder=2)
        named.append((chart.goal, "goal", QUIET))
    return named


def spread(axes: Axes, chart: Chart) -> None:
    """From the lowest of several teams to the highest, shaded, where no month lies between."""
    told = [(row, ends) for row, ends in enumerate(chart.spread) if ends]
    for _, joined in groupby(enumerate(told), key=lambda one: one[1][0] - one[0]):
        rows, ends = zip(*(one for _, one in joined), strict=True)
        lows, highs = zip(*ends, strict=True)
        if len(rows) == 1:  # a month alone has no width
            axes.plot([rows[0]] * 2, [lows[0], highs[0]], color=SHADE, linewidth=9, solid_capstyle="butt", zorder=1)
        axes.fill_between(rows, lows, highs, color=SHADE, linewidth=0, zorder=1)


def points(axes: Axes, chart: Chart, pen: Pen) -> None:
    """The points, joined where no month lies between; hollow where they are of few people, marked in a signal."""
    present = [(row, value) for row, value in enumerate(chart.values) if value is not None]
    for _, joined in groupby(enumerate(present), key=lambda one: one[1][0] - one[0]):
        rows, values = zip(*(point for _, point in joined), strict=True)
        axes.plot(rows, values, color=SERIES, linewidth=pen.line, alpha=0.6, zorder=3, clip_on=False)
    marked = {row for mark in chart.latest.telling for row in mark.rows}
    color, shape = ACCENTS[chart.meaning]
    alike: dict[tuple[str, str, float, str], list[tuple[int, float]]] = {}
    for row, value in present:
        accent, form, size = (color, shape, pen.telling) if row in marked else (SERIES, "o", pen.plain)
        inside = "white" if chart.is_small(row) else accent
        alike.setdefault((accent, form, size, inside), []).append((row, value))
    for (accent, form, size, inside), some in alike.items():
        axes.plot(
            *zip(*some, strict=True), marker=form, linestyle="none", markersize=size, markeredgecolor=accent,
            markerfacecolor=inside, markeredgewidth=min(2.0, size / 4), zorder=4, clip_on=False,
        )  # fmt: skip

"""A measure told apart by a stratum: a plot for each level on one scale, with everybody's line pale behind it."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from bot import charts
from bot.cards import stratified_charts
from bot.cards.stratified_charts import StratifiedChart
from bot.charts import Chart
from bot.drawing import chart_pages, easel, lettering, plots
from bot.drawing.chart_pages import PEN, WIDE
from bot.drawing.lettering import FINE, LARGE, MIDDLE, QUIET, Line

PLOT = 250  # pixels
BEHIND = "#a9b4bd"
SMALLEST = 11.5  # points; of words within a plot
BORDER = withStroke(linewidth=3, foreground="white")


def png(shown: StratifiedChart) -> bytes:
    """The picture, 1,080 pixels wide and as high as its levels need."""
    with easel.free():
        head = [
            *lettering.wrapped(shown.title, 2, Line("", LARGE, weight="bold")),
            *lettering.wrapped(shown.whose, 1, Line("", MIDDLE, QUIET)),
            *lettering.wrapped(stratified_charts.gap(shown), 3, Line("", MIDDLE, air=12)),
        ]
        foot = lettering.wrapped(_key(shown), 3, Line("", FINE, QUIET, air=8))
        charted = [(level, chart_pages.above(level)) for level in shown.levels]
        fill = partial(_fill, shown=shown, span=_span(shown))
        return chart_pages.page(head, charted, foot, fill, plot=PLOT)


def _span(shown: StratifiedChart) -> tuple[float, float]:
    """One scale for all of them, everybody's line included."""
    spans = [plots.span(level) for level in shown.levels]
    behind = [value for value in shown.everybody if value is not None]
    return min([low for low, _ in spans] + behind), max([high for _, high in spans] + behind)


def _fill(axes: Axes, chart: Chart, *, shown: StratifiedChart, span: tuple[float, float]) -> None:
    """The grid with its numbers, everybody's line, and the level's own chart."""
    axes.set_ylim(*span)
    ticks = plots.ticks(chart, *span)
    beside = max(lettering.width(told, SMALLEST) for _, told in ticks) / WIDE
    axes.set_xlim(-0.6 - beside * len(chart.values), len(chart.values) - 0.4)
    for place, told in ticks:
        axes.axhline(place, color=plots.GRID, linewidth=1, zorder=0)
        axes.annotate(
            told, (0, place), (0, 1), xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="bottom",
            size=SMALLEST, color=QUIET, zorder=5, path_effects=[BORDER],
        )  # fmt: skip
    _everybody(axes, chart, shown.everybody, span)
    plots.lines(axes, chart)
    plots.points(axes, chart, PEN)


def _everybody(axes: Axes, chart: Chart, values: Sequence[float | None], span: tuple[float, float]) -> None:
    """Joined where no month lies between, and named once, where the level's own line is farthest away."""
    told = [(row, value) for row, value in enumerate(values) if value is not None]
    for _, joined in groupby(enumerate(told), key=lambda one: one[1][0] - one[0]):
        rows, heights = zip(*(one for _, one in joined), strict=True)
        axes.plot(rows, heights, color=BEHIND, linewidth=3.2, solid_capstyle="round", zorder=1)
    apart = [(abs(value - (chart.values[row] or value)), row, value) for row, value in told if chart.values[row]]
    if not apart:
        return
    reach = 16 * (span[1] - span[0]) / PLOT
    room = lettering.width("everybody", SMALLEST) / WIDE * (len(values) + 0.2)
    places = [
        (-_covered(chart, values, (across, height), (room, reach)), distance, across, height)
        for distance, row, value in apart
        for height in (value + reach, value - reach)
        if span[0] < height < span[1]
        for across in [min(max(row, room / 2 - 0.6), len(values) - 0.4 - room / 2)]
    ]
    _, _, across, height = max(places or [(0, 0.0, apart[0][1], apart[0][2])])
    axes.text(
        across, height, "everybody", ha="center", va="center", size=SMALLEST, color=QUIET, zorder=5,
        path_effects=[BORDER],
    )  # fmt: skip


def _covered(
    chart: Chart, values: Sequence[float | None], place: tuple[float, float], room: tuple[float, float]
) -> int:
    """How many points, of the level and of everybody, a word at that place would lie over."""
    (across, height), (wide, reach) = place, room
    return sum(
        abs(row - across) < wide / 2 + 0.3 and value is not None and abs(value - height) < reach
        for points in (chart.values, values)
        for row, value in enumerate(points)
    )


def _key(shown: StratifiedChart) -> str:
    """What one needs to know to read the page, the rule set first."""
    told = [shown.rules, "all on one scale", "line: median (broken where it is only extended)"]
    told += [said.rstrip(".").replace("New", "new", 1) for said in stratified_charts.medians(shown)]
    told += ["dots: goal"] if shown.levels[0].goal is not None else []
    small = any(level.is_small(row) for level in shown.levels for row in level.present)
    told += [f"hollow: of fewer than {charts.SMALL}"] if small else []
    hidden = any(level.gaps for level in shown.levels)
    return " · ".join([*told, *(["a gap: not shown, of too few people"] if hidden else [])])

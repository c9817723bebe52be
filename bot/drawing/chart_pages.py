"""A team's whole set of run charts on one page, two beside each other, each with its finding over it."""

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot import charts
from bot.cards.chart_sets import ChartSet
from bot.charts import LEADS, Chart
from bot.drawing import easel, lettering, plots
from bot.drawing.lettering import FINE, LARGE, MARGIN, PALE, QUIET, WIDTH, Line
from bot.drawing.plots import Pen

GAP, PLOT, MONTHS = 48, 190, 50  # pixels: between two charts, a plot, and the names of its first and last month
HALF = 16.0  # points: words over half of the width, which a phone shows small
WIDE = (WIDTH - 2 * MARGIN - GAP) / 2
PEN = Pen(telling=7.5, plain=5.0, line=1.8)
Charted = tuple[Chart, list[Line]]  # with what is written above it
Fill = Callable[[Axes, Chart], None]


def png(shown: ChartSet) -> bytes:
    """The picture, 1,080 pixels wide and as high as its charts need."""
    with easel.free():
        head = lettering.wrapped(shown.whose, 2, Line("", LARGE, weight="bold"))
        foot = lettering.wrapped(_key(shown), 3, Line("", FINE, QUIET, air=8))
        return page(head, [(chart, above(chart)) for chart in shown.charts], foot, _fill, plot=PLOT)


def page(head: Sequence[Line], charted: Sequence[Charted], foot: Sequence[Line], fill: Fill, *, plot: float) -> bytes:
    """Charts with what is written above each, in twos, `plot` pixels high, between the page's first and last words."""
    rows = [charted[place : place + 2] for place in range(0, len(charted), 2)]
    heights = [max(lettering.height(above) for _, above in row) + 16 + plot + MONTHS + GAP for row in rows]
    height = 2 * MARGIN + lettering.height(head) + 24 + sum(heights) + lettering.height(foot)
    figure = easel.blank(height)
    lettering.write(figure, head, height - MARGIN)
    top = height - MARGIN - lettering.height(head) - 24
    for row, taken in zip(rows, heights, strict=True):
        for place, (chart, above) in enumerate(row):
            left = MARGIN + place * (WIDE + GAP)
            lettering.write(figure, above, top, left)
            bottom = top - taken + GAP + MONTHS
            box = (left / WIDTH, bottom / height, WIDE / WIDTH, plot / height)
            fill(_axes(figure, chart, box), chart)
        top -= taken
    lettering.write(figure, foot, MARGIN + lettering.height(foot))
    return easel.png(figure)


def above(chart: Chart) -> list[Line]:
    """What is measured, its newest value, and the finding."""
    color, _ = plots.ACCENTS[chart.meaning]
    latest = chart.present[-1] if chart.present else None
    value = "nothing yet" if latest is None else chart.shown(chart.values[latest] or 0.0)
    goal = "" if chart.goal is None else f" · goal {chart.short(chart.goal)}"
    return [
        *lettering.wrapped(chart.title, 2, Line("", HALF, weight="bold"), WIDE),
        *lettering.wrapped(plots.lead(chart, LEADS[chart.meaning]), 1, Line("", HALF, color, "bold"), WIDE),
        *lettering.wrapped(f"{value}{goal}", 1, Line("", LARGE), WIDE),
    ]


def _axes(figure: Figure, chart: Chart, box: tuple[float, float, float, float]) -> Axes:
    """Where a chart is drawn, with when it begins and ends."""
    axes = figure.add_axes(box)
    axes.set_xlim(-0.6, max(len(chart.values), 2) - 0.4)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.set_yticks([])
    axes.set_xticks([])
    _months(axes, chart)
    return axes


def _fill(axes: Axes, chart: Chart) -> None:
    """Lines and points, on a scale of their own."""
    axes.set_ylim(*plots.span(chart))
    for row, _ in chart.events:
        axes.axvline(row, color=PALE, linewidth=1.2, zorder=1)
    plots.lines(axes, chart)
    plots.points(axes, chart, PEN)


def _months(axes: Axes, chart: Chart) -> None:
    """The first month and the last, below their ends of the plot."""
    ends = {"left": chart.labels[0], "right": chart.labels[-1]} if len(chart.labels) > 1 else {"left": chart.labels[0]}
    for side, label in ends.items():
        told = lettering.drawable(label)
        where = (0.0 if side == "left" else 1.0, 0.0)
        axes.annotate(
            lettering.cut(told, WIDE / 2 - 12, HALF), where, (0, -5), xycoords="axes fraction",
            textcoords="offset points", ha=side, va="top", size=HALF, color=QUIET, annotation_clip=False,
        )  # fmt: skip


def _key(shown: ChartSet) -> str:
    """What one needs to know to read the page, the rule set first."""
    told = [shown.rules, "line: median (broken where it is only extended)"]
    told += ["dots: goal"] if any(chart.goal is not None for chart in shown.charts) else []
    told += ["upright: a test or a new median"] if any(chart.events for chart in shown.charts) else []
    small = any(chart.is_small(row) for chart in shown.charts for row in chart.present)
    return " · ".join([*told, *([f"hollow: of fewer than {charts.SMALL}"] if small else [])])

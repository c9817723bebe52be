"""Run charts drawn with matplotlib, for a phone first: 1,080 pixels wide, large letters, labels beside what they name.

Colors are calm and never carry meaning alone: what a signal means is written, and its points have a shape of their own.
"""

import io
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from threading import Lock

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from bot import charts, lettering
from bot.charts import Chart
from bot.domain.runcharts import Meaning
from bot.lettering import CHIP, DPI, FAMILY, FINE, INK, LARGE, MARGIN, MIDDLE, PALE, QUIET, WIDTH, Line

PLOT, RIGHT = 560, 160  # pixels: the height of the plot, and the room beside it for the names of its lines
MONTHS = 760  # pixels that the axis of months has at least
GRID, SERIES = "#e3e8ec", "#4f6f8f"
ACCENTS: dict[Meaning, tuple[str, str]] = {  # color, and the shape of the points that make a signal
    "early": (QUIET, "o"),
    "none": (QUIET, "o"),
    "improvement": ("#0b7a6f", "o"),
    "look": ("#96600a", "D"),
    "change": ("#4d4f9e", "s"),
}
SHAPES = {"o": "●", "D": "◆", "s": "■"}
MOST_TICKS, MOST_NOTES, MOST_LARGE_POINTS = 6, 4, 60
NAME = 0.17  # of the axis: what the name of a line takes
_one_at_a_time = Lock()  # matplotlib draws for one thread at a time
Points = Sequence[tuple[int, float]]


def png(chart: Chart) -> bytes:
    """The picture, 1,080 pixels wide, on the one figure there is: a new one for each would pile up in memory."""
    with _one_at_a_time, mpl.rc_context({"text.parse_math": False, "font.family": FAMILY}):
        above, below = _above(chart), _below(chart)
        span = _span(chart)
        ticks = _ticks(chart, *span)
        left = MARGIN + max(lettering.width(told, FINE) for _, told in ticks) + 18
        top = MARGIN + lettering.height(above) + (104 if chart.notes else 34)
        bottom = MARGIN + lettering.height(below) + 104
        figure, height = _figure(), top + PLOT + bottom
        figure.clear()
        figure.set_size_inches(WIDTH / DPI, height / DPI)
        axes = figure.add_axes((left / WIDTH, bottom / height, (WIDTH - left - RIGHT) / WIDTH, PLOT / height))
        _frame(axes, chart, span, ticks)
        _lines(axes, chart)
        _notes(axes, chart)
        _points(axes, chart)
        lettering.write(figure, above, height - MARGIN)
        lettering.write(figure, below, MARGIN + lettering.height(below))
        picture = io.BytesIO()
        figure.savefig(picture, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3})
        return picture.getvalue()


@cache
def _figure() -> Figure:
    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def _above(chart: Chart) -> list[Line]:
    """Title, whose it is, and the finding."""
    color, shape = ACCENTS[chart.meaning]
    lead, _, rest = charts.sentence(chart).partition(": ")
    lead = f"{SHAPES[shape]} {lead}" if chart.latest.telling else lead
    return [
        *lettering.wrapped(chart.title, 2, Line("", LARGE, weight="bold")),
        *lettering.wrapped(charts.subtitle(chart), 1, Line("", MIDDLE, QUIET)),
        *lettering.wrapped(lead, 2, Line("", MIDDLE, color, "bold", air=16)),
        *lettering.wrapped(rest[:1].upper() + rest[1:], 2, Line("", MIDDLE)),
    ]


def _below(chart: Chart) -> list[Line]:
    """The notes by their numbers, and what else one needs to know to read the picture."""
    numbered = list(enumerate(chart.notes, 1))
    lines = [Line(f"… {len(numbered) - MOST_NOTES} earlier", FINE, QUIET)] if len(numbered) > MOST_NOTES else []
    for number, (row, words) in numbered[-MOST_NOTES:]:
        note = Line("", FINE, number=str(number), air=8)
        lines += lettering.wrapped(f"{chart.labels[row]}: {words}", 1, note)
    return lines + lettering.wrapped(charts.key(chart), 3, Line("", FINE, QUIET, air=16))


def _span(chart: Chart) -> tuple[float, float]:
    """The lowest and the highest number of the axis, with some air; not below 0 or above 100 percent without need."""
    medians = [phase.finding.median for phase in chart.phases]
    shown = [number for number in (*chart.values, *medians, chart.goal) if number is not None] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    air = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    floor = 0.0 if low >= 0 else low - air
    ceiling = 100.0 if chart.unit == "percent" and high <= 100 else high + air
    return max(low - air, floor), min(high + air, ceiling)


def _ticks(chart: Chart, low: float, high: float) -> list[tuple[float, str]]:
    """Where the grid lines are, and how they are called."""
    places = [float(place) for place in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    sign = "%" if chart.unit == "percent" else ""
    return [(place, f"{place:,.10g}{sign}") for place in places if low <= place <= high] or [(low, f"{low:.3g}{sign}")]


def _frame(axes: Axes, chart: Chart, span: tuple[float, float], ticks: list[tuple[float, str]]) -> None:
    """Grid, months, and nothing else."""
    axes.set_xlim(-0.6, len(chart.values) - 0.4)
    axes.set_ylim(*span)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=GRID, linewidth=1.2)
    axes.tick_params(length=0, labelsize=FINE, labelcolor=QUIET, pad=8)
    axes.set_yticks([place for place, _ in ticks], [told for _, told in ticks])
    axes.set_xticks(*_named_rows(chart))


def _named_rows(chart: Chart) -> tuple[list[int], list[str]]:
    """Which rows are named on the axis, as many as there is room for, and how: the year only where it is a new one."""
    labels = [lettering.drawable(label) for label in chart.labels]
    most = MOST_TICKS
    if not all(map(_is_month, labels)):
        most = int(min(max(MONTHS // (max(lettering.width(label, FINE) for label in labels) + 24), 2), MOST_TICKS))
    rows = list(range(0, len(labels), -(-len(labels) // most)))
    told, before = [], ""
    for label in (labels[row] for row in rows):
        month, _, year = label.partition(" ")
        if _is_month(label):
            told.append(f"{month}\n{'' if year == before else year}")
            before = year
        else:
            told.append(f"{lettering.cut(label, 0.8 * MONTHS / len(rows), FINE)}\n")
    return rows, told


def _is_month(label: str) -> bool:
    month, _, year = label.partition(" ")
    return month in charts.MONTHS and year.isdecimal()


def _lines(axes: Axes, chart: Chart) -> None:
    """Medians, solid over what they are of and broken where they are only extended; the goal; and their names."""
    named = []
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
    for place, (number, name, color) in _apart(axes, named):
        axes.text(
            1.02, place, f"{name}\n{chart.short(number)}", transform=axes.transAxes, va="center", size=FINE,
            color=color, linespacing=1.15,
        )  # fmt: skip


def _apart(axes: Axes, named: Sequence[tuple[float, str, str]]) -> list[tuple[float, tuple[float, str, str]]]:
    """Where the names of lines go, as a share of the axis: beside their line, moved apart where they would touch."""
    low, high = axes.get_ylim()
    placed = sorted(((one[0] - low) / (high - low), one) for one in named)
    if len(placed) == 2 and (lacking := NAME - (placed[1][0] - placed[0][0])) > 0:
        lower = min(max(placed[0][0] - lacking / 2, 0.05), 0.95 - NAME)
        placed = [(lower, placed[0][1]), (lower + NAME, placed[1][1])]
    return placed


def _notes(axes: Axes, chart: Chart) -> None:
    """Numbers over the months in which something was tried or changed."""
    before, raised = -1000, False
    for row, together in groupby(enumerate(chart.notes, 1), key=lambda one: one[1][0]):
        raised = not raised and (row - before) * MONTHS / len(chart.values) < 46
        before = row
        axes.axvline(row, color=PALE, linewidth=1.4, zorder=1)
        axes.annotate(
            ",".join(str(number) for number, _ in together), (row, 1), (0, 34 if raised else 13),
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", ha="center", va="center", size=FINE - 1,
            annotation_clip=False, bbox=CHIP,
        )  # fmt: skip


def _points(axes: Axes, chart: Chart) -> None:
    """The points, joined where no month lies between; hollow where they are of few people, marked in a signal."""
    present = [(row, value) for row, value in enumerate(chart.values) if value is not None]
    for _, joined in groupby(enumerate(present), key=lambda one: one[1][0] - one[0]):
        rows, values = zip(*(point for _, point in joined), strict=True)
        axes.plot(rows, values, color=SERIES, linewidth=2.2, alpha=0.6, zorder=3, clip_on=False)
    marked = {row for mark in chart.latest.telling for row in mark.rows}
    color, shape = ACCENTS[chart.meaning]
    plain = 8.5 if len(present) <= MOST_LARGE_POINTS else 4.0
    alike: dict[tuple[str, str, float, str], list[tuple[int, float]]] = {}
    for row, value in present:
        accent, form, size = (color, shape, 11.0) if row in marked else (SERIES, "o", plain)
        inside = "white" if chart.is_small(row) else accent
        alike.setdefault((accent, form, size, inside), []).append((row, value))
    for (accent, form, size, inside), some in alike.items():
        axes.plot(
            *zip(*some, strict=True), marker=form, linestyle="none", markersize=size, markeredgecolor=accent,
            markerfacecolor=inside, markeredgewidth=2, zorder=4, clip_on=False,
        )  # fmt: skip
    if present:
        _latest(axes, chart, present)


def _latest(axes: Axes, chart: Chart, present: Points) -> None:
    """The newest value beside its point, on the side where less is in the way."""
    row, value = present[-1]
    per_pixel = (axes.get_ylim()[1] - axes.get_ylim()[0]) / PLOT
    near = [before for at, before in present[:-1] if (row - at) * MONTHS / len(chart.values) < 110]
    lines = [number for number in (chart.latest.finding.median, chart.goal) if number is not None]

    def in_the_way(side: int) -> float:
        middle = value + side * 38 * per_pixel
        comes_from_there = bool(near) and (near[-1] - value) * side > 0
        on_it = sum(abs(one - middle) < 44 * per_pixel for one in near)
        return on_it + sum(abs(one - middle) < 20 * per_pixel for one in lines) + 0.5 * comes_from_there

    side = min((1, -1), key=in_the_way)
    axes.annotate(
        chart.short(value), (row, value), (6, 18 * side), textcoords="offset points",
        ha="right" if row else "center", va="center", size=MIDDLE, weight="bold", color=INK, annotation_clip=False,
        zorder=6, path_effects=[withStroke(linewidth=5, foreground="white")],
    )  # fmt: skip

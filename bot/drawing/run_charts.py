"""Run charts drawn with matplotlib, for a phone first: 1,080 pixels wide, large letters, labels beside what they name.

Colors are calm and never carry meaning alone: what a signal means is written, and its points have a shape of their own.
"""

from collections.abc import Sequence
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from bot import charts
from bot.charts import Chart
from bot.drawing import easel, lettering, plots
from bot.drawing.lettering import CHIP, FINE, INK, LARGE, MARGIN, MIDDLE, PALE, QUIET, WIDTH, Line
from bot.drawing.plots import Named, Pen

PLOT, RIGHT = 560, 160  # pixels: the height of the plot, and the room beside it for the names of its lines
MONTHS = 760  # pixels that the axis of months has at least
MOST_TICKS, MOST_NOTES, MOST_LARGE_POINTS = 6, 4, 60
NAME = 0.17  # of the axis: what the name of a line takes


def png(chart: Chart) -> bytes:
    """The picture, 1,080 pixels wide."""
    with easel.free():
        above, below = _above(chart), _below(chart)
        span = plots.span(chart)
        ticks = plots.ticks(chart, *span)
        left = MARGIN + max(lettering.width(told, FINE) for _, told in ticks) + 18
        top = MARGIN + lettering.height(above) + (104 if chart.events else 34)
        bottom = MARGIN + lettering.height(below) + 104
        height = top + PLOT + bottom
        figure = easel.blank(height)
        axes = figure.add_axes((left / WIDTH, bottom / height, (WIDTH - left - RIGHT) / WIDTH, PLOT / height))
        _frame(axes, chart, span, ticks)
        _names(axes, chart, plots.lines(axes, chart))
        _notes(axes, chart)
        plots.spread(axes, chart)
        _ends(axes, chart)
        plots.points(axes, chart, Pen() if len(chart.present) <= MOST_LARGE_POINTS else Pen(plain=4.0))
        _latest(axes, chart)
        lettering.write(figure, above, height - MARGIN)
        lettering.write(figure, below, MARGIN + lettering.height(below))
        return easel.png(figure)


def _above(chart: Chart) -> list[Line]:
    """Title, whose it is, and the finding."""
    color, _ = plots.ACCENTS[chart.meaning]
    lead, _, rest = charts.sentence(chart).partition(": ")
    return [
        *lettering.wrapped(chart.title, 2, Line("", LARGE, weight="bold")),
        *lettering.wrapped(charts.subtitle(chart), 1, Line("", MIDDLE, QUIET)),
        *lettering.wrapped(plots.lead(chart, lead), 2, Line("", MIDDLE, color, "bold", air=16)),
        *lettering.wrapped(rest[:1].upper() + rest[1:], 2, Line("", MIDDLE)),
    ]


def _below(chart: Chart) -> list[Line]:
    """The notes by their numbers, and what else one needs to know to read the picture."""
    numbered = list(enumerate(chart.events, 1))
    lines = [Line(f"… {len(numbered) - MOST_NOTES} earlier", FINE, QUIET)] if len(numbered) > MOST_NOTES else []
    for number, (row, words) in numbered[-MOST_NOTES:]:
        note = Line("", FINE, number=str(number), air=8)
        lines += lettering.wrapped(f"{chart.labels[row]}: {words}", 1, note)
    return lines + lettering.wrapped(charts.key(chart), 3, Line("", FINE, QUIET, air=16))


def _frame(axes: Axes, chart: Chart, span: tuple[float, float], ticks: list[tuple[float, str]]) -> None:
    """Grid, months, and nothing else."""
    axes.set_xlim(-0.6, len(chart.values) - 0.4)
    axes.set_ylim(*span)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=plots.GRID, linewidth=1.2)
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


def _names(axes: Axes, chart: Chart, named: Sequence[Named]) -> None:
    """What the lines are called, beside them."""
    for place, (number, name, color) in _apart(axes, named):
        axes.text(
            1.02, place, f"{name}\n{chart.short(number)}", transform=axes.transAxes, va="center", size=FINE,
            color=color, linespacing=1.15,
        )  # fmt: skip


def _apart(axes: Axes, named: Sequence[Named]) -> list[tuple[float, Named]]:
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
    for row, together in groupby(enumerate(chart.events, 1), key=lambda one: one[1][0]):
        raised = not raised and (row - before) * MONTHS / len(chart.values) < 46
        before = row
        axes.axvline(row, color=PALE, linewidth=1.4, zorder=1)
        axes.annotate(
            ",".join(str(number) for number, _ in together), (row, 1), (0, 34 if raised else 13),
            xycoords=axes.get_xaxis_transform(), textcoords="offset points", ha="center", va="center", size=FINE - 1,
            annotation_clip=False, bbox=CHIP,
        )  # fmt: skip


def _ends(axes: Axes, chart: Chart) -> None:
    """What the edges of the shade are, where they are farthest out."""
    told = [(row, ends) for row, ends in enumerate(chart.spread) if ends]
    if not told:
        return
    low_row, (low, _) = min(told, key=lambda one: one[1][0])
    high_row, (_, high) = max(told, key=lambda one: one[1][1])
    for row, value, words, side in ((low_row, low, "lowest team", 1), (high_row, high, "highest team", -1)):
        room = lettering.width(words, FINE - 2) * len(chart.values) / MONTHS
        at = min(max(row, room / 2 - 0.6), len(chart.values) - 0.4 - room / 2)
        axes.annotate(
            words, (at, value), (0, 12 * side), textcoords="offset points", ha="center", va="center", size=FINE - 2,
            color=QUIET, zorder=5, annotation_clip=False,
        )  # fmt: skip


def _latest(axes: Axes, chart: Chart) -> None:
    """The newest value beside its point, on the side where less is in the way."""
    present = [(row, value) for row, value in enumerate(chart.values) if value is not None]
    if not present:
        return
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

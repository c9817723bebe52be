"""Teams by months as a table of boxes: filled where all is in, pale where some is, outlined where it isn't yet."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from bot.cards import grids
from bot.cards.grids import Grid, Row, Told
from bot.drawing import easel, lettering
from bot.drawing.lettering import FINE, INK, LARGE, MARGIN, MIDDLE, PALE, QUIET, WIDTH, Line
from bot.drawing.plots import SERIES, SHADE

LINE, HEAD = 58, 74  # pixels: a team, and the names of the months
NAMES, RATES = 360, 180  # pixels: the column of teams at least, and that of how complete they are
AIR = 20  # pixels between a name and the first month
KEY = (
    "filled: all in · pale: some · outlined: not in yet · a dash: excused · empty: nobody asked · "
    "complete: of all due so far, in within two weeks of their day"
)


def png(grid: Grid) -> bytes:
    """The picture, 1,080 pixels wide and as high as its teams need."""
    with easel.free():
        above = [
            *lettering.wrapped(f"Numbers of {grid.whose}", 2, Line("", LARGE, weight="bold")),
            *lettering.wrapped(grid.day, 1, Line("", MIDDLE, QUIET)),
            *lettering.wrapped(next(iter(grids.findings(grid)), ""), 2, Line("", MIDDLE, air=12)),
        ]
        below = lettering.wrapped(KEY, 3, Line("", FINE, QUIET, air=12))
        height = 2 * MARGIN + lettering.height(above) + HEAD + LINE * len(grid.rows) + 24 + lettering.height(below)
        figure = easel.blank(height)
        lettering.write(figure, above, height - MARGIN)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(0, WIDTH), ylim=(0, height))
        top = height - MARGIN - lettering.height(above) - HEAD
        wide, names = _wide(grid), _names(grid)
        _head(axes, grid, top, wide, names)
        for place, row in enumerate(grid.rows):
            _row(axes, row, top - LINE * place, wide, names)
        lettering.write(figure, below, MARGIN + lettering.height(below))
        return easel.png(figure)


def _wide(grid: Grid) -> float:
    """Of a month's column; few months don't spread over all the room."""
    return min((WIDTH - 2 * MARGIN - NAMES - RATES) / max(len(grid.months), 1), 140)


def _names(grid: Grid) -> float:
    """Of the column of teams: as much as the longest name needs and the months leave."""
    longest = max((lettering.width(lettering.drawable(row.team), FINE) for row in grid.rows), default=0)
    room = WIDTH - 2 * MARGIN - RATES - len(grid.months) * _wide(grid)
    return min(max(longest + AIR, NAMES), room)


def _head(axes: Axes, grid: Grid, top: float, wide: float, names: float) -> None:
    """The months, the year where it is a new one, and over what stands at the end of each line."""
    before = ""
    for place, label in enumerate(grid.months):
        month, _, year = label.partition(" ")
        told = f"{month}\n{'' if year == before else year}"
        before = year
        across = MARGIN + names + (place + 0.5) * wide
        axes.text(across, top + HEAD - 8, told, ha="center", va="top", size=FINE - 1, color=QUIET, linespacing=1.1)
    across = MARGIN + names + len(grid.months) * wide + RATES
    if any(row.complete is not None for row in grid.rows):
        axes.text(across, top + HEAD - 8, "complete", ha="right", va="top", size=FINE - 1, color=QUIET)


def _row(axes: Axes, row: Row, top: float, wide: float, names: float) -> None:
    """A team's name, its months, and its rate."""
    middle = top - LINE / 2
    name = lettering.cut(lettering.drawable(row.team), names - AIR, FINE)
    axes.text(MARGIN, middle, name, va="center", size=FINE, color=INK)
    for place, told in enumerate(row.months):
        if told is not None:
            _box(axes, told, MARGIN + names + place * wide, middle, wide)
    if row.complete is not None:
        across = MARGIN + names + len(row.months) * wide + RATES
        axes.text(
            across,
            middle,
            f"{row.complete.is_in}/{row.complete.of} · {100 * row.complete.is_in / row.complete.of:.0f}%",
            ha="right",
            va="center",
            size=FINE,
            color=INK,
        )


def _box(axes: Axes, told: Told, left: float, middle: float, wide: float) -> None:
    """How many are in, in a box that says the same to whoever only glances."""
    if not told.of:
        axes.text(left + wide / 2, middle, "–", ha="center", va="center", size=FINE, color=QUIET)
        return
    filled, edge, ink = (
        (SERIES, SERIES, "white") if told.is_full else (SHADE, SHADE, INK) if told.is_in else ("white", PALE, QUIET)
    )
    box = FancyBboxPatch(
        (left + 7, middle - LINE / 2 + 6), wide - 14, LINE - 12, boxstyle="round,pad=0,rounding_size=7",
        facecolor=filled, edgecolor=edge, linewidth=1.4,
    )  # fmt: skip
    axes.add_patch(box)
    axes.text(left + wide / 2, middle, f"{told.is_in}/{told.of}", ha="center", va="center", size=FINE - 1, color=ink)

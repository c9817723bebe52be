"""Who took an idea from whom, drawn as a tree from top to bottom; what became of it is written beside each mark."""

from matplotlib.axes import Axes

from bot.domain import spreads
from bot.domain.spreads import Spread, Step
from bot.drawing import easel, lettering, plots
from bot.drawing.lettering import FINE, INK, LARGE, MARGIN, MIDDLE, PALE, QUIET, WIDTH, Line

ROW, STEP, GAP = 92, 56, 34  # pixels: a row, one further from the idea, and between a mark and its words
MARKS = {"adopted": ("o", True), "adapted": ("D", True), "abandoned": ("o", False), "stopped": ("x", True)}
TESTING = ("s", False)
KEY = "● adopted · ◆ adapted · ○ abandoned · ✕ stopped · □ still testing"


def png(spread: Spread) -> bytes:
    """The picture, 1,080 pixels wide and as high as its chain needs."""
    with easel.free():
        head, foot = _head(spread), _foot(spread)
        first = MARGIN + lettering.height(head) + 24
        height = first + ROW * (len(spread.steps) + 1) + lettering.height(foot) + MARGIN
        figure = easel.blank(height)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        rows = [first + ROW * (row + 0.5) for row in range(len(spread.steps) + 1)]
        _tree(axes, spread, rows)
        for step, middle in zip([Step(0, spread.whose, "shared it"), *spread.steps], rows, strict=True):
            left = _across(step) + GAP
            lettering.write(figure, _words(step, left), height - middle + 30, left)
        lettering.write(figure, head, height - MARGIN)
        lettering.write(figure, foot, MARGIN + lettering.height(foot))
        return easel.png(figure)


def _head(spread: Spread) -> list[Line]:
    tally = f"{spread.tally[:1].upper()}{spread.tally[1:]}" if spread.tally else "Nobody tests it yet"
    return [
        *lettering.wrapped(spread.title, 2, Line("", LARGE, weight="bold")),
        *lettering.wrapped(tally, 2, Line("", MIDDLE)),
    ]


def _foot(spread: Spread) -> list[Line]:
    more = f" · {spread.more} more are not shown" if spread.more else ""
    return lettering.wrapped(f"{KEY}{more}", 2, Line("", FINE, QUIET, air=12))


def _words(step: Step, left: float) -> list[Line]:
    room = WIDTH - left - MARGIN
    return [
        *lettering.wrapped(step.team, 1, Line("", FINE, weight="bold"), room),
        *lettering.wrapped(step.brief or step.told, 1, Line("", FINE, QUIET), room),
    ]


def _tree(axes: Axes, spread: Spread, rows: list[float]) -> None:
    """A line from each to what it came from, and a mark for what became of it."""
    nearer = [0 if parent is None else parent + 1 for parent in spreads.parents(spread)]
    places = [0.0 + MARGIN + 12, *map(_across, spread.steps)]
    for row, parent in enumerate(nearer, 1):
        axes.plot(
            (places[parent], places[parent], places[row]), (rows[parent], rows[row], rows[row]), color=PALE,
            linewidth=2, zorder=1,
        )  # fmt: skip
    axes.plot(places[0], rows[0], "o", color=INK, markersize=11, zorder=2)
    for row, step in enumerate(spread.steps, 1):
        mark, full = MARKS.get(step.outcome, TESTING if step.outcome else ("o", True))
        color = plots.ACCENTS["improvement"][0] if step.outcome else INK
        face = color if full else "white"
        axes.plot(
            places[row], rows[row], mark, color=color, markerfacecolor=face, markersize=10, markeredgewidth=2, zorder=2
        )


def _across(step: Step) -> float:
    return MARGIN + 12 + STEP * step.depth

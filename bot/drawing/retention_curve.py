"""Who is still with us, drawn as steps over months: a step down where teams left, a tick where one was last seen."""

from matplotlib.axes import Axes

from bot.domain import retention
from bot.domain.retention import MONTH, Curve, Line
from bot.drawing import easel, lettering
from bot.drawing.lettering import FINE, INK, LARGE, MARGIN, MIDDLE, QUIET, WIDTH
from bot.drawing.lettering import Line as Words
from bot.drawing.plots import GRID, SERIES

PLOT, LEFT, BELOW = 620, 110, 120  # pixels: the plot's height, and the room beside and under it
LOOKS = ((SERIES, "-"), ("#96600a", "--"), ("#4d4f9e", ":"), ("#0b7a6f", "-."))  # of each line; its name is written
KEY = "A step down: teams that withdrew or lapsed · a tick: still with us, completed or gone on elsewhere"


def png(curve: Curve) -> bytes:
    """The picture, 1,080 pixels wide."""
    with easel.free():
        above = [
            *lettering.wrapped(f"Who is still with us: {curve.whose}", 2, Words("", LARGE, weight="bold")),
            *lettering.wrapped(curve.day, 1, Words("", MIDDLE, QUIET)),
            *[
                part
                for told in retention.findings(curve)
                for part in lettering.wrapped(told, 2, Words("", MIDDLE, air=8))
            ],
        ]
        foot = [
            *lettering.wrapped(KEY, 2, Words("", FINE, QUIET, air=12)),
            *lettering.wrapped(curve.rule, 5, Words("", FINE, QUIET, air=8)),
        ]
        height = 2 * MARGIN + lettering.height(above) + 24 + PLOT + BELOW + lettering.height(foot)
        figure = easel.blank(height)
        lettering.write(figure, above, height - MARGIN)
        bottom = MARGIN + lettering.height(foot) + BELOW
        axes = figure.add_axes((LEFT / WIDTH, bottom / height, (WIDTH - LEFT - MARGIN) / WIDTH, PLOT / height))
        _frame(axes, curve)
        for line, (color, style) in zip(curve.lines, LOOKS, strict=False):
            _line(axes, line, color, style)
        if len(curve.lines) > 1:
            axes.legend(loc="lower left", fontsize=FINE - 1, frameon=False)
        lettering.write(figure, foot, MARGIN + lettering.height(foot))
        return easel.png(figure)


def _frame(axes: Axes, curve: Curve) -> None:
    """Percent from none to all, and months with the teams that were with us until then at least."""
    longest = max(line.longest for line in curve.lines) / MONTH
    axes.set(xlim=(0, max(longest, 1) * 1.02), ylim=(0, 103))
    axes.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"], size=FINE - 1, color=QUIET)
    axes.set_xticks(
        [month for month, _ in curve.at_risk],
        [f"{month}\n{count} teams" if not month else f"{month}\n{count}" for month, count in curve.at_risk],
        size=FINE - 1, color=QUIET,
    )  # fmt: skip
    axes.set_xlabel("months, and teams that were with us until then at least", size=FINE - 1, color=QUIET)
    axes.grid(axis="y", color=GRID, linewidth=1.2)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)


def _line(axes: Axes, line: Line, color: str, style: str) -> None:
    days = [0, *(one.days for one in line.steps), line.longest]
    parts = [1.0, *(one.part for one in line.steps), line.now]
    months = [day / MONTH for day in days]
    axes.step(months, [100 * part for part in parts], where="post", color=color, linestyle=style, linewidth=3,
              label=f"{line.name} ({line.count})")  # fmt: skip
    seen = sorted(set(line.seen))
    heights = [100 * line.at(day) for day in seen]
    axes.plot([day / MONTH for day in seen], heights, "|", color=color, markersize=12, markeredgewidth=2)

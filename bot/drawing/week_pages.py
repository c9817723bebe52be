"""Teams by weeks as rows of boxes that tell by their size as well as by their shade what a week brought."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bot.cards import team_weeks
from bot.cards.team_weeks import Mark, TeamWeeks, WeekGrid
from bot.drawing import easel, lettering
from bot.drawing.lettering import FINE, INK, LARGE, MARGIN, MIDDLE, PALE, QUIET, WIDTH, Line
from bot.drawing.plots import SERIES, SHADE

LINE, HEAD = 50, 74  # pixels: a team, and the names of the weeks
NAMES, LEVELS = 330, 130  # pixels: the column of teams, and that of how they stand
WIDEST = 60  # pixels of a week; few don't spread over all the room
KEY = (
    "large and dark: numbers came or a test moved · small and pale: something else · outlined: nothing · a dash: "
    "paused, or away · empty: not here yet · weeks by their Monday"
)
BOXES = {"work": (17, SERIES, SERIES), "some": (10, SHADE, SERIES), "nothing": (17, "white", PALE)}  # half, fill, edge


def png(grid: WeekGrid) -> bytes:
    """The picture, 1,080 pixels wide and as high as its teams need."""
    with easel.free():
        above = [
            *lettering.wrapped(f"Teams of {grid.whose} by weeks", 2, Line("", LARGE, weight="bold")),
            *lettering.wrapped(", ".join(filter(None, [grid.day, grid.page])), 1, Line("", MIDDLE, QUIET)),
            *lettering.wrapped(team_weeks.findings(grid)[0], 2, Line("", MIDDLE, air=12)),
        ]
        below = lettering.wrapped(KEY, 3, Line("", FINE, QUIET, air=12))
        height = 2 * MARGIN + lettering.height(above) + HEAD + LINE * len(grid.rows) + 24 + lettering.height(below)
        figure = easel.blank(height)
        lettering.write(figure, above, height - MARGIN)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(0, WIDTH), ylim=(0, height))
        top = height - MARGIN - lettering.height(above) - HEAD
        _head(axes, grid, top)
        for place, row in enumerate(grid.rows):
            _row(axes, row, top - LINE * place, _wide(grid))
        lettering.write(figure, below, MARGIN + lettering.height(below))
        return easel.png(figure)


def _wide(grid: WeekGrid) -> float:
    return min((WIDTH - 2 * MARGIN - NAMES - LEVELS) / len(grid.weeks), WIDEST)


def _head(axes: Axes, grid: WeekGrid, top: float) -> None:
    """The day on which a week began, the month where it is a new one, and the year below the first and each new one."""
    before = None
    for place, week in enumerate(grid.weeks):
        month = f"{week:%b}" if before is None or before.month != week.month else ""
        year = f"{week.year}" if before is None or before.year != week.year else ""
        across = MARGIN + NAMES + (place + 0.5) * _wide(grid)
        told = "\n".join([month, str(week.day), year])
        axes.text(across, top + HEAD, told, ha="center", va="top", size=FINE - 3, color=QUIET, linespacing=1.1)
        before = week


def _row(axes: Axes, row: TeamWeeks, top: float, wide: float) -> None:
    """A team's name, bold where it is the reader's own, its weeks, and how it stands."""
    middle = top - LINE / 2
    weight = "bold" if row.mine else "normal"
    name = lettering.cut(lettering.drawable(row.team), NAMES - 20, FINE, weight)
    axes.text(MARGIN, middle, name, va="center", size=FINE, color=INK, weight=weight)
    for place, mark in enumerate(row.marks):
        _box(axes, mark, MARGIN + NAMES + (place + 0.5) * wide, middle)
    across = MARGIN + NAMES + len(row.marks) * wide + 16
    axes.text(across, middle, row.level, va="center", size=FINE - 1, color=INK)


def _box(axes: Axes, mark: Mark, across: float, middle: float) -> None:
    if mark == "pause":
        axes.text(across, middle, "–", ha="center", va="center", size=FINE, color=QUIET)
    elif mark:
        half, fill, edge = BOXES[mark]
        axes.add_patch(Rectangle(
            (across - half, middle - half), 2 * half, 2 * half, facecolor=fill, edgecolor=edge, linewidth=1.2,
        ))  # fmt: skip

"""Teams by months: how many numbers of each month are in, in one alt text that states the finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot import charts

MOST = 30  # teams that one picture holds
MOST_NAMES = 12


class Told(NamedTuple):
    """One team's month: how many numbers of how many are in; of none, it is excused."""

    is_in: int
    of: int

    @property
    def is_full(self) -> bool:
        """Whether all are."""
        return 0 < self.of <= self.is_in


@dataclass(frozen=True)
class Row:
    """A team with its months, None where nothing was asked for, and how many of all that fell due are in."""

    team: str
    months: Sequence[Told | None]
    complete: Told | None


@dataclass(frozen=True)
class Grid:
    """The teams of a collaborative, one or more, by the same months."""

    whose: str
    day: str
    months: Sequence[str]
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        """What the picture is called."""
        return f"Numbers of {self.whose}, {self.day}"


def findings(grid: Grid) -> list[str]:
    """How many teams have all in, month by month, the newest first."""
    return [_finding(grid, place) for place in reversed(range(len(grid.months)))]


def alt(grid: Grid) -> str:
    """What the picture shows, the finding first; at most what Slack takes."""
    first, last = (grid.months[0], grid.months[-1]) if grid.months else ("", "")
    waiting = [row.team for row in grid.rows if row.months and (told := row.months[-1]) and not _rests_or_full(told)]
    more = f" and {len(waiting) - MOST_NAMES} more" if len(waiting) > MOST_NAMES else ""
    still = f"Not all in yet: {', '.join(waiting[:MOST_NAMES])}{more}." if waiting else ""
    head = f"Teams by months, {grid.whose}, {first} to {last}, {grid.day}."
    newest, *earlier = findings(grid) or [""]
    return charts.shortened(" ".join(filter(None, [head, newest, still, *earlier])))


def pages(grid: Grid) -> list[Grid]:
    """A picture for every thirty teams."""
    parts = [grid.rows[first : first + MOST] for first in range(0, len(grid.rows), MOST)]
    days = [f"{grid.day}, page {number} of {len(parts)}" for number in range(1, len(parts) + 1)]
    return [
        Grid(grid.whose, day if parts[1:] else grid.day, grid.months, part)
        for day, part in zip(days, parts, strict=True)
    ]


def _finding(grid: Grid, place: int) -> str:
    asked = [told for row in grid.rows if (told := row.months[place]) and told.of]
    if not asked:
        return f"{grid.months[place]}: nobody was asked."
    full, some = sum(one.is_full for one in asked), sum(0 < one.is_in < one.of for one in asked)
    part = f", some from {some}" if some else ""
    return f"{grid.months[place]}: all in from {full} of {len(asked)} team{'' if len(asked) == 1 else 's'}{part}."


def _rests_or_full(told: Told) -> bool:
    return not told.of or told.is_full

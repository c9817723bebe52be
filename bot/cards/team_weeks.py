"""Teams by weeks: what each did in each week, in one alt text that states the finding; one's own teams first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot import charts

Mark = Literal["work", "some", "nothing", "pause", ""]  # the last: it wasn't here yet
MOST, MOST_PAGES = 30, 6  # teams that one picture holds, and pictures
MOST_NAMES = 12
LONG = 3  # weeks in a row without anything that are told of by name


@dataclass(frozen=True)
class TeamWeeks:
    """A team with its weeks, and how it stands now."""

    team: str
    marks: Sequence[Mark]
    level: str
    mine: bool = False

    @property
    def quiet(self) -> int:
        """How many weeks in a row, up to now, without anything."""
        return next((count for count, mark in enumerate(reversed(self.marks)) if mark != "nothing"), len(self.marks))


@dataclass(frozen=True)
class WeekGrid:
    """The teams that somebody looks after, or all of a collaborative, by the same weeks."""

    whose: str
    day: str
    weeks: Sequence[date]
    rows: Sequence[TeamWeeks]
    page: str = ""
    left_out: int = 0  # teams for which there is no room

    @property
    def title(self) -> str:
        """What the picture is called."""
        return f"Teams of {self.whose} by weeks, {self.day}"


def findings(grid: WeekGrid) -> list[str]:
    """How many teams did something, week by week, the newest first."""
    return [_finding(grid, place) for place in reversed(range(len(grid.weeks)))]


def news(grid: WeekGrid) -> str:
    """What its newest week brought, and which teams did nothing for long."""
    quiet = [row.team for row in grid.rows if row.quiet >= LONG]
    more = f" and {len(quiet) - MOST_NAMES} more" if len(quiet) > MOST_NAMES else ""
    still = f"Nothing for three weeks or longer: {', '.join(quiet[:MOST_NAMES])}{more}." if quiet else ""
    return " ".join(filter(None, [findings(grid)[0], still]))


def alt(grid: WeekGrid) -> str:
    """What the picture shows, the finding first; at most what Slack takes."""
    page = f", {grid.page}" if grid.page else ""
    head = f"Teams by weeks, {grid.whose}, {called(grid.weeks[0])} to {called(grid.weeks[-1])}{page}."
    return charts.shortened(" ".join([head, news(grid), *findings(grid)[1:]]))


def pages(grid: WeekGrid) -> list[WeekGrid]:
    """A picture for every thirty teams, as many as one message takes."""
    parts = [grid.rows[first : first + MOST] for first in range(0, len(grid.rows), MOST)][:MOST_PAGES]
    of = len(parts)
    told = [f"page {number} of {of}" if of > 1 else "" for number in range(1, of + 1)]
    return [replace(grid, rows=part, page=page) for part, page in zip(parts, told, strict=True)]


def called(monday: date) -> str:
    """A week by its Monday: weeks have no numbers here, so that no year has one too many."""
    return f"{monday.day} {monday:%b %Y}"


def _finding(grid: WeekGrid, place: int) -> str:
    here = [row.marks[place] for row in grid.rows if row.marks[place] not in ("", "pause")]
    some, work = sum(mark in ("work", "some") for mark in here), here.count("work")
    if not here:
        return f"Week of {called(grid.weeks[place])}: no team was at work."
    of = f"{some} of {len(here)} team{'' if len(here) == 1 else 's'}"
    return f"Week of {called(grid.weeks[place])}: {of} did something, {work} with numbers or a test."

"""A measure of all teams together month by month: sums over sums, or of single values the middle team's and the range.

No small count is in what is shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlmodel import Session, col, select

from bot.domain import measures, pooled, small_cells
from bot.domain.entries import VALUE
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.small_cells import Cell

ENOUGH = 0.8  # of the teams of which it was to come; of fewer one is warned


@dataclass(frozen=True)
class Range:
    """Single values of several teams, which don't add up: the middle one (their median), the lowest and the highest."""

    middle: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Month:
    """One month of all teams together; `cell` or `spread`, both None where it is hidden, or nobody sent it."""

    month: date
    cell: Cell | None
    teams: frozenset[int]  # that sent it
    counting: int  # teams of which a number of it was to come, and those that sent one unasked
    same: tuple[Cell, Cell] | None = None  # of the teams that sent this month and the one before: then, and now
    spread: Range | None = None

    @property
    def is_shown(self) -> bool:
        """Whether there is a number of it to show."""
        return self.cell is not None or self.spread is not None

    @property
    def is_thin(self) -> bool:
        """Whether so few teams sent it that others might change the picture."""
        return len(self.teams) < ENOUGH * self.counting


def of(session: Session, measure: Measure, until: date) -> list[Month]:
    """Every month from the first that a team sent to the last."""
    told: dict[date, dict[int, Point]] = defaultdict(dict)
    for one in filed(session, measure, until):
        if not one.stratum:
            told[one.month][one.team_id] = one
    counting = pooled.counting(session, measure, sorted(told))
    here = {month: {team: one for team, one in told[month].items() if team in counting[month]} for month in told}
    sent = [month for month in sorted(here) if here[month]]
    if not sent:
        return []
    every = measures.every(sent[0], sent[-1])
    awaited = pooled.awaited(session, measure, counting)
    of_all = {month: awaited[month] | here[month].keys() for month in here}
    if measure.shape == "value":
        return [_spread(measure, month, here.get(month, {}), of_all.get(month, ())) for month in every]
    cells = {month: {team: cell(one) for team, one in here[month].items()} for month in here}
    return [
        _month(measure, month, cells.get(month, {}), cells.get(measures.moved(month, -1), {}), of_all.get(month, ()))
        for month in every
    ]


def filed(session: Session, measure: Measure, until: date) -> list[Point]:
    """Every number of a measure, of everybody and by strata, in the order of the months."""
    told = select(Point).where(Point.measure_id == measure.id, Point.month <= until, Point.state == VALUE)
    return list(session.exec(told.order_by(col(Point.month), col(Point.id))))


def number(measure: Measure, month: Month) -> float | None:
    """What a month comes to in the measure's own scale; None where it isn't shown."""
    return month.spread.middle if month.spread else value(measure, month.cell)


def value(measure: Measure, cell: Cell | None) -> float | None:
    """The same of a cell; None where there is nobody in it."""
    return cell[0] / cell[1] * measures.percent(measure) if cell and cell[1] else None


def cell(one: Point) -> Cell:
    """A number, and whom it is of."""
    return one.numerator or 0.0, one.denominator or 0.0


def total(cells: Iterable[Cell]) -> Cell:
    """The sums of these."""
    both = [*cells]
    return sum(over for over, _ in both), sum(of for _, of in both)


def _spread(measure: Measure, month: date, sent: Mapping[int, Point], counting: Collection[int]) -> Month:
    """Of three teams or more; a count of 1 to 10 may be one of people, and then nothing is shown."""
    values = [one.value or 0.0 for one in sent.values()]
    shown = None
    if len(values) >= pooled.FEWEST:
        ends = min(values), max(values)
        if measure.unit != "count" or not any(map(small_cells.is_small, (median(values), *ends))):
            shown = Range(median(values), *ends)
    return Month(month, None, frozenset(sent), len(counting), spread=shown)


def _month(
    measure: Measure, month: date, sent: dict[int, Cell], before: dict[int, Cell], counting: Collection[int]
) -> Month:
    whole = total(sent.values())
    enough = len(sent) >= pooled.FEWEST and pooled.may_be_shown(measure, [*sent.values()])
    shown = Month(month, whole if enough and whole[1] else None, frozenset(sent), len(counting))
    both = sent.keys() & before.keys()
    if (
        not before
        or sent.keys() == before.keys()
        or not _apart(measure, sent, both)
        or not _apart(measure, before, both)
    ):
        return shown
    same = total(before[team] for team in both), total(sent[team] for team in both)
    return Month(month, shown.cell, shown.teams, shown.counting, same)


def _apart(measure: Measure, sent: dict[int, Cell], both: set[int]) -> bool:
    """Whether the same teams, and the others that are left of all, are each enough to be shown."""
    others = [cell for team, cell in sent.items() if team not in both]
    theirs = [sent[team] for team in both]
    return len(theirs) >= pooled.FEWEST and all(pooled.may_be_shown(measure, part) for part in (theirs, others) if part)

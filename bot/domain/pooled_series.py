"""A measure of all teams together month by month, and by its strata: sums over sums, and no small count in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from bot.domain import measures, pooled, small_cells
from bot.domain.entries import VALUE
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.small_cells import Cell

ENOUGH = 0.8  # of the teams that count it; of fewer one is warned


@dataclass(frozen=True)
class Month:
    """One month of all teams together; `cell` is None where it is hidden, or nobody sent it."""

    month: date
    cell: Cell | None
    teams: frozenset[int]  # that sent it
    counting: int  # teams that count it
    same: tuple[Cell, Cell] | None = None  # of the teams that sent this month and the one before: then, and now

    @property
    def is_thin(self) -> bool:
        """Whether so few teams sent it that others might change the picture."""
        return len(self.teams) < ENOUGH * self.counting


def of(session: Session, measure: Measure, until: date) -> list[Month]:
    """Every month from the first that a team sent to the last; empty for single values, which have no sums."""
    if measure.shape == "value":
        return []
    told: dict[date, dict[int, Cell]] = defaultdict(dict)
    for one in _filed(session, measure, until):
        if not one.stratum:
            told[one.month][one.team_id] = _cell(one)
    counting = pooled.counting(session, measure, sorted(told))
    here = {month: {team: cell for team, cell in told[month].items() if team in counting[month]} for month in told}
    sent = [month for month in sorted(here) if here[month]]
    if not sent:
        return []
    count = (sent[-1].year - sent[0].year) * 12 + sent[-1].month - sent[0].month
    every = [measures.moved(sent[0], number) for number in range(count + 1)]
    return [
        _month(measure, month, here.get(month, {}), here.get(measures.moved(month, -1), {}), counting.get(month))
        for month in every
    ]


def strata(session: Session, measure: Measure, shown: Month) -> dict[str, dict[str, Cell]]:
    """A month's strata that may be shown beside its total: each whole or not at all; none where the total is hidden."""
    if shown.cell is None:
        return {}
    names: dict[str, str] = {}
    sums: dict[str, dict[str, Cell]] = {}
    for one in _filed(session, measure, shown.month):
        if one.month == shown.month and one.stratum and one.team_id in shown.teams:
            level = names.setdefault(one.level.casefold(), one.level)
            levels = sums.setdefault(one.stratum, {})
            levels[level] = total([levels.get(level, (0, 0)), _cell(one)])
    return {name: dict(levels) for name, levels in small_cells.may_be_shown(sums, shown.cell).items()}


def total(cells: Iterable[Cell]) -> Cell:
    """The sums of these."""
    both = [*cells]
    return sum(over for over, _ in both), sum(of for _, of in both)


def value(measure: Measure, cell: Cell | None) -> float | None:
    """What a cell comes to in the measure's own scale; None where there is nobody in it."""
    return cell[0] / cell[1] * measures.percent(measure) if cell and cell[1] else None


def _month(
    measure: Measure, month: date, sent: dict[int, Cell], before: dict[int, Cell], counting: set[int] | None
) -> Month:
    cell = total(sent.values())
    enough = len(sent) >= pooled.FEWEST and pooled.may_be_shown(measure, [*sent.values()])
    shown = Month(month, cell if enough and cell[1] else None, frozenset(sent), len(counting or ()))
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


def _filed(session: Session, measure: Measure, until: date) -> list[Point]:
    told = select(Point).where(Point.measure_id == measure.id, Point.month <= until, Point.state == VALUE)
    return list(session.exec(told.order_by(col(Point.month), col(Point.id))))


def _cell(one: Point) -> Cell:
    return one.numerator or 0.0, one.denominator or 0.0

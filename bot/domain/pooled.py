"""What all teams have together: Σ numerators over Σ denominators, of how many teams; never a mean of percents."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from bot.domain import excused, measures, small_cells, submissions
from bot.domain.entries import NO_CASES, VALUE
from bot.domain.measures import Measure, OptOut
from bot.domain.points import Point
from bot.domain.teams import GONE, Team
from bot.statements import once_a_look

FEWEST = 3  # teams; of fewer, each could work out the other


@dataclass(frozen=True)
class Pooled:
    """One month of a measure over the teams that sent it, of those of which a number was to come."""

    value: float
    reporting: int
    teams: int


def month(session: Session, measure: Measure, day: date, *, reader: int | None) -> Pooled | None:
    """The pooled month as a team may see it, which knows its own numbers; None where that would give others' away."""
    if measure.shape == "value":
        return None
    theirs = counting(session, measure, [day])[day]
    told = select(Point).where(
        Point.measure_id == measure.id, Point.month == day, Point.stratum == "", Point.state == VALUE,
        col(Point.team_id).in_(theirs),
    )  # fmt: skip
    rows = {one.team_id: (one.numerator or 0.0, one.denominator or 0.0) for one in session.exec(told)}
    others = [row for team, row in rows.items() if team != reader]
    if len(rows) < FEWEST or not may_be_shown(measure, others):
        return None
    over, of = (sum(row[place] for row in rows.values()) for place in (0, 1))
    to_come = awaited(session, measure, {day: theirs})[day] | rows.keys()
    return Pooled(over / of * measures.percent(measure), len(rows), len(to_come)) if of else None


def may_be_shown(measure: Measure, others: list[tuple[float, float]]) -> bool:
    """Whether what is left after a reader's own numbers is of enough people."""
    over, of = (sum(row[place] for row in others) for place in (0, 1))
    if measure.shape == "ratio":
        return not small_cells.is_small(of)
    return not small_cells.any_small(over, of)


def counting(session: Session, measure: Measure, months: Iterable[date]) -> dict[date, set[int]]:
    """The teams that count it in each of these months."""
    theirs = select(Team).where(Team.collaborative_id == measure.collaborative_id, col(Team.status).not_in(GONE))
    teams, outs = list(session.exec(theirs)), defaultdict(list)
    for one in session.exec(select(OptOut).where(OptOut.measure_id == measure.id)):
        outs[one.team_id].append(one)
    return {
        month: {team.id or 0 for team in teams if measures.counted(team, [measure], outs[team.id] + outs[None], month)}
        for month in months
    }


def awaited(session: Session, measure: Measure, counting: Mapping[date, Iterable[int]]) -> dict[date, set[int]]:
    """Those of them of which a month's number was to come: asked for it then, and with somebody to count."""
    nobody = select(col(Point.team_id), col(Point.month)).where(
        Point.measure_id == measure.id, Point.stratum == "", Point.state == NO_CASES, col(Point.month).in_(counting)
    )  # fmt: skip
    empty = {(team, month) for team, month in session.exec(nobody)}
    without = _excused(session, measure.collaborative_id)
    return {
        month: {
            row
            for row in theirs
            if (row, month) not in empty
            and measures.moved(month, measure.lag_months) not in without.get(row, {})
            and submissions.is_asked(session, session.get_one(Team, row), measure, month)
        }
        for month, theirs in counting.items()
    }


@once_a_look
def _excused(session: Session, collaborative_id: int) -> Mapping[int, excused.Months]:
    """The months that nobody counts, by team."""
    theirs = select(Team).where(Team.collaborative_id == collaborative_id, col(Team.status).not_in(GONE))
    return excused.of_teams(session, list(session.exec(theirs)))

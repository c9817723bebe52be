"""Which months of numbers are in by now, of teams that missed their day: what came late is in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import measures, submissions
from bot.domain.entries import NOT_AVAILABLE
from bot.domain.expected import DATA, MISSED, Expected
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.submissions import Submission
from bot.domain.teams import Team


class Late(NamedTuple):
    """Months that were missed on their day, by team."""

    out: dict[int, int]  # in a row, the newest ones, that aren't in
    caught_up: dict[int, int]  # of the newest ones, that are in by now


def of(session: Session, in_a_row: Mapping[int, int], lately: Mapping[int, int]) -> Late:
    """By how many of its newest due dates each team missed in a row, and how many of the newest it missed at all."""
    behind = [team for team in {*in_a_row, *lately} if in_a_row.get(team) or lately.get(team)]
    told = _told(session, behind) if behind else set()
    late = Late({}, {})
    for team, periods in (_missed(session, behind) if behind else {}).items():
        newest = periods[: in_a_row.get(team, 0)]
        if newest:
            found = (count for count, period in enumerate(newest) if (team, period) in told)
            late.out[team] = next(found, len(newest))
        late.caught_up[team] = sum((team, period) in told for period in periods[: lately.get(team, 0)])
    return late


def _missed(session: Session, teams: Iterable[int]) -> dict[int, list[date]]:
    """The periods that each team missed, the newest first."""
    rows = select(col(Expected.team_id), col(Submission.period)).join(Submission, col(Submission.id) == Expected.source)
    missed = rows.where(Expected.kind == DATA, Expected.outcome == MISSED, col(Expected.team_id).in_(teams))
    found: dict[int, list[date]] = defaultdict(list)
    for team, period in session.exec(missed.order_by(col(Expected.due).desc(), col(Expected.id).desc())):
        found[team].append(period)
    return found


def _told(session: Session, teams: Iterable[int]) -> set[tuple[int, date]]:
    """The periods of which each team told a number, or that there was nobody to count, however late."""
    by = col(Point.team_id), col(Point.month), col(Measure.lag_months)
    rows = select(*by, func.max(Point.filed_at)).join(Measure).where(
        col(Point.team_id).in_(teams), Point.stratum == "", Point.level == "", Point.state != NOT_AVAILABLE
    ).group_by(*by)  # fmt: skip
    zones = dict(session.exec(select(Team.id, Team.timezone).where(col(Team.id).in_(teams))).all())
    told = ((team, month, measures.moved(month, lag), filed) for team, month, lag, filed in session.exec(rows))
    return {
        (team, period)
        for team, month, period, filed in told
        if submissions.tells(period, month, times.local_day(filed, zones[team]))
    }

"""How many months of numbers aren't in by now, in a row, of teams that missed their day; what came late is in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlmodel import Session, col, select

from bot.domain import measures
from bot.domain.entries import NOT_AVAILABLE
from bot.domain.expected import DATA, MISSED, Expected
from bot.domain.measures import Measure
from bot.domain.points import Point
from bot.domain.submissions import Submission


def of(session: Session, missed: Mapping[int, int]) -> dict[int, int]:
    """Of each team, by how many of its newest due dates it missed in a row; a team that missed none is left out."""
    behind = {team: count for team, count in missed.items() if count}
    told = _told(session, behind)
    return {
        team: next((count for count, period in enumerate(newest) if (team, period) in told), len(newest))
        for team, periods in _missed(session, behind).items()
        if (newest := periods[: behind[team]])
    }


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
    rows = select(col(Point.team_id), col(Point.month), col(Measure.lag_months)).join(Measure).where(
        col(Point.team_id).in_(teams), Point.stratum == "", Point.level == "", Point.state != NOT_AVAILABLE
    )  # fmt: skip
    return {(team, measures.moved(month, lag)) for team, month, lag in session.exec(rows.distinct())}

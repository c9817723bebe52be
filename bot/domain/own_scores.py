"""What a team's own scores say of a risk: whether the newest fell, and since when none came."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot.domain.engagement_scope import AT_A_TIME, Scope
from bot.domain.scores import OWN, Score, Scoring

A_YEAR = timedelta(days=366)


class OwnScores(NamedTuple):
    """What is known of teams that were asked how far they have come."""

    fell: set[int]  # those whose newest score is below the one before
    unscored: dict[int, date]  # by team the day from which on it could have told and hasn't


def of(session: Session, scope: Scope, now: datetime) -> OwnScores:
    """By what they were asked within a year; of each turn the newest score counts."""
    rows = (
        select(col(Scoring.team_id), col(Scoring.opens), col(Score.value))
        .outerjoin(Score, (col(Score.scoring_id) == Scoring.id) & (col(Score.side) == OWN))
        .where(scope.of(col(Scoring.team_id)), Scoring.opens <= now.date(), Scoring.opens > now.date() - A_YEAR)
        .order_by(col(Scoring.team_id), col(Scoring.opens), col(Score.id))
    )
    found = OwnScores(set(), {})
    for team, theirs in groupby(session.execute(rows, execution_options=AT_A_TIME), lambda row: row[0]):
        turns: dict[date, float | None] = {opens: value for _, opens, value in theirs}
        values = [value for value in turns.values() if value is not None]
        if len(values) > 1 and values[-1] < values[-2]:
            found.fell.add(team)
        if waits := _unscored(turns):
            found.unscored[team] = waits
    return found


def _unscored(turns: dict[date, float | None]) -> date | None:
    """The first turn after the newest that was scored."""
    since = None
    for opens, value in turns.items():
        since = (since or opens) if value is None else None
    return since

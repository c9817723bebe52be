"""What a team's own scores say of a risk: whether the newest fell, and since when none came."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.domain.engagement_days import passed
from bot.domain.engagement_scope import AT_A_TIME, Scope
from bot.domain.scores import OWN, Score, Scoring

A_YEAR = timedelta(days=366)


class OwnScores(NamedTuple):
    """What is known of teams that were asked how far they have come."""

    fell: set[int]  # those whose newest score is below the one before
    unscored: dict[int, list[tuple[date, date]]]  # by team the turns since its newest score: first and last day


def of(session: Session, scope: Scope, now: datetime) -> OwnScores:
    """By what they were asked within a year; of each turn the newest score counts."""
    rows = (
        select(col(Scoring.team_id), col(Scoring.opens), col(Scoring.closes), col(Score.value))
        .outerjoin(Score, (col(Score.scoring_id) == Scoring.id) & (col(Score.side) == OWN))
        .where(scope.of(col(Scoring.team_id)), Scoring.opens <= now.date(), Scoring.opens > now.date() - A_YEAR)
        .order_by(col(Scoring.team_id), col(Scoring.opens), col(Score.id))
    )
    found = OwnScores(set(), {})
    for team, theirs in groupby(session.execute(rows, execution_options=AT_A_TIME), lambda row: row[0]):
        turns: dict[tuple[date, date], float | None] = {(opens, closes): value for _, opens, closes, value in theirs}
        values = [value for value in turns.values() if value is not None]
        if len(values) > 1 and values[-1] < values[-2]:
            found.fell.add(team)
        if waits := _unscored(turns):
            found.unscored[team] = waits
    return found


def since(turns: Sequence[tuple[date, date]], today: date, off: Collection[date]) -> date:
    """The day from which on a team could have told and hasn't: of a turn that was all in a pause nothing is asked."""
    days = (
        first for first, closes in turns if passed(first - times.A_DAY, min(closes - times.A_DAY, today), off)
    )  # fmt: skip
    return min(days, default=today)


def _unscored(turns: Mapping[tuple[date, date], float | None]) -> list[tuple[date, date]]:
    """The turns after the newest that was scored."""
    waits: list[tuple[date, date]] = []
    for turn, value in turns.items():
        waits = [*waits, turn] if value is None else []
    return waits

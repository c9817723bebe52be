"""When teams last did anything, sent numbers and moved a cycle, as the ledger has it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.domain.activity import NOT_THEIRS, Act, WeeklyActs, week_of
from bot.domain.engagement_scope import AT_A_TIME, Scope

NUMBERS, MOVES = "data.filed", "pdsa."  # how the acts begin that numbers and cycles are told by
WEEKS = 27  # that are looked at of every team; further back only for those that did nothing in them

Latest = tuple[datetime | None, ...]  # anything, numbers, a cycle's move


def latest(session: Session, scope: Scope, now: datetime) -> dict[int, Latest]:
    """Of each team; one that never did anything is left out."""
    mondays = [week_of(now) - timedelta(weeks=back) for back in range(-1, WEEKS)]
    weeks = col(WeeklyActs.week) >= mondays[-1] if scope.every else col(WeeklyActs.week).in_(mondays)
    rows = select(WeeklyActs.team_id, WeeklyActs.kind, func.max(WeeklyActs.last_at)).where(
        weeks, scope.of(col(WeeklyActs.team_id)), col(WeeklyActs.kind).not_in(NOT_THEIRS)
    ).group_by(col(WeeklyActs.team_id), col(WeeklyActs.kind))  # fmt: skip
    lately = _by_team(session.execute(rows, execution_options=AT_A_TIME))
    silent = [team.id or 0 for team in scope.teams if team.id not in lately]
    return lately | _long_ago(session, silent) if silent else lately


def _long_ago(session: Session, teams: Collection[int]) -> dict[int, Latest]:
    """A team that did nothing for half a year is silent, and no team that never began."""
    rows = select(Act.team_id, Act.kind, func.max(Act.at)).where(
        col(Act.team_id).in_(teams), col(Act.kind).not_in(NOT_THEIRS)
    )
    return _by_team(session.execute(rows.group_by(col(Act.team_id), col(Act.kind))))


def _by_team(rows: Iterable[Any]) -> dict[int, Latest]:
    found: dict[int, list[datetime | None]] = defaultdict(lambda: [None, None, None])
    for team, kind, last_at in rows:
        for place, theirs in enumerate((True, kind == NUMBERS, kind.startswith(MOVES))):
            if theirs:
                found[team][place] = max(found[team][place] or last_at, last_at)
    return {team: tuple(each) for team, each in found.items()}

"""When teams last did anything, sent numbers, moved a cycle and worked, and how often they moved one, by the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.domain.activity import NOT_THEIRS, Act, WeeklyActs, week_of
from bot.domain.engagement_scope import AT_A_TIME, Scope

NUMBERS, MOVES = "data.filed", "pdsa."  # how the acts begin that numbers and cycles are told by
THERE = ("call.attended", "call.counted")  # acts of a team that was at a call, by name or by the roll
WEEKS = 27  # that are looked at of every team; further back only for those that did nothing in them

Latest = tuple[datetime | None, ...]  # anything, numbers, a cycle's move, any of these two or a call it was at
NEVER: Latest = (None, None, None, None)


def latest(session: Session, scope: Scope, now: datetime) -> dict[int, Latest]:
    """Of each team; one that never did anything is left out, and so is what a clock turned back has yet to see."""
    mondays = [week_of(now) - timedelta(weeks=back) for back in range(-1, WEEKS)]
    week = col(WeeklyActs.week)
    weeks = week.between(mondays[-1], mondays[0]) if scope.every else week.in_(mondays)
    rows = select(WeeklyActs.team_id, WeeklyActs.kind, func.max(WeeklyActs.last_at)).where(
        weeks, scope.of(col(WeeklyActs.team_id)), col(WeeklyActs.kind).not_in(NOT_THEIRS)
    ).group_by(col(WeeklyActs.team_id), col(WeeklyActs.kind))  # fmt: skip
    lately = _by_team(session.execute(rows, execution_options=AT_A_TIME))
    silent = [team.id or 0 for team in scope.teams if team.id not in lately]
    return lately | _long_ago(session, silent, now) if silent else lately


def moves(session: Session, scope: Scope, since: datetime, now: datetime) -> dict[int, int]:
    """How often each team moved a cycle between two moments; whole weeks are read as the sums they are kept in."""
    first, last = week_of(since), week_of(now)
    mondays = [first + timedelta(weeks=count) for count in range(1, (last - first).days // 7)]
    whole = select(WeeklyActs.team_id, func.sum(WeeklyActs.done)).where(
        col(WeeklyActs.week).in_(mondays), col(WeeklyActs.kind).startswith(MOVES), scope.of(col(WeeklyActs.team_id))
    )
    edges = select(Act.team_id, func.count()).where(
        col(Act.week).in_({first, last}), col(Act.kind).startswith(MOVES), scope.of(col(Act.team_id)),
        Act.at >= since, Act.at <= now,
    )  # fmt: skip
    found: dict[int, int] = defaultdict(int)
    for rows in (whole.group_by(col(WeeklyActs.team_id)), edges.group_by(col(Act.team_id))):
        for team, count in session.execute(rows):
            found[team] += int(count)
    return found


def _long_ago(session: Session, teams: Collection[int], now: datetime) -> dict[int, Latest]:
    """A team that did nothing for half a year is silent, and no team that never began."""
    rows = select(Act.team_id, Act.kind, func.max(Act.at)).where(
        col(Act.team_id).in_(teams), col(Act.kind).not_in(NOT_THEIRS), Act.at <= now
    )
    return _by_team(session.execute(rows.group_by(col(Act.team_id), col(Act.kind))))


def _by_team(rows: Iterable[Any]) -> dict[int, Latest]:
    found: dict[int, list[datetime | None]] = defaultdict(lambda: [*NEVER])
    for team, kind, last_at in rows:
        numbers, moved = kind == NUMBERS, kind.startswith(MOVES)
        for place, theirs in enumerate((True, numbers, moved, numbers or moved or kind in THERE)):
            if theirs:
                found[team][place] = max(found[team][place] or last_at, last_at)
    return {team: tuple(each) for team, each in found.items()}

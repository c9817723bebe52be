"""What there is to ask a team about its own score: from which day on, until when, and in which words."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import asks, checkins, score_periods, scores
from bot.domain.score_periods import Period
from bot.domain.scores import OWN, Scoring
from bot.domain.teams import Team
from bot.statements import query

LONG_OVER = timedelta(days=45)  # further back than any turn is asked about


def plan(session: Session, teams: Iterable[Team], period: Period) -> list[Scoring]:
    """These teams' turns; one that was given up and is there again is asked about again."""
    rows = list(teams)
    before = scores.planned(session, [team.id for team in rows], period.name)
    turns = scores.plan(session, rows, period)
    for one in turns:
        if one.team_id not in before:
            asks.reopen(session, key(one), one.id or 0)
    return turns


def found(session: Session, by: date) -> list[tuple[str, int]]:
    """The occasions up to a day, and their rows."""
    return [(key(one), one.id or 0) for one in _opening(session, by - LONG_OVER, by)]


def key(turn: Scoring) -> str:
    """The occasion: this team and this period."""
    return f"scores:{turn.team_id}:{turn.period}"


def is_answered(session: Session, row: int) -> bool:
    """Whether the team has scored itself."""
    turn = session.get(Scoring, row)
    return turn is not None and scores.is_in_time(scores.newest(session, [row]).get((row, OWN)), turn)


def lead(session: Session, row: int) -> int | None:
    """Whose it is to say: the team lead's."""
    turn = session.get(Scoring, row)
    found = checkins.addressee(session, session.get_one(Team, turn.team_id)) if turn else None
    return found.id if found else None


def words(session: Session, row: int) -> str:
    """What is asked, to end a sentence."""
    turn = session.get(Scoring, row)
    of = f" in {score_periods.called(turn.period)}" if turn else ""
    return f"how far the team has come{of}"


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the question prints; nothing where the row is gone."""
    turn = session.get(Scoring, row)
    if turn is None:
        return {}
    return {"turn": turn, "team": session.get_one(Team, turn.team_id), "period": score_periods.called(turn.period)}


@query
def _opening(after: date, by: date) -> SelectOfScalar[Scoring]:
    return select(Scoring).where(Scoring.opens <= by, Scoring.opens > after).order_by(col(Scoring.id))

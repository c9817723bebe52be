"""What the record alone says of a team in the period that is scored."""

from datetime import UTC, date, datetime

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import excused, months
from bot.domain.pdsa import ACT, Cycle, alive
from bot.domain.score_scale import Known
from bot.domain.scores import Scoring
from bot.domain.submissions import EXCUSED, NOT_APPLICABLE
from bot.domain.teams import Team

LATELY = 2  # months of numbers that are looked at


def of(session: Session, team: Team, turn: Scoring, today: date) -> Known:
    """The newest months that fell due in it or before, with those of which something is open, and the tests by then."""
    until = min(turn.last, today)
    told: dict[date, bool] = {}
    for one in excused.owed(session, team, until):
        if one.status not in (EXCUSED, NOT_APPLICABLE) and (one.is_in or one.due <= until):
            told[one.period] = told.get(one.period, True) and one.is_in
    newest = sorted(told)[-LATELY:]
    missing = [months.called(period) for period in newest if not told[period]]
    return Known(months.called(newest[-1]) if newest else "", tuple(missing), _learned(session, team, until))


def _learned(session: Session, team: Team, until: date) -> int:
    """How many tests it has learned from by the end of that day."""
    ends = datetime.combine(until + times.A_DAY, times.MIDNIGHT, UTC)
    tests = select(func.count()).where(
        Cycle.team_id == team.id, alive(), Cycle.stage == ACT, col(Cycle.stopped).is_(False),
        col(Cycle.learned_at) < ends,
    )  # fmt: skip
    return session.exec(tests).one()

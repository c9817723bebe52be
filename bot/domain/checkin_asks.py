"""What there is to ask a team about how it goes: from which day on, whom, and in which words."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import checkins, hours
from bot.domain.checkins import CheckIn
from bot.domain.teams import Team
from bot.statements import query

LONG_OVER = timedelta(days=10)  # further ahead than anybody looks


def found(session: Session, by: date) -> list[tuple[str, int]]:
    """Those that are asked by that day; how long one is of use its reason tells."""
    return [(key(one.id or 0), one.id or 0) for one in _between(session, by - LONG_OVER, by)]


def key(row: int) -> str:
    """The occasion: this check-in of this team."""
    return f"checkin:{row}"


def is_answered(session: Session, row: int) -> bool:
    """Whether the team has told, or its work has."""
    check_in = session.get(CheckIn, row)
    team = session.get_one(Team, check_in.team_id) if check_in else None
    return bool(check_in and team and checkins.is_complete(session, check_in, team.timezone))


def first_day(session: Session, check_in: CheckIn, team: Team) -> date:
    """The day from which on an unanswered one is put to somebody."""
    return checkins.asked_from(check_in, hours.of_team(session, team))


def lead(session: Session, row: int) -> int | None:
    """Whose it is to answer: the team lead's."""
    check_in = session.get(CheckIn, row)
    found = checkins.addressee(session, session.get_one(Team, check_in.team_id)) if check_in else None
    return found.id if found else None


def words(session: Session, row: int) -> str:
    """What is asked, to end a sentence."""
    check_in = session.get(CheckIn, row)
    return f"how it goes (check-in of {times.day(check_in.day)})" if check_in else "how it goes"


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the question prints; nothing where the row is gone."""
    check_in = session.get(CheckIn, row)
    return {"check_in": check_in, "team": session.get_one(Team, check_in.team_id)} if check_in else {}


@query
def _between(first: date, last: date) -> SelectOfScalar[CheckIn]:
    return select(CheckIn).where(CheckIn.day <= last, CheckIn.closes > first).order_by(col(CheckIn.id))

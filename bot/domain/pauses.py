"""A team's pause: its people are asked nothing until the day it ends, and it always ends on a day."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.teams import Team
from bot.statements import once_a_look, query

MOST = 366  # days


class Pause(SQLModel, table=True):
    """One pause, kept when it is over: what fell due in it is excused."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    first: date
    back: date  # the first day at work again


def begin(session: Session, team: Team, until: date, reason: str, *, today: date) -> None:
    """Pause; `until` is the first day at work again."""
    team.status, team.status_until, team.status_reason = "paused", until, reason
    note(session, team, today)


def note(session: Session, team: Team, today: date) -> None:
    """Remember the pause that the team's row tells of; one that goes on keeps its first day."""
    if team.status != "paused" or team.status_until is None or team.status_until <= today:
        return
    last = session.exec(select(Pause).where(Pause.team_id == team.id).order_by(col(Pause.id).desc())).first()
    if last is None or last.back <= today:
        last = Pause(team_id=team.id or 0, first=today, back=team.status_until)
    last.back = team.status_until
    session.add(last)


def end(session: Session, team: Team, *, today: date) -> None:
    """At work again."""
    team.status, team.status_until, team.status_reason = "active", None, ""
    for one in session.exec(select(Pause).where(Pause.team_id == team.id, col(Pause.back) > today)):
        one.back = today
        session.add(one)


@once_a_look
def of_team(session: Session, team_id: int | None) -> list[Pause]:
    """Every pause of a team, as far as they are known."""
    return list(_of_team(session, team_id))


def covers(every: Iterable[Pause], day: date) -> bool:
    """Whether a day lies in one of these."""
    return any(pause.first <= day < pause.back for pause in every)


@query
def _of_team(team: int | None) -> SelectOfScalar[Pause]:
    return select(Pause).where(Pause.team_id == team)

"""A team's pause: its people are asked nothing until the day it ends, and it always ends on a day."""

from datetime import date

from sqlmodel import Session, col, select

from bot.domain.teams import Team

MOST = 366  # days


def begin(team: Team, until: date, reason: str) -> None:
    """Pause; `until` is the first day at work again."""
    team.status, team.status_until, team.status_reason = "paused", until, reason


def end(team: Team) -> None:
    """At work again."""
    team.status, team.status_until, team.status_reason = "active", None, ""


def ending_by(session: Session, day: date) -> list[Team]:
    """The teams whose pause ends on that day or before it."""
    ending = select(Team).where(Team.status == "paused", col(Team.status_until) <= day)
    return list(session.exec(ending.order_by(col(Team.id))))

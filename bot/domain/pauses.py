"""A team's pause: its people are asked nothing until the day it ends, and it always ends on a day."""

from datetime import date

from bot.domain.teams import Team

MOST = 366  # days


def begin(team: Team, until: date, reason: str) -> None:
    """Pause; `until` is the first day at work again."""
    team.status, team.status_until, team.status_reason = "paused", until, reason


def end(team: Team) -> None:
    """At work again."""
    team.status, team.status_until, team.status_reason = "active", None, ""

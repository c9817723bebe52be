"""Whose numbers are in: teams × months as text, with how complete and timely each team is; facts, and no ranking."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, times
from bot.access import Actor
from bot.domain import submissions
from bot.domain.collaboratives import Collaborative
from bot.domain.submissions import Owed
from bot.domain.teams import GONE, Team

Values = dict[str, Any]
MOST, MOST_TEAMS, MONTHS = 3, 160, 6  # collaboratives, teams of each, and months
LEGEND = (
    f"How many numbers of the last {MONTHS} months are in. Of all that fell due since the start, complete: in by two "
    "weeks after their due date; on time: by that date. What a pause excuses or nobody asks for isn't counted."
)


def gather(session: Session, actor: Actor, now: datetime) -> Values:
    """The grids of the collaboratives that somebody is on the staff of, as far as they may read the teams."""
    staffed = access.collaboratives_of(session, actor, "teams.see")
    if not staffed:
        actor.must("teams.see", collaborative=actor.collaborative_ids[0])
    return {"legend": LEGEND, "grids": [_grid(session, actor, one, now) for one in staffed[:MOST]]}


def _grid(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Values:
    here = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    teams = sorted(session.exec(here), key=lambda team: team.name.casefold())
    theirs = [team for team in teams if actor.may("measures.read", collaborative=team.collaborative_id, team=team)]
    return {
        "number": collaborative.id,
        "name": collaborative.name,
        "lines": [_line(session, team, now) for team in theirs[:MOST_TEAMS]],
        "pools": actor.may("measures.pool", collaborative=collaborative.id or 0),
        "more": max(len(theirs) - MOST_TEAMS, 0),
    }


def _line(session: Session, team: Team, now: datetime) -> Values:
    today = times.local_day(now, team.timezone)
    asked = submissions.owed(session, team, today)
    periods = sorted({one.period for one in asked})[-MONTHS:]
    cells = [_cell([one for one in asked if one.period == period]) for period in periods]
    found = submissions.completeness(asked, today)
    rates = "" if found.expected == 0 else f"{found.complete}% complete, {found.timely}% on time"
    told = " · ".join(f"{period:%b} {cell}" for period, cell in zip(periods, cells, strict=True) if cell)
    return {"team": team.name, "cells": told or "nothing was due yet", "rates": rates}


def _cell(asked: list[Owed]) -> str:
    """One team's month: how many are in, or why none are asked for; empty where nothing was ever to come."""
    counted = [one for one in asked if one.is_in or one.status not in ("not_applicable", "excused")]
    if not counted:
        return "paused" if any(one.status == "excused" for one in asked) else ""
    return f"{sum(one.is_in for one in counted)} of {len(counted)}"

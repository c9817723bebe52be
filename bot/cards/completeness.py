"""Whose numbers are in: teams × months as text and as a picture, with how complete and timely each is; no ranking."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, charts, times
from bot.access import Actor
from bot.cards import grids
from bot.cards.grids import Grid, Row, Told
from bot.domain import excused, submissions
from bot.domain.collaboratives import Collaborative
from bot.domain.submissions import Completeness, Owed
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
Months = Mapping[date, Told | None]
MOST, MOST_TEAMS, MONTHS = 3, 160, 6  # collaboratives, teams of each, and months
LEGEND = (
    f"How many numbers of each month are in; the newest {MONTHS} months, as far as there are so many. Behind them, of "
    "all that fell due since the start, complete: in by two weeks after their due date; on time: by that date. What "
    "isn't due yet or came later is in the months alone. What nobody asks for isn't counted, nor what is excused: it "
    "fell due while the team paused or everybody was away."
)


def gather(session: Session, actor: Actor, now: datetime) -> Values:
    """The grids of the collaboratives that somebody is on the staff of, as far as they may read the teams."""
    staffed = access.collaboratives_of(session, actor, "teams.see")
    if not staffed:
        actor.must("teams.see", collaborative=actor.collaborative_ids[0])
    return {"legend": LEGEND, "grids": [_window(session, actor, one, now) for one in staffed[:MOST]]}


def pictured(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """The same of one collaborative in a message; None where there is nothing, or nothing for them any more."""
    collaborative = session.get(Collaborative, about["collaborative"])
    actor = access.of_person(session, about["person"])
    if collaborative is None or actor is None or not actor.may("teams.see", collaborative=about["collaborative"]):
        return None
    grid = of(session, actor, collaborative, kit.now())
    return picture(collaborative, actor.id, grid) if grid else None


def of(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Grid | None:
    """The teams that somebody may read by the newest months; None where nothing was due yet."""
    told = _told_of(session, _theirs(session, actor, collaborative), now)
    periods = sorted({period for _, cells, _ in told for period in cells})[-MONTHS:]
    if not periods:
        return None
    rows = [Row(team.name, [cells.get(period) for period in periods], _complete(found)) for team, cells, found in told]
    labels = [charts.label(period.isoformat()) for period in periods]
    return Grid(collaborative.name, times.day(times.local_day(now, collaborative.timezone)), labels, rows)


def picture(collaborative: Collaborative, reader: int, grid: Grid) -> Values:
    """What the message prints."""
    pages = [
        Wanted(f"grid:{collaborative.id}:{reader}:{number}", page, grids.alt(page))
        for number, page in enumerate(grids.pages(grid), 1)
    ]
    return {
        "collaborative": collaborative,
        "day": grid.day,
        "lines": grids.findings(grid),
        "legend": LEGEND,
        "pictures": pages,
    }


def _window(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Values:
    theirs = _theirs(session, actor, collaborative)
    return {
        "number": collaborative.id,
        "name": collaborative.name,
        "lines": [_line(*one) for one in _told_of(session, theirs[:MOST_TEAMS], now)],
        "pools": actor.may("measures.pool", collaborative=collaborative.id or 0),
        "more": max(len(theirs) - MOST_TEAMS, 0),
    }


def _theirs(session: Session, actor: Actor, collaborative: Collaborative) -> list[Team]:
    here = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    teams = sorted(session.exec(here), key=lambda team: team.name.casefold())
    return [team for team in teams if actor.may("measures.read", collaborative=team.collaborative_id, team=team)]


def _told_of(session: Session, teams: Sequence[Team], now: datetime) -> list[tuple[Team, Months, Completeness]]:
    """Each team with its newest months, and how complete it is since the start."""
    months = excused.of_teams(session, teams)
    return [(team, *_of_team(session, team, months.get(team.id or 0, {}), now)) for team in teams]


def _of_team(session: Session, team: Team, months: excused.Months, now: datetime) -> tuple[Months, Completeness]:
    today = times.local_day(now, team.timezone)
    asked = excused.marked(submissions.owed(session, team, today), months, today)
    periods = sorted({one.period for one in asked})[-MONTHS:]
    cells = {period: _told([one for one in asked if one.period == period]) for period in periods}
    return cells, submissions.completeness(asked, today)


def _line(team: Team, cells: Months, found: Completeness) -> Values:
    due = _complete(found)
    rates = (
        f"{due.is_in} of {due.of} due so far complete ({found.complete}%), {found.on_time} on time ({found.timely}%)"
        if due
        else ""
    )
    told = [
        f"{period:%b} {f'{one.is_in} of {one.of}' if one.of else 'excused'}" for period, one in cells.items() if one
    ]
    return {"team": team.name, "cells": " · ".join(told) or "nothing was due yet", "rates": rates}


def _complete(found: Completeness) -> Told | None:
    """How many of all that fell due are in; None where nothing did."""
    return Told(found.on_time + found.late, found.expected) if found.expected else None


def _told(asked: list[Owed]) -> Told | None:
    """One team's month: how many are in, or that it is excused; None where nothing was ever to come."""
    counted = [one for one in asked if one.is_in or one.status not in ("not_applicable", "excused")]
    if not counted:
        return Told(0, 0) if any(one.status == "excused" for one in asked) else None
    return Told(sum(one.is_in for one in counted), len(counted))

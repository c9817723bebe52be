"""What the windows of the change package show: drivers with their ideas, and one idea with what teams made of it."""

from collections import Counter
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot import times
from bot.access import Actor
from bot.domain import adaptations, attachments, changes, pdsa_facts
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle, alive
from bot.domain.teams import Team

Values = dict[str, Any]
MOST = 30  # ideas on a page
MOST_TOLD = 12  # teams whose own ways stand with an idea
MOST_OWN = 4  # of one's own teams with a button each
ENDED = {"adopt": "adopted it", "adapt": "adapted it", "abandon": "let it go"}


def listed(session: Session, actor: Actor, collaborative: Collaborative, page: int) -> Values:
    """A page of the change package, each idea under its driver."""
    row = collaborative.id or 0
    every, above = changes.ideas(session, row), {one.id: one.name for one in changes.drivers(session, row)}
    last = max(len(every) - 1, 0) // MOST
    page = min(page, last)
    shown = every[page * MOST : (page + 1) * MOST]
    tested = spread(session, [idea.id or 0 for _, idea in shown])
    lines = []
    for number, (driver, idea) in enumerate(shown):
        begins = number == 0 or shown[number - 1][0].id != driver.id
        heading = " › ".join(name for name in (above.get(driver.parent_id), driver.name) if name)
        lines.append({"heading": heading if begins else "", "idea": idea, "tested": tested[idea.id or 0]})
    others = (session.get(Collaborative, one) for one in actor.collaborative_ids if one != row)
    return {
        "collaborative": collaborative, "lines": lines, "page": page, "last": last,
        "others": [one for one in others if one][:MOST_OWN],
        "manages": actor.may("changes.manage", collaborative=row) and bool(above),
    }  # fmt: skip


def opened(session: Session, actor: Actor, idea: ChangeIdea, driver: Driver, said: str = "") -> Values:
    """One idea; `said` is the answer to what was pressed in the window."""
    told = adaptations.of_idea(session, idea)
    collaborative = session.get_one(Collaborative, driver.collaborative_id)
    return {
        "idea": idea, "driver": driver, "said": said,
        "tested": spread(session, [idea.id or 0])[idea.id or 0],
        "links": [link for line in idea.links if (link := attachments.of_line(line))],
        "told": [{"adaptation": one, "team": team} for one, team in told[:MOST_TOLD]],
        "more": max(len(told) - MOST_TOLD, 0),
        "version": _version(session, idea, collaborative.timezone),
        "writes": writing(session, actor, driver)[:MOST_OWN],
        "manages": actor.may("changes.manage", collaborative=driver.collaborative_id),
    }  # fmt: skip


def writing(session: Session, actor: Actor, driver: Driver) -> list[Team]:
    """Their own teams in the collaborative of an idea."""
    teams = (session.get(Team, row) for row in actor.team_ids)
    return [
        one
        for one in teams
        if one
        and one.collaborative_id == driver.collaborative_id
        and actor.may("changes.adapt", collaborative=one.collaborative_id, team=one)
    ]


def spread(session: Session, ideas: Collection[int]) -> dict[int, str]:
    """How many teams tested each idea, and what became of it where they ended: by a team's newest decided cycle."""
    tried: dict[int, dict[int, str]] = {idea: {} for idea in ideas}
    linked = select(Cycle.idea_id, Cycle.team_id, Cycle.decision).where(col(Cycle.idea_id).in_(ideas), alive())
    for idea, team, decision in session.exec(linked.order_by(col(Cycle.id))):
        theirs = tried[idea or 0]
        theirs[team] = decision or theirs.get(team, "")
    return {idea: _in_words(teams) for idea, teams in tried.items()}


def _in_words(teams: dict[int, str]) -> str:
    if not teams:
        return "No team has tested it yet."
    ended = Counter(teams.values())
    parts = [f"{ended[how]} {words}" for how, words in ENDED.items() if ended[how]]
    parts += [f"{ended['']} at it now"] if ended[""] else []
    return f"Tested by {len(teams)} team{'' if len(teams) == 1 else 's'}: {', '.join(parts)}."


def _version(session: Session, idea: ChangeIdea, zone: str) -> str:
    """Which version it is and who made it; empty where nobody ever changed it."""
    known = changes.versions(session, idea)
    if not known:
        return ""
    on = times.day(known[0].at.astimezone(ZoneInfo(zone)).date())
    return f"Version {idea.version}, by {pdsa_facts.name_of(session, known[0].person_id)} on {on}."

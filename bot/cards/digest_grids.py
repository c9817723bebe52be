"""The grid of all teams by weeks as a message of its own has it, one's own teams first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import access, times
from bot.access import Actor
from bot.cards import digest_cards, team_weeks, week_grids
from bot.cards.team_weeks import WeekGrid
from bot.domain import digest, engagement, engagement_facts, engagement_scope
from bot.domain.activity import week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import LEVELS
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
MOST_TEAMS = team_weeks.MOST * team_weeks.MOST_PAGES
LEGEND = (
    "A full box: numbers came or a test moved. A small one: something else, such as a call or a check-in. An outline: "
    "nothing. A dash: the team paused or was away. Weeks begin on Monday."
)


def pictured(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the message prints; None where nobody they look after is left."""
    collaborative = session.get(Collaborative, about["collaborative"])
    actor = access.of_person(session, about["person"])
    grid = of(session, actor, collaborative, kit.now()) if actor and collaborative else None
    if grid is None or collaborative is None:
        return None
    pages = team_weeks.pages(grid)
    return {
        "collaborative": collaborative,
        "day": grid.day,
        "lines": team_weeks.findings(grid),
        "legend": LEGEND,
        "more": grid.left_out,
        "pictures": [
            Wanted(f"weeks:{collaborative.id}:{about['person']}:{number}", page, team_weeks.alt(page))
            for number, page in enumerate(pages, 1)
        ],
    }


def of(session: Session, actor: Actor, here: Collaborative, now: datetime) -> WeekGrid | None:
    """The teams whose digest somebody has, by the newest weeks; None where there are none."""
    if here not in digest_cards.of_reader(session, actor, now):
        return None
    own = digest.looked_after(session, actor.id, here.id or 0, now)
    teams = _all_teams(session, here, own) if digest_cards.reads_all(actor, here) else own
    if not teams:
        return None
    mine = {team.id or 0 for team in own}
    shown = _ranked(session, here, teams, mine, now)[:MOST_TEAMS]
    mondays = week_grids.since_launch(here, week_of(now)) or [week_of(now)]
    told = week_grids.rows(session, shown, mine, mondays)
    day = times.day(times.local_day(now, here.timezone))
    return WeekGrid(here.name, day, mondays, told, left_out=len(teams) - len(told))


def has_teams(session: Session, here: Collaborative) -> bool:
    """Whether there is any to draw."""
    with_us = select(Team.id).where(Team.collaborative_id == here.id, col(Team.status).not_in(GONE))
    return session.exec(with_us.limit(1)).first() is not None


def _all_teams(session: Session, here: Collaborative, own: Sequence[Team]) -> list[Team]:
    with_us = select(Team).where(Team.collaborative_id == here.id, col(Team.status).not_in(GONE))
    mine = {team.id for team in own}
    others = session.exec(with_us.order_by(col(Team.name), col(Team.id)))
    return [*own, *(team for team in others if team.id not in mine)]


def _ranked(
    session: Session, here: Collaborative, teams: Sequence[Team], own: Collection[int | None], now: datetime
) -> list[tuple[Team, str]]:
    """Each with its level in words; their own first, then those that need somebody most."""
    rules, facts = engagement_scope.rules_of(here), engagement_facts.of_teams(session, teams, now)
    signals = {team.id: engagement.judged(facts[team.id or 0], rules) for team in teams}
    in_order = sorted(teams, key=lambda one: (one.id not in own, -LEVELS.index(signals[one.id].level)))
    resting = {team.id: facts[team.id or 0].at_rest for team in teams}
    return [
        (team, digest.AT_REST if resting[team.id] else engagement.CALLED[signals[team.id].level]) for team in in_order
    ]


VOICE = {"digest/post": digest_cards.post, "digest/grid": pictured}

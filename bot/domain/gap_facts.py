"""How each team at work is going by now, with the group it is in."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain import engagement_facts, engagement_scope, engagement_terms, gaps, organization_types
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import CALL, DATA, Facts, Rules
from bot.domain.gaps import LATELY, Going
from bot.domain.teams import GONE, Organization, Team

BY = {
    "type": "Type of organization", "sector": "Sector", "region": "Region", "tier": "Tier",
    "mandated": "Takes part by mandate or choice",
}  # fmt: skip


def going(session: Session, collaborative: Collaborative, by: str, now: datetime) -> list[Going]:
    """Every team at work that doesn't pause, with what it met."""
    teams = _at_work(session, collaborative)
    rules, facts = engagement_scope.rules_of(collaborative), engagement_facts.of_teams(session, teams, now)
    groups = _groups(session, teams, by)
    return [Going(groups[row], _met(facts[row], rules)) for row in (team.id or 0 for team in teams)]


def first(session: Session, collaborative: Collaborative) -> str:
    """The first grouping by which there are groups to lay side by side; the first of all where there is none."""
    teams = _at_work(session, collaborative)
    splits = (by for by in BY if len(gaps.large([*_groups(session, teams, by).values()])) > 1)
    return next(splits, next(iter(BY)))


def printed(rules: Rules) -> str:
    """What the rates mean."""
    means = engagement_terms.meanings(rules)
    return (
        f"Active: {means['active']}. Engaged: {means['engaged']}. Numbers within a week of their day, "
        f"and at calls: of the last {LATELY} due dates of each team. Tests moving: a move in the last "
        f"{rules.stuck_days} days."
    )


def _met(facts: Facts, rules: Rules) -> dict[str, tuple[int, int]]:
    """What one team met of each rate."""
    latest = {one.kind: one.outcomes[-LATELY:] for one in facts.streams}
    met = {kind: sum(latest.get(kind, ())) for kind in (DATA, CALL)}
    moving = facts.last_move is not None and facts.no_move < rules.stuck_days
    return {
        "active": (int(engagement_terms.active(facts, rules)), 1),
        "engaged": (int(engagement_terms.engaged(facts, rules)), 1),
        **{kind: (count, len(latest.get(kind, ()))) for kind, count in met.items()},
        "tests": (int(moving), 1),
    }


def _groups(session: Session, teams: Sequence[Team], by: str) -> dict[int, str]:
    """The group of each team, as people read it."""
    rows = select(Organization).where(col(Organization.id).in_([one.organization_id for one in teams]))
    known = {one.id: one for one in session.exec(rows)}
    return {team.id or 0: _group(team, known[team.organization_id], by) for team in teams}


def _group(team: Team, organization: Organization, by: str) -> str:
    names = {
        "type": organization_types.called(organization.type),
        "sector": organization.sector,
        "region": team.region,
        "tier": f"{team.tier} tier",
        "mandated": "by mandate" if team.mandated else "by choice",
    }
    return organization_types.sentence_case(names[by]) or organization_types.NOT_GIVEN


def _at_work(session: Session, collaborative: Collaborative) -> list[Team]:
    here = select(Team).where(
        Team.collaborative_id == collaborative.id, col(Team.status).not_in((*GONE, "paused"))
    )  # fmt: skip
    return list(session.exec(here.order_by(col(Team.id))))

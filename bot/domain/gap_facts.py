"""How each team at work is going by now, with the group it is in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.domain import engagement, engagement_facts
from bot.domain.activity import WeeklyActs, week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import CALL, DATA, Facts, Rules
from bot.domain.gaps import LATELY, Going
from bot.domain.teams import GONE, Organization, Team

BY = {"type": "Type of organization", "sector": "Sector", "tier": "Tier", "mandated": "Takes part by mandate or choice"}
WEEKS = timedelta(weeks=13)  # the last three months
ENOUGH = 2  # calls, months of numbers, and moves of tests in them, for a team to be engaged


def going(session: Session, collaborative: Collaborative, by: str, now: datetime) -> list[Going]:
    """Every team at work that doesn't pause, with what it met."""
    here = select(Team).where(
        Team.collaborative_id == collaborative.id, col(Team.status).not_in((*GONE, "paused"))
    )  # fmt: skip
    teams = list(session.exec(here.order_by(col(Team.id))))
    rules, facts = engagement_facts.rules_of(collaborative), engagement_facts.of_teams(session, teams, now)
    groups, moves = _groups(session, teams, by), _moves(session, teams, now)
    return [Going(groups[row], _met(facts[row], moves.get(row, 0), rules)) for row in (team.id or 0 for team in teams)]


def printed(rules: Rules) -> str:
    """What the rates mean."""
    return (
        f"Active: a contribution in the last {rules.active_days} days, and numbers or a test's move in the last "
        f"{rules.passive_days}. Engaged: at {ENOUGH} of the last {LATELY} calls, numbers on time in {ENOUGH} of the "
        f"last {LATELY} months, and {ENOUGH} moves of tests in three months. Numbers on time and at calls: of the last "
        f"{LATELY} due dates of each team. Tests moving: a move in the last {rules.stuck_days} days."
    )


def called(kind: str) -> str:
    """A type or sector, as people read it."""
    return kind.replace("_", " ") or "not given"


def _met(facts: Facts, moves: int, rules: Rules) -> dict[str, tuple[int, int]]:
    """What one team met of each rate."""
    latest = {one.kind: one.outcomes[-LATELY:] for one in facts.streams}
    met = {kind: sum(latest.get(kind, ())) for kind in (DATA, CALL)}
    engaged = min(*met.values(), moves) >= ENOUGH
    moving = facts.last_move is not None and facts.no_move < rules.stuck_days
    active = engagement.standing(facts, rules) == "active"
    return {
        "active": (int(active), 1),
        "engaged": (int(engaged), 1),
        **{kind: (count, len(latest.get(kind, ()))) for kind, count in met.items()},
        "tests": (int(moving), 1),
    }


def _moves(session: Session, teams: Sequence[Team], now: datetime) -> dict[int, int]:
    """How often a test of each team moved in the last months."""
    rows = select(WeeklyActs.team_id, func.sum(WeeklyActs.done)).where(
        col(WeeklyActs.team_id).in_([team.id for team in teams]), WeeklyActs.week > week_of(now) - WEEKS,
        col(WeeklyActs.kind).startswith("pdsa.", autoescape=True),
    )  # fmt: skip
    return dict([*session.exec(rows.group_by(col(WeeklyActs.team_id)))])


def _groups(session: Session, teams: Sequence[Team], by: str) -> dict[int, str]:
    """The group of each team, as people read it."""
    rows = select(Organization).where(col(Organization.id).in_([one.organization_id for one in teams]))
    known = {one.id: one for one in session.exec(rows)}
    return {team.id or 0: _group(team, known[team.organization_id], by) for team in teams}


def _group(team: Team, organization: Organization, by: str) -> str:
    if by == "tier":
        return f"{team.tier} tier"
    if by == "mandated":
        return "by mandate" if team.mandated else "by choice"
    return called(organization.sector if by == "sector" else organization.type)

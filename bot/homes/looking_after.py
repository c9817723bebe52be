"""The tabs of whoever looks after teams: alerts, how every team goes on, and who is in which of them."""

from typing import Any

from sqlmodel import Session, col, select

from bot import times
from bot.access import Actor
from bot.cards import alert_cards, score_cards
from bot.domain import absences, engagement, engagement_facts, engagement_scope, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import AT_REST
from bot.domain.engagement import CALLED
from bot.domain.people import Membership, Person
from bot.domain.scores import FACULTY, OWN
from bot.domain.teams import GONE, Team
from bot.kit import Kit

Values = dict[str, Any]
MOST = 40  # teams on a page


def alerts(session: Session, actor: Actor, here: Collaborative, page: int, kit: Kit) -> Values:
    """What is open, ranked, with what one can do about it."""
    teams = session.exec(select(Team).where(Team.collaborative_id == here.id)).all()
    return alert_cards.window(session, actor, teams, kit.now(), page)


def grid(session: Session, actor: Actor, here: Collaborative, page: int, kit: Kit) -> Values:
    """Every team in a line: its level with the reasons, and its scores; those to call first, their own among them."""
    teams = _theirs(session, actor, here, "engagement.read", gone=False)
    facts, rules = engagement_facts.of_teams(session, teams, kit.now()), engagement_scope.rules_of(here)
    turns, told = score_cards.standing(session, here, teams, kit.now())
    ranked = []
    for team in teams:
        signal, turn = engagement.judged(facts[team.id or 0], rules), turns.get(team.id or 0)
        both = [told.get((turn.id or 0, side)) if turn else None for side in (OWN, FACULTY)]
        scored = [f"{name} {one.value:.1f}" for name, one in zip(("team", "faculty"), both, strict=True) if one]
        level = engagement.LEVELS.index(signal.level)
        line: Values = {
            "team": team,
            "level": AT_REST if facts[team.id or 0].at_rest else CALLED[signal.level],
            "reasons": "; ".join(signal.reasons),
            "scored": ", ".join(scored),
            "standing": team_facts.standing(team),
        }
        ranked.append((-level, team.coach_id not in {actor.id, *actor.covers}, team.name.casefold(), line))
    ranked.sort(key=lambda one: one[:3])
    return {**_page([one[-1] for one in ranked], page), "counts": counts([one[-1]["level"] for one in ranked])}


def roster(session: Session, actor: Actor, here: Collaborative, page: int, kit: Kit) -> Values:
    """Everybody by team, the staff first: their roles, who is away, and who isn't in Slack yet."""
    today = times.local_day(kit.now(), here.timezone)
    teams = {team.id: team for team in _theirs(session, actor, here, "cycle.read", gone=True)}
    people: dict[int | None, list[str]] = {}
    rows = select(Membership, Person).join(Person).where(
        Membership.collaborative_id == here.id, col(Membership.left_at).is_(None)
    )  # fmt: skip
    away = absences.who(session, today)
    for seat, person in session.exec(rows.order_by(col(Membership.id))):
        people.setdefault(seat.team_id, []).append(_person(seat, person, teams.get(seat.team_id), away))
    lines = [
        {"team": team, "people": people.get(row, []), "standing": team_facts.standing(team)}
        for row, team in teams.items()
    ]
    return {**_page(lines, page), "staff": people.get(None, [])}


def _theirs(session: Session, actor: Actor, here: Collaborative, act: str, *, gone: bool) -> list[Team]:
    """The teams that they may read, by name."""
    ours = select(Team).where(Team.collaborative_id == here.id)
    found = session.exec(ours if gone else ours.where(col(Team.status).not_in(GONE)))
    theirs = [team for team in found if actor.may(act, collaborative=team.collaborative_id, team=team)]
    return sorted(theirs, key=lambda team: team.name.casefold())


def _page(lines: list[Values], page: int) -> Values:
    last = max(len(lines) - 1, 0) // MOST
    at = min(page, last)
    return {"lines": lines[at * MOST : (at + 1) * MOST], "page": at, "last": last}


def counts(levels: list[str]) -> str:
    """How many teams are at each level: “2 call now · 1 call · 57 in touch”."""
    named = [*(CALLED[level] for level in reversed(engagement.LEVELS)), AT_REST]
    return " · ".join(f"{levels.count(name)} {name}" for name in named if name in levels)


def _person(seat: Membership, person: Person, team: Team | None, away: set[int]) -> str:
    roles = list(dict.fromkeys(team_facts.ROLES.get(role, role).replace("_", " ") for role in seat.roles))
    roles += ["deputy"] if team and team.deputy_id == person.id else []
    roles += ["away"] if person.id in away else []
    roles += ["not in Slack yet"] if person.workspace is None else []
    name = team_facts.called(person) if person.workspace is None else person.name or "somebody"
    return f"{name} ({', '.join(roles)})" if roles else name

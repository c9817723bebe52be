"""The grid of teams by weeks as its message has it: read from the ledger's weekly counts, one's own teams first."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot import access, times
from bot.access import Actor
from bot.cards import digest_cards, team_weeks
from bot.cards.team_weeks import Mark, TeamWeeks, WeekGrid
from bot.domain import digest, engagement, engagement_facts
from bot.domain.activity import NOT_THEIRS, WeeklyActs, week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.contributions import MOVES, NUMBERS
from bot.domain.engagement import LEVELS
from bot.domain.pauses import Pause
from bot.domain.people import Membership
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.sending.pictures import Wanted

Values = dict[str, Any]
WEEKS = 12
A_WEEK = timedelta(weeks=1)
MOST_TEAMS = team_weeks.MOST * team_weeks.MOST_PAGES
LEGEND = (
    "A full box: numbers came or a test moved. A small one: something else, such as a call or a check-in. An outline: "
    "nothing. A dash: the team paused. Weeks begin on Monday."
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
    weeks = [week_of(now) - back * A_WEEK for back in reversed(range(WEEKS))]
    weeks = [monday for monday in weeks if here.launched_at and monday >= week_of(here.launched_at)] or weeks[-1:]
    mine = {team.id for team in own}
    shown = _ranked(session, here, teams, mine, now)[:MOST_TEAMS]
    wanted = [team.id or 0 for team, _ in shown]
    did, paused, joined = _did(session, weeks, wanted), _paused(session, wanted), _joined(session, wanted)
    rows = []
    for team, level in shown:
        row = team.id or 0
        since = week_of(joined[row]) if row in joined else weeks[-1]
        marks = tuple(_mark(week, did[row].get(week, ()), paused[row], since) for week in weeks)
        rows.append(TeamWeeks(team.name, marks, level, row in mine))
    day = times.day(times.local_day(now, here.timezone))
    return WeekGrid(here.name, day, tuple(weeks), tuple(rows), left_out=len(teams) - len(rows))


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
    rules, facts = engagement_facts.rules_of(here), engagement_facts.of_teams(session, teams, now)
    signals = {team.id: engagement.judged(facts[team.id or 0], rules) for team in teams}
    in_order = sorted(teams, key=lambda one: (one.id not in own, -LEVELS.index(signals[one.id].level)))
    resting = {team.id: facts[team.id or 0].at_rest for team in teams}
    return [
        (team, digest.AT_REST if resting[team.id] else engagement.CALLED[signals[team.id].level]) for team in in_order
    ]


def _did(session: Session, weeks: Sequence[date], teams: Sequence[int]) -> dict[int, dict[date, set[str]]]:
    """What kinds of acts each team did in each of these weeks."""
    rows = select(col(WeeklyActs.team_id), col(WeeklyActs.week), WeeklyActs.kind).where(
        col(WeeklyActs.week).in_(weeks), col(WeeklyActs.team_id).in_(teams), col(WeeklyActs.kind).not_in(NOT_THEIRS)
    )
    found: dict[int, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for team, week, kind in session.exec(rows):
        found[team][week].add(kind)
    return found


def _paused(session: Session, teams: Sequence[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    for pause in session.exec(select(Pause).where(col(Pause.team_id).in_(teams))):
        found[pause.team_id].append(pause)
    return found


def _joined(session: Session, teams: Sequence[int]) -> dict[int, datetime]:
    """When the first person of each joined."""
    whose = col(Membership.team_id)
    rows = select(whose, func.min(Membership.joined_at)).where(whose.in_(teams)).group_by(whose)
    return {team: first for team, first in session.exec(rows) if team}


def _mark(week: date, did: Collection[str], paused: Sequence[Pause], since: date) -> Mark:
    if any(kind == NUMBERS or kind.startswith(MOVES) for kind in did):
        return "work"
    if did:
        return "some"
    if any(one.first <= week and week + timedelta(days=5) <= one.back for one in paused):
        return "pause"
    return "nothing" if week >= since else ""


VOICE = {"digest/post": digest_cards.post, "digest/grid": pictured}

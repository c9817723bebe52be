"""The days on which nobody of a team could do anything, and how many others have passed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from sqlmodel import Session, col, select

from bot import times
from bot.domain.absences import Absence
from bot.domain.engagement_scope import Scope
from bot.domain.pauses import Pause
from bot.domain.people import Membership


def off(
    session: Session, scope: Scope, members: Mapping[int, Collection[int]], since: date
) -> dict[int, Collection[date]]:
    """Of each team from that day on: closed, paused, or all of it away."""
    closed = _closed(scope, since)
    more: dict[int, set[date]] = defaultdict(set)
    for pause in session.exec(select(Pause).where(scope.of(col(Pause.team_id)), col(Pause.back) > since)):
        more[pause.team_id].update(_each(pause.first, pause.back))
    away = _away(session, {person for people in members.values() for person in people}, since)
    for row, people in members.items():
        if people and all(person in away for person in people):
            more[row] |= set.intersection(*(away[person] for person in people))
    return {row: days | more[row] if row in more else days for row, days in closed.items()}


def members(session: Session, scope: Scope) -> dict[int, set[int]]:
    """Who is in each team."""
    here = select(col(Membership.team_id), col(Membership.person_id)).where(
        col(Membership.left_at).is_(None), scope.of(col(Membership.team_id))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for team, person in session.exec(here):
        found[team or 0].add(person)
    return found


def passed(since: date, today: date, days: Collection[date]) -> int:
    """How many days have passed that weren't off."""
    return max((today - since).days - sum(since < day <= today for day in days), 0)


def _closed(scope: Scope, since: date) -> dict[int, frozenset[date]]:
    """Public holidays, the collaborative's and the team's; teams that have the same ones share them."""
    alike: dict[tuple[str, tuple[str, ...]], frozenset[date]] = {}
    found = {}
    for team in scope.teams:
        own = (*scope.collaboratives[team.collaborative_id].holidays, *team.holidays)
        if (team.region, own) not in alike:
            every = times.public_holidays(team.region) | {*own}
            alike[team.region, own] = frozenset(day for one in every if (day := date.fromisoformat(one)) > since)
        found[team.id or 0] = alike[team.region, own]
    return found


def _away(session: Session, people: Collection[int], since: date) -> dict[int, set[date]]:
    """The days of time off of each of these people who has any."""
    found: dict[int, set[date]] = defaultdict(set)
    days = (col(Absence.person_id), col(Absence.first), col(Absence.back))
    rows = select(*days).where(days[2] > since)
    for person, first, back in session.exec(rows):
        if person in people:
            found[person].update(_each(max(first, since), back))
    return found


def _each(first: date, back: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range(max((back - first).days, 0)))

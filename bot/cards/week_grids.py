"""Teams by weeks as a picture has them, read from the ledger's weekly counts, and the one that a digest shows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot.cards import team_weeks
from bot.cards.team_weeks import Mark, TeamWeeks, WeekGrid
from bot.domain.absences import Absence
from bot.domain.activity import NOT_THEIRS, WeeklyActs, week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.contributions import MOVES, NUMBERS
from bot.domain.digest import Found
from bot.domain.engagement import CALLED, LEVELS
from bot.domain.pauses import Pause
from bot.domain.people import Membership
from bot.domain.teams import Team
from bot.sending.pictures import Wanted
from bot.statements import query

WEEKS = 12
FEWEST = 3  # teams that a digest draws: fewer are told of in its lines
A_WEEK = timedelta(weeks=1)
NEED = [CALLED[level] for level in reversed(LEVELS)]  # how a team stands, those first that need somebody most
Shown = Sequence[tuple[Team, str]]  # each with how it stands


def in_digest(session: Session, here: Collaborative, found: Found, own: Collection[int], last: date) -> WeekGrid | None:
    """The weeks up to the `last`, their own teams first, as far as one picture has room; None for a few teams."""
    mondays = since_launch(here, last)
    first = _ranked(found, own)[: team_weeks.MOST]
    if len(first) < FEWEST or not mondays:
        return None
    teams = {team.id: team for team in session.exec(select(Team).where(col(Team.id).in_(first)))}
    shown = [(teams[row], found.levels[row]) for row in first if row in teams]
    page = f"the first {len(shown)} of {len(found.levels)} teams" if len(found.levels) > len(first) else ""
    return WeekGrid(
        here.name, f"up to the week of {team_weeks.called(last)}", mondays, rows(session, shown, own, mondays), page
    )


def wanted(here: Collaborative, grid: WeekGrid) -> Wanted:
    """The picture of it; everybody who sees the same shares one upload."""
    return Wanted(f"weeks:{here.id}", grid, team_weeks.alt(grid))


def since_launch(here: Collaborative, last: date) -> list[date]:
    """The newest Mondays up to the `last`, as far back as the collaborative is under way."""
    newest = [last - back * A_WEEK for back in reversed(range(WEEKS))]
    return [monday for monday in newest if here.launched_at and monday >= week_of(here.launched_at)]


def rows(session: Session, shown: Shown, own: Collection[int], mondays: Sequence[date]) -> tuple[TeamWeeks, ...]:
    """What each of these teams did in each of these weeks."""
    teams = [team.id or 0 for team, _ in shown]
    did, paused, joined = _did(session, mondays, teams), _paused(session, teams), _joined(session, teams)
    away = _away(session, teams, mondays)
    told = []
    for team, level in shown:
        row = team.id or 0
        since = week_of(joined[row]) if row in joined else mondays[-1]
        marks = tuple(_mark(week, did[row].get(week, ()), paused[row], since, away[row]) for week in mondays)
        told.append(TeamWeeks(team.name, marks, level, row in own))
    return tuple(told)


def _ranked(found: Found, own: Collection[int]) -> list[int]:
    """Their own, those that need somebody most before the others; then the teams to call, and then all."""
    mine = sorted((row for row in own if row in found.levels), key=lambda row: (_need(found.levels[row]), row))
    return [row for row in dict.fromkeys([*mine, *found.to_call, *found.levels]) if row in found.levels]


def _need(level: str) -> int:
    return NEED.index(level) if level in NEED else len(NEED)


def _did(session: Session, weeks: Sequence[date], teams: Sequence[int]) -> dict[int, dict[date, set[str]]]:
    """What kinds of acts each team did in each of these weeks."""
    found: dict[int, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for team, week, kind in _kinds(session, weeks, teams):
        found[team][week].add(kind)
    return found


@query
def _kinds(weeks: Sequence[date], teams: Sequence[int]) -> Select[int, date, str]:
    return select(col(WeeklyActs.team_id), col(WeeklyActs.week), col(WeeklyActs.kind)).where(
        col(WeeklyActs.week).in_(weeks), col(WeeklyActs.team_id).in_(teams), col(WeeklyActs.kind).not_in(NOT_THEIRS)
    )


def _paused(session: Session, teams: Sequence[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    for pause in _pauses(session, teams):
        found[pause.team_id].append(pause)
    return found


@query
def _pauses(teams: Sequence[int]) -> SelectOfScalar[Pause]:
    return select(Pause).where(col(Pause.team_id).in_(teams))


def _away(session: Session, teams: Sequence[int], mondays: Sequence[date]) -> dict[int, set[date]]:
    """The weeks on whose working days everybody of a team had time off."""
    off: dict[int, dict[int, list[tuple[date, date]]]] = defaultdict(lambda: defaultdict(list))
    for team, person, first, back in _absences(session, teams, min(mondays)):
        theirs = off[team or 0][person]
        if first is not None:
            theirs.append((first, back))
    found: dict[int, set[date]] = defaultdict(set)
    for team, people in off.items():
        if all(people.values()):
            found[team] = {week for week in mondays if all(_is_off(week, stretches) for stretches in people.values())}
    return found


def _is_off(monday: date, stretches: Sequence[tuple[date, date]]) -> bool:
    days = (monday + timedelta(days=count) for count in range(5))
    return all(any(first <= day < back for first, back in stretches) for day in days)


@query
def _absences(teams: Sequence[int], since: date) -> Select[int | None, int, date, date]:
    """Everybody of these teams, with their days off since then where they have any."""
    theirs = (col(Absence.person_id) == Membership.person_id) & (col(Absence.back) > since)
    rows = select(col(Membership.team_id), col(Membership.person_id), col(Absence.first), col(Absence.back))
    return rows.outerjoin(Absence, theirs).where(col(Membership.team_id).in_(teams), col(Membership.left_at).is_(None))


def _joined(session: Session, teams: Sequence[int]) -> dict[int, datetime]:
    """When the first person of each joined."""
    return {team: first for team, first in _firsts(session, teams) if team}


@query
def _firsts(teams: Sequence[int]) -> Select[int | None, datetime]:
    whose = col(Membership.team_id)
    return select(whose, func.min(Membership.joined_at)).where(whose.in_(teams)).group_by(whose)


def _mark(
    week: date, did: Collection[str], paused: Sequence[Pause], since: date, away: Collection[date]
) -> Mark:  # fmt: skip
    if any(kind == NUMBERS or kind.startswith(MOVES) for kind in did):
        return "work"
    if did:
        return "some"
    if week in away or any(one.first <= week and week + timedelta(days=5) <= one.back for one in paused):
        return "pause"
    return "nothing" if week >= since else ""

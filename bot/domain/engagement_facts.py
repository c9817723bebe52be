"""The facts of teams by a day, out of the ledger's weeks and what was expected: for one team, or for all at once.

Everything is asked of the record for all teams together, and no further back than a rule looks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, func, or_, select

from bot import times
from bot.domain import contributions, engagement_priors, months_out, pdsa
from bot.domain.absences import Absence
from bot.domain.activity import BY_OTHERS, Act, week_of
from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Facts, Rules, Stream
from bot.domain.engagement_scope import AT_A_TIME, Scope
from bot.domain.expected import COUNTED, DATA, EXCUSED, KINDS, MET, Expected
from bot.domain.pauses import Pause
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership
from bot.domain.teams import GONE, Team

YEARS = timedelta(days=3 * 366)  # of due dates
KEY_ROLES = ("team_lead", "senior_leader")
LATELY = timedelta(days=45)  # in which somebody who left counts as having left
RECENT = timedelta(days=120)  # in which a check-in says how a team is


def rules_of(collaborative: Collaborative) -> Rules:
    """The collaborative's own rules; what it doesn't set is as usual."""
    return Rules.model_validate(collaborative.engagement)


def of_team(session: Session, team: Team, now: datetime) -> Facts:
    """One team's facts."""
    return of_teams(session, [team], now)[team.id or 0]


def of_teams(session: Session, teams: Sequence[Team], now: datetime) -> dict[int, Facts]:
    """Those of some teams, by their rows."""
    if not teams:
        return {}
    here = {row: session.get_one(Collaborative, row) for row in {team.collaborative_id for team in teams}}
    return {facts.team: facts for facts in _gathered(session, Scope(teams, here, every=False), now)}


def of_all(session: Session, now: datetime) -> Iterator[Facts]:
    """Those of every team that is still with a collaborative that was launched and isn't over."""
    launched = select(Collaborative).where(col(Collaborative.launched_at).is_not(None))
    going_on = {
        one.id or 0: one
        for one in session.exec(launched)
        if one.ends is None or times.local_day(now, one.timezone) <= one.ends
    }
    every = select(Team).where(col(Team.collaborative_id).in_(going_on), col(Team.status).not_in(GONE))
    teams = list(session.exec(every.order_by(col(Team.id))))
    yield from _gathered(session, Scope(teams, going_on, every=True), now)


def _gathered(session: Session, scope: Scope, now: datetime) -> Iterator[Facts]:
    streams = _with_chances(session, scope, _streams(session, scope, now))
    done = contributions.latest(session, scope, now)
    members, active = _members(session, scope), _active(session, scope, now)
    off, open_cycles, heavy = _off(session, scope, members), _open(session, scope), _heavy(session, scope, now)
    left, joined = _left(session, scope, now), _joined(session, scope)
    out = months_out.of(session, {team: stream.missed for (team, kind), stream in streams.items() if kind == DATA})
    for team in scope.teams:
        row, here = team.id or 0, scope.collaboratives[team.collaborative_id]
        today = times.local_day(now, team.timezone)
        begins = [moment for moment in (here.launched_at, joined.get(row)) if moment]
        begun = times.local_day(max(begins), team.timezone) if len(begins) == 2 else today
        last, numbers, moved = (
            times.local_day(moment, team.timezone) if moment else None for moment in done.get(row, (None, None, None))
        )
        yield Facts(
            team=row,
            streams=tuple(streams.get((row, kind), Stream(kind, ())) for kind in KINDS),
            people=len(members.get(row, ())),
            active=active.get(row, 0),
            last=last,
            last_move=moved,
            open_cycles=open_cycles.get(row, 0),
            quiet=_days(last or begun, today, off.get(row, ())),
            begun=_days(begun, today, off.get(row, ())),
            months_out=out.get(row, 0),
            no_numbers=_days(numbers or begun, today, off.get(row, ())),
            no_move=_days(moved or begun, today, off.get(row, ())),
            heavy=heavy.get(row, 0),
            left=tuple(left.get(row, ())),
            at_rest=team.status in (*GONE, "paused") or len(begins) < 2,
        )


def _days(since: date, today: date, off: Collection[date]) -> int:
    """How many days have passed that weren't off."""
    return max((today - since).days - sum(since < day <= today for day in off), 0)


def _streams(session: Session, scope: Scope, now: datetime) -> dict[tuple[int, str], Stream]:
    which = (col(Expected.team_id), col(Expected.kind))
    told_by = col(Expected.outcome).in_((*COUNTED, EXCUSED))
    rows = select(*which, col(Expected.outcome)).where(scope.of(which[0]), Expected.due >= now.date() - YEARS, told_by)
    in_order = session.execute(rows.order_by(*which, col(Expected.due), col(Expected.id)), execution_options=AT_A_TIME)
    found = {}
    for key, theirs in groupby(in_order, lambda row: (row[0], row[1])):
        told = [outcome for _, _, outcome in theirs]
        met = tuple(outcome == MET for outcome in told if outcome in COUNTED)
        found[key] = Stream(key[1], met, len(told) - len(met))
    return found


def _with_chances(
    session: Session, scope: Scope, streams: dict[tuple[int, str], Stream]
) -> dict[tuple[int, str], Stream]:
    """The same, each with the chance that the team is heard from, where it has a habit."""
    where = {team.id: team.collaborative_id for team in scope.teams}
    alike: dict[tuple[int, str], list[Stream]] = defaultdict(list)
    owners: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for key, stream in streams.items():
        if key[0] in where and stream.habit is not None:
            alike[where[key[0]], key[1]].append(stream)
            owners[where[key[0]], key[1]].append(key)
    for (here, kind), theirs in alike.items():
        chances = engagement_priors.chances(session, scope.collaboratives[here], kind, [one.outcomes for one in theirs])
        for key, stream, chance in zip(owners[here, kind], theirs, chances, strict=True):
            streams[key] = replace(stream, chance=chance)
    return streams


def _active(session: Session, scope: Scope, now: datetime) -> dict[int, int]:
    """How many people of each team did something in the last days."""
    spans = {one: rules_of(here).active_days for one, here in scope.collaboratives.items()}
    since = now - timedelta(days=max(spans.values(), default=0))
    rows = select(Act.team_id, func.count(func.distinct(Act.person_id))).where(
        scope.of(col(Act.team_id)), Act.week >= week_of(since), Act.at >= since, Act.at <= now,
        col(Act.kind).not_in(BY_OTHERS),
    )  # fmt: skip
    return _pairs(session.execute(rows.group_by(col(Act.team_id))))


def _members(session: Session, scope: Scope) -> dict[int, set[int]]:
    here = select(Membership.team_id, Membership.person_id).where(
        col(Membership.left_at).is_(None), scope.of(col(Membership.team_id))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for team, person in session.execute(here):
        found[team].add(person)
    return found


def _joined(session: Session, scope: Scope) -> dict[int, datetime]:
    first = select(Membership.team_id, func.min(Membership.joined_at)).where(scope.of(col(Membership.team_id)))
    return _pairs(session.execute(first.group_by(col(Membership.team_id))))


def _open(session: Session, scope: Scope) -> dict[int, int]:
    rows = select(Cycle.team_id, func.count()).where(
        scope.of(col(Cycle.team_id)), pdsa.alive(), Cycle.stage != pdsa.ACT
    )  # fmt: skip
    return _pairs(session.execute(rows.group_by(col(Cycle.team_id))))


def _heavy(session: Session, scope: Scope, now: datetime) -> dict[int, int]:
    """How many check-ins in a row, the newest ones answered, said heavy."""
    rows = select(CheckIn.team_id, CheckInAnswer.mood).join(CheckInAnswer).where(
        scope.of(col(CheckIn.team_id)), CheckIn.opens >= now.date() - RECENT
    )  # fmt: skip
    found: dict[int, int] = {}
    newest_first = session.execute(rows.order_by(col(CheckIn.team_id), col(CheckIn.opens).desc()))
    for team, theirs in groupby(newest_first, lambda row: row[0]):
        moods = [mood for _, mood in theirs]
        found[team] = next((count for count, mood in enumerate(moods) if mood != "heavy"), len(moods))
    return found


def _left(session: Session, scope: Scope, now: datetime) -> dict[int, list[str]]:
    """The roles that lead a team whose holder left lately, and that nobody has by now."""
    rows = select(Membership.team_id, Membership.roles, Membership.left_at).where(
        scope.of(col(Membership.team_id)),
        or_(col(Membership.left_at).is_(None), col(Membership.left_at) > now - LATELY),
    )  # fmt: skip
    lost: dict[int, set[str]] = defaultdict(set)
    held: dict[int, set[str]] = defaultdict(set)
    for team, roles, left_at in session.execute(rows):
        (held if left_at is None or left_at > now else lost)[team].update(roles)
    return {team: [role for role in KEY_ROLES if role in roles - held[team]] for team, roles in lost.items()}


def _pairs(rows: Iterable[Any]) -> dict[int, Any]:
    return dict([*rows])


def _off(session: Session, scope: Scope, members: Mapping[int, Collection[int]]) -> dict[int, set[date]]:
    """The days on which nobody of a team could do anything: closed, paused, or all of it away."""
    found: dict[int, set[date]] = defaultdict(set)
    for team in scope.teams:
        own = {*scope.collaboratives[team.collaborative_id].holidays, *team.holidays}
        closed = own | times.public_holidays(team.region)
        found[team.id or 0].update(map(date.fromisoformat, closed))
    for pause in session.exec(select(Pause).where(scope.of(col(Pause.team_id)))):
        found[pause.team_id].update(_each(pause.first, pause.back))
    away: dict[int, set[date]] = defaultdict(set)
    for one in session.exec(select(Absence)):
        away[one.person_id].update(_each(one.first, one.back))
    for row, people in members.items():
        if away and all(person in away for person in people):
            found[row] |= set.intersection(*(away[person] for person in people))
    return found


def _each(first: date, back: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range(max((back - first).days, 0)))

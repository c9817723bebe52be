"""The facts of teams by a day, out of the ledger's weeks and what was expected: for one team, or for all at once.

Everything is asked of the record for all teams together, and no further back than a rule looks.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, func, or_, select

from bot import times
from bot.domain import (
    collaboratives,
    contributions,
    engagement_days,
    engagement_scope,
    engagement_streams,
    months_out,
    own_scores,
    pdsa,
)
from bot.domain.activity import BY_OTHERS, Act, week_of
from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Facts, Stream
from bot.domain.engagement_days import passed
from bot.domain.engagement_scope import Scope, months_ago
from bot.domain.expected import CALL, DATA, KINDS
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership
from bot.domain.teams import GONE, Team

Key = tuple[int, str]  # a team, a kind of what is expected
KEY_ROLES = ("team_lead", "senior_leader")
LATELY = timedelta(days=45)  # in which somebody who left counts as having left
RECENT = timedelta(days=120)  # in which a check-in says how a team is


def of_team(session: Session, team: Team, now: datetime) -> Facts:
    """One team's facts."""
    return of_teams(session, [team], now)[team.id or 0]


def of_teams(session: Session, teams: Sequence[Team], now: datetime) -> dict[int, Facts]:
    """Those of some teams, by their rows."""
    if not teams:
        return {}
    return {facts.team: facts for facts in _gathered(session, engagement_scope.of(session, teams), now)}


def goes_on(collaborative: Collaborative, now: datetime) -> bool:
    """Whether it was launched and isn't over, so that its teams are looked at."""
    has_begun = collaborative.launched_at is not None
    return has_begun and not collaboratives.is_over(collaborative, times.local_day(now, collaborative.timezone))


def of_all(session: Session, now: datetime) -> Iterator[Facts]:
    """Those of every team that is still with a collaborative that was launched and isn't over."""
    launched = select(Collaborative).where(col(Collaborative.launched_at).is_not(None))
    going_on = {one.id or 0: one for one in session.exec(launched) if goes_on(one, now)}
    every = select(Team).where(col(Team.collaborative_id).in_(going_on), col(Team.status).not_in(GONE))
    teams = list(session.exec(every.order_by(col(Team.id))))
    yield from _gathered(session, Scope(teams, going_on, every=True), now)


def by_team(session: Session, now: datetime) -> dict[int, Facts]:
    """The same, by their rows."""
    return {one.team: one for one in of_all(session, now)}


def _gathered(session: Session, scope: Scope, now: datetime) -> Iterator[Facts]:
    streams, lately = engagement_streams.of(session, scope, now), engagement_streams.lately(session, scope, now)
    waiting, done = engagement_streams.waiting(session, scope, now), contributions.latest(session, scope, now)
    members, active = engagement_days.members(session, scope), _active(session, scope, now)
    open_cycles, heavy = _open(session, scope), _heavy(session, scope, now)
    left, joined = _left(session, scope, now), _joined(session, scope)
    off = engagement_days.off(session, scope, members, _first(scope, joined, done, waiting.values(), now))
    moves, scored = _moves(session, scope, now), own_scores.of(session, scope, now)
    late = _late(session, streams, lately)
    for team in scope.teams:
        row, here = team.id or 0, scope.collaboratives[team.collaborative_id]
        today, out = times.local_day(now, team.timezone), off.get(row, ())
        begins = [moment for moment in (here.launched_at, joined.get(row)) if moment]
        begun = times.local_day(max(begins), team.timezone) if len(begins) == 2 else today
        last, numbers, moved, worked = (
            times.local_day(moment, team.timezone) if moment else None for moment in done.get(row, contributions.NEVER)
        )
        yield Facts(
            team=row,
            streams=tuple(_standing(row, kind, streams, waiting, today, out) for kind in KINDS),
            people=len(members.get(row, ())),
            active=active.get(row, 0),
            last=last,
            last_move=moved,
            open_cycles=open_cycles.get(row, 0),
            quiet=passed(last or begun, today, out),
            begun=passed(begun, today, out),
            months_out=late.out.get(row, 0),
            no_numbers=passed(numbers or begun, today, out),
            no_move=passed(moved or begun, today, out),
            worked=passed(worked, today, out) if worked else None,
            calls_met=sum(lately.get((row, CALL), ())),
            months_in=sum(lately.get((row, DATA), ())) + late.caught_up.get(row, 0),
            moves=moves.get(row, 0),
            heavy=heavy.get(row, 0),
            score_fell=row in scored.fell,
            unscored=passed(own_scores.since(scored.unscored.get(row, ()), today, out), today, out),
            left=tuple(left.get(row, ())),
            at_rest=team.status in (*GONE, "paused") or len(begins) < 2,
        )


def _late(session: Session, streams: Mapping[Key, Stream], lately: Mapping[Key, list[bool]]) -> months_out.Late:
    """The months that are out, and those that were caught up with."""
    return months_out.of(
        session,
        {team: stream.missed for (team, kind), stream in streams.items() if kind == DATA},
        {team: newest.count(False) for (team, kind), newest in lately.items() if kind == DATA},
    )


def _standing(
    row: int, kind: str, streams: Mapping[Key, Stream], waiting: Mapping[Key, date], today: date, off: Collection[date]
) -> Stream:  # fmt: skip
    """A kind of a team, with what is open: numbers unless their day was off, a check-in after a day of its own."""
    stream, since = streams.get((row, kind), Stream(kind, ())), waiting.get((row, kind))
    if since is None:
        return stream
    waits = since < today and since not in off if kind == DATA else passed(since, today, off) > 0
    return replace(stream, waits=since) if waits else stream


def _first(
    scope: Scope,
    joined: Mapping[int, datetime],
    done: Mapping[int, contributions.Latest],
    waiting: Iterable[date],
    now: datetime,
) -> date:
    """The day before the earliest one that any team's days are counted from, or that something is open since."""
    moments = [moment for each in done.values() for moment in each if moment]
    moments += [here.launched_at for here in scope.collaboratives.values() if here.launched_at and joined]
    return min([min(moments, default=now).date(), *waiting]) - timedelta(days=1)


def _moves(session: Session, scope: Scope, now: datetime) -> dict[int, int]:
    """How often each team moved a cycle in the months that *engaged* looks at."""
    return _by_rule(
        scope, "engaged_months", lambda span: contributions.moves(session, scope, months_ago(now, span), now)
    )


def _by_rule(scope: Scope, rule: str, counted: Callable[[int], Mapping[int, int]]) -> dict[int, int]:
    """What is counted over as long a time as the rule of each team's collaborative says."""
    spans = {row: int(getattr(rules, rule)) for row, rules in scope.rules.items()}
    found: dict[int, int] = {}
    for span in set(spans.values()):
        counts = counted(span)
        theirs = (team.id or 0 for team in scope.teams if spans[team.collaborative_id] == span)
        found |= {row: counts[row] for row in theirs if row in counts}
    return found


def _active(session: Session, scope: Scope, now: datetime) -> dict[int, int]:
    """How many people of each team did something in the last days."""

    def counted(days: int) -> dict[int, int]:
        since = now - timedelta(days=days)
        rows = select(Act.team_id, func.count(func.distinct(Act.person_id))).where(
            scope.of(col(Act.team_id)), Act.week >= week_of(since), Act.at >= since, Act.at <= now,
            col(Act.kind).not_in(BY_OTHERS),
        )  # fmt: skip
        return _pairs(session.execute(rows.group_by(col(Act.team_id))))

    return _by_rule(scope, "active_days", counted)


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

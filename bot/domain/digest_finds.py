"""What a Monday finds in a collaborative: whom to call, whom to praise, what changed; by facts gathered for all teams.

Nothing here looks further back than the digest before, so that it costs the same however old the record is.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import (
    alert_rules,
    alerts,
    contacts,
    digest,
    digest_numbers,
    engagement,
    engagement_facts,
    engagement_scope,
    pdsa,
)
from bot.domain.activity import Act, week_of
from bot.domain.alerts import BACK, Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import AT_REST, LEFT, MOST, NEW, Call, Change, DigestWeek, Found, Of, Praise, Return
from bot.domain.endings import Ending
from bot.domain.engagement import CALLED, Facts, Signal
from bot.domain.pdsa import Cycle
from bot.domain.teams import GONE, Team

A_WEEK = timedelta(weeks=1)
GIVEN, SHARED, STOLEN, DECIDED = "idea.given", "idea.shared", "idea.stolen", "pdsa.decided"
PRAISED = (  # what deserves a word, the rarest first
    "back", GIVEN, DECIDED, "question.answered", SHARED, "idea.adapted", STOLEN, "pdsa.learned", "pdsa.ran",
    "data.filed", "pdsa.started",
)  # fmt: skip
Judged = Mapping[int, tuple[Facts, Signal]]


def of_one(session: Session, here: Collaborative, before: DigestWeek | None, now: datetime) -> Found:
    """What there is to tell at this moment."""
    teams = _teams(session, here)
    return found(session, here, engagement_facts.of_teams(session, teams, now), before, now)


def found(
    session: Session, here: Collaborative, facts: Mapping[int, Facts], before: DigestWeek | None, now: datetime
) -> Found:
    """The same by facts that are known; those of other collaboratives don't matter."""
    teams = {team.id or 0: team for team in _teams(session, here) if team.id in facts}
    rules = engagement_scope.rules_of(here)
    judged = {row: (facts[row], engagement.judged(facts[row], rules)) for row in teams}
    levels = {row: AT_REST if each.at_rest else CALLED[signal.level] for row, (each, signal) in judged.items()}
    since = before.found_at if before and before.found_at else now - A_WEEK
    earlier = digest.told(before) if before else None
    standing = _open_alerts(session, here, {row: each for row, (each, _) in judged.items()})
    at_work = [row for row in teams if not facts[row].at_rest]
    reasons = {row: [one.reason for one in standing.get(row, ())] for row in at_work}
    acts = _acts(session, here, since, now)
    spoken = contacts.spoken_lately(session, here.id or 0, now)
    calls = _calls(standing, judged, spoken, times.local_day(now, here.timezone))
    coaches = {row: team.coach_id for row, team in teams.items()}
    returned = _returned(session, teams, times.local_day(since, here.timezone))
    return Found(
        since=since,
        compared=earlier is not None,
        levels=levels,
        all_quiet=alert_rules.all_quiet(at_work, reasons),
        not_begun=alert_rules.not_begun(reasons),
        calls=_first_of_each(calls, coaches),
        to_call=[one.team for one in calls],
        opened=[team for team, theirs in standing.items() if any(one.opened_at > since for one in theirs)],
        praised=_about(session, _first_of_each(_praised(session, teams, acts, earlier, since, standing), coaches)),
        changed=[*_changed(levels, earlier, {one.team for one in returned})],
        returned=returned,
        shared=_subjects(session, here, SHARED, since, now),
        spread=Counter(_subjects(session, here, STOLEN, since, now)).most_common(),
        numbers=digest_numbers.of(session, here, teams, times.local_day(now, here.timezone)),
        cycles=_cycles(session, here),
        decided=sum(count for (_, kind), (count, _) in acts.items() if kind == DECIDED),
    )


def _teams(session: Session, here: Collaborative) -> list[Team]:
    with_us = select(Team).where(Team.collaborative_id == here.id, col(Team.status).not_in(GONE))
    return list(session.exec(with_us.order_by(col(Team.id))))


def _open_alerts(session: Session, here: Collaborative, facts: Mapping[int, Facts]) -> dict[int, list[Alert]]:
    """By team, without what it has just ended by itself: nobody is called and praised for the same."""
    rows = select(Alert).join(Team).where(Team.collaborative_id == here.id, col(Alert.ended_at).is_(None))
    found: dict[int, list[Alert]] = defaultdict(list)
    every = session.exec(rows.order_by(col(Alert.opened_at), col(Alert.id)))
    for alert in alerts.still_open(session, (one for one in every if one.team_id in facts), facts):
        found[alert.team_id].append(alert)
    return found


def _calls(
    standing: Mapping[int, list[Alert]], judged: Judged, spoken: Collection[int], today: date
) -> list[Call]:  # fmt: skip
    """Each team once, first those that nobody calls yet, last those that were spoken with; what was put off waits."""
    awake = {
        team: [one for one in theirs if not one.sleeps_until or one.sleeps_until <= today]
        for team, theirs in standing.items()
    }
    ranked = sorted(
        (team for team, theirs in awake.items() if theirs),
        key=lambda team: (
            team in spoken,
            awake[team][0].caller_id is not None,
            *alert_rules.rank(*judged[team]),
            awake[team][0].id,
        ),
    )
    return [_call(awake[team], judged[team][1]) for team in ranked]


def _call(theirs: Sequence[Alert], signal: Signal) -> Call:
    names = alert_rules.in_a_row([one.reason for one in theirs])
    return Call(
        alert=theirs[0].id or 0, team=theirs[0].team_id, level=CALLED[signal.level] if signal.level else "",
        why=f"{names}: {'; '.join(signal.reasons)}",
    )  # fmt: skip


def _first_of_each(ranked: Sequence[Of], looked_after: Mapping[int, int | None]) -> list[Of]:
    """The first few of all, and of each who looks after teams: more than that nobody is shown."""
    shown: Counter[int | None] = Counter()
    kept = []
    for place, one in enumerate(ranked):
        whose = looked_after[one.team]
        if place < MOST or (whose and shown[whose] < MOST):
            kept.append(one)
        shown[whose] += 1
    return kept


def _acts(
    session: Session, here: Collaborative, since: datetime, now: datetime
) -> dict[tuple[int, str], tuple[int, int]]:  # fmt: skip
    """How often each team did what, and the newest row of that."""
    which = (col(Act.team_id), col(Act.kind))
    counted = select(*which, func.count(), func.max(Act.id)).where(*_since(here, since, now), which[1].in_(PRAISED))
    return {(team, kind): (count, row or 0) for team, kind, count, row in session.exec(counted.group_by(*which))}


def _praised(
    session: Session,
    teams: Collection[int],
    acts: Mapping[tuple[int, str], tuple[int, int]],
    earlier: Found | None,
    since: datetime,
    alerted: Collection[int],
) -> list[Praise]:
    """Each team for its rarest act; those that weren't praised the week before come first, so that it goes round.

    A team with an open alert isn't praised for being back. `subject` is the row of an act, until `_about` reads it.
    """
    back = select(Alert.team_id).where(col(Alert.ended_at) > since, Alert.ended_how == BACK)
    every = {**acts, **{(team, "back"): (1, 0) for team in session.exec(back) if team not in alerted}}
    best: dict[int, Praise] = {}
    ranked = sorted(every.items(), key=lambda one: (PRAISED.index(one[0][1]), -one[1][0], one[0][0]))
    for (team, kind), (count, row) in ranked:
        if team in teams and team not in best:
            best[team] = Praise(team=team, kind=kind, count=count, subject=str(row))
    lately = {one.team for one in earlier.praised} if earlier else set()
    return sorted(best.values(), key=lambda one: one.team in lately)


def _about(session: Session, praised: Sequence[Praise]) -> list[Praise]:
    """The same, each with what its newest act was about."""
    rows = [int(one.subject) for one in praised]
    found = session.exec(select(Act.id, Act.subject).where(col(Act.id).in_(rows))) if rows else ()
    subjects = {str(row): subject for row, subject in found}
    return [one.model_copy(update={"subject": subjects.get(one.subject, "")}) for one in praised]


def _returned(session: Session, teams: Collection[int], since: date) -> list[Return]:
    """Those that a team's end was noted of, and that were taken in again since."""
    back = select(Ending).where(col(Ending.back_on) >= since).order_by(col(Ending.back_on), col(Ending.id))
    every = {one.team_id: one for one in session.exec(back) if one.team_id in teams}
    return [Return(team=row, left=one.day, back=one.back_on) for row, one in every.items() if one.back_on]


def _changed(levels: Mapping[int, str], earlier: Found | None, returned: Collection[int]) -> Iterator[Change]:
    """Teams that stand otherwise than before, those that need somebody first; of one that is back that is told."""
    if earlier is None:
        return
    worse = [*CALLED.values()]
    every = {row: (earlier.levels.get(row, NEW), levels.get(row, LEFT)) for row in {*levels, *earlier.levels}}
    told = {row: stands for row, stands in every.items() if row not in returned or stands[0] != NEW}
    changed = [(row, *stands) for row, stands in sorted(told.items()) if stands[0] != stands[1]]
    for row, was, stands in sorted(changed, key=lambda one: -worse.index(one[2]) if one[2] in worse else 1):
        yield Change(team=row, before=was, after=stands)


def _subjects(session: Session, here: Collaborative, kind: str, since: datetime, now: datetime) -> list[int]:
    """The rows that acts of this kind were about, in order."""
    rows = select(Act.subject).where(*_since(here, since, now), Act.kind == kind).order_by(col(Act.at), col(Act.id))
    return [int(subject.partition(":")[2]) for subject in session.exec(rows)]


def _since(here: Collaborative, since: datetime, now: datetime) -> Sequence[ColumnElement[bool]]:
    return (
        col(Act.week) >= week_of(since), col(Act.at) > since, col(Act.at) <= now, _is_here(col(Act.team_id), here),
    )  # fmt: skip


def _is_here(team: Mapped[int], here: Collaborative) -> ColumnElement[bool]:
    return team.in_(select(Team.id).where(Team.collaborative_id == here.id))


def _cycles(session: Session, here: Collaborative) -> dict[str, int]:
    open_ones = (pdsa.PLAN, pdsa.DO, pdsa.STUDY)
    rows = select(Cycle.stage, func.count()).where(
        col(Cycle.stage).in_(open_ones), Cycle.collaborative_id == here.id, pdsa.alive()
    )  # fmt: skip
    counted = dict(session.exec(rows.group_by(col(Cycle.stage))).all())
    return {stage: counted[stage] for stage in open_ones if stage in counted}

"""What the record says of a team that may have lapsed or completed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import engagement_facts, events, excused, pdsa, preparations, submissions
from bot.domain.alerts import Alert
from bot.domain.attendance import Attendance
from bot.domain.collaboratives import Collaborative
from bot.domain.contacts import ASKED, SPOKE, Outreach
from bot.domain.ending_rules import Closing
from bot.domain.engagement import Facts
from bot.domain.events import TOGETHER, Event, Meeting
from bot.domain.pdsa import ACT, Cycle
from bot.domain.submissions import EXCUSED, NOT_APPLICABLE
from bot.domain.teams import Team

SPOKEN = (SPOKE, ASKED)  # contacts; that somebody means to call is none yet
STORYBOARD = "storyboard"
YEARS = timedelta(days=5 * 366)


class Sessions(NamedTuple):
    """What the teams of a collaborative have in common: its sessions until now, and who ticked a storyboard."""

    held: list[Meeting]  # learning sessions
    shown: set[int]


class Found(NamedTuple):
    """What the record says of one team, and the days on which somebody was in touch with it."""

    closing: Closing
    spoken: set[date]


def of_team(
    session: Session, team: Team, now: datetime, *, senior_on: date | None = None, storyboard: bool = False
) -> Closing:
    """The facts, with what a person tells: the day of the contact with the senior leader, and a storyboard shown."""
    here, facts = session.get_one(Collaborative, team.collaborative_id), engagement_facts.of_team(session, team, now)
    found = _closing(session, team, facts, _sessions(session, here, now), excused.of_team(session, team), now)
    days = found.spoken | ({senior_on} if senior_on else set())
    return replace(
        found.closing, contacts=len(days), senior=senior_on is not None,
        storyboard=storyboard or found.closing.storyboard,
    )  # fmt: skip


def of_teams(session: Session, here: Collaborative, teams: Sequence[Team], now: datetime) -> list[Closing]:
    """Those of several teams of a collaborative, in their order; what they have in common is looked up once."""
    facts, sessions = engagement_facts.of_teams(session, teams, now), _sessions(session, here, now)
    months = excused.of_teams(session, teams)
    return [
        _closing(session, team, facts[team.id or 0], sessions, months.get(team.id or 0, {}), now).closing
        for team in teams
    ]


def _closing(
    session: Session, team: Team, facts: Facts, sessions: Sessions, months: excused.Months, now: datetime
) -> Found:  # fmt: skip
    spoken = _contacts(session, team, facts)
    closing = Closing(
        silent=facts.quiet,
        contacts=len(spoken),
        sessions=_attended(session, team),
        held=sum(one.event.is_for(team.id) for one in sessions.held),
        months=_months(session, team, months, times.local_day(now, team.timezone)),
        cycles=_full_cycles(session, team),
        storyboard=team.id in sessions.shown,
    )
    return Found(closing, spoken)


def _contacts(session: Session, team: Team, facts: Facts) -> set[date]:
    """The days since its newest contribution on which somebody was in touch with it."""
    rows = select(Outreach.at).join(Alert).where(Alert.team_id == team.id, col(Outreach.what).in_(SPOKEN))
    days = {times.local_day(at, team.timezone) for at in session.exec(rows)}
    return {day for day in days if facts.last is None or day >= facts.last}


def _sessions(session: Session, here: Collaborative, now: datetime) -> Sessions:
    held = _held(session, here, now)
    return Sessions([one for one in held if one.event.kind == "session"], _showed_storyboard(session, held))


def _held(session: Session, here: Collaborative, now: datetime) -> list[Meeting]:
    """The learning sessions and congresses that have begun by now, in order."""
    begun = events.between(session, here, now - YEARS, now)
    return sorted((one for one in begun if one.starts and one.event.kind in TOGETHER), key=lambda one: one.known_as)


def _attended(session: Session, team: Team) -> int:
    """How many of the learning sessions that are for it anybody of it was at."""
    rows = select(Attendance.planned, Event).join(Event).where(
        Attendance.team_id == team.id, col(Attendance.here), Event.kind == "session"
    )  # fmt: skip
    return len({(event.id, planned) for planned, event in session.exec(rows) if event.is_for(team.id)})


def _months(session: Session, team: Team, months: excused.Months, today: date) -> tuple[bool, ...]:
    """The months of numbers that fell due, each with whether all that was asked for is in."""
    told: dict[date, list[bool]] = {}
    for one in excused.marked(submissions.owed(session, team, today), months, today):
        if one.status not in (EXCUSED, NOT_APPLICABLE) and (one.is_in or one.due < today):
            told.setdefault(one.period, []).append(one.is_in)
    return tuple(all(told[period]) for period in sorted(told))


def _full_cycles(session: Session, team: Team) -> int:
    """The cycles that were planned, ran, were learned from and decided."""
    full = select(func.count()).where(
        Cycle.team_id == team.id, pdsa.alive(), Cycle.stage == ACT, col(Cycle.stopped).is_(False)
    )  # fmt: skip
    return session.exec(full).one()


def _showed_storyboard(session: Session, held: list[Meeting]) -> set[int]:
    """The teams that ticked a storyboard for the newest session that had one on its list."""
    for one in reversed([one for one in held if not one.event.team_ids]):
        wanted = [task for task in preparations.tasks(session, one) if STORYBOARD in task.words.casefold()]
        if wanted:
            return {team for done in preparations.done(session, wanted).values() for team in done}
    return set()

"""What is expected of teams, and whether it came: numbers that are due, a call they are asked to, a check-in.

Each is a row from the day on which it is asked for, and is settled once, when its time is over; what comes after that
is an act of its own day and changes nothing here. So *missed* is a fact that somebody can look up, not an absence.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy
from sqlmodel import Field, Index, Session, SQLModel, UniqueConstraint, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import (
    absences,
    activity,
    checkins,
    event_facts,
    hours,
    pauses,
    rolls,
    rsvps,
    submission_asks,
    submissions,
)
from bot.domain.activity import Act, WeeklyActs
from bot.domain.checkins import CheckIn
from bot.domain.contributions import THERE
from bot.domain.events import TOGETHER, Event
from bot.domain.people import Membership
from bot.domain.rsvps import Invited
from bot.domain.submissions import Submission
from bot.domain.teams import GONE, Team
from bot.statements import Prepared, index_of_some

DATA, CALL, CHECKIN = "data", "call", "checkin"
KINDS = (DATA, CALL, CHECKIN)
OPEN, MET, MISSED, EXCUSED, UNKNOWN = "open", "met", "missed", "excused", "unknown"
COUNTED = (MET, MISSED)
AGAIN = timedelta(hours=1)
ROLL_CLOSES = timedelta(days=3)  # after a call, until when its roll may still be called
EXPECTED_CALLS = ("call", *TOGETHER)  # coaching and office hours are offers


class Expected(SQLModel, table=True):
    """One thing that one team was asked for; `source` is the row that asks: a submission, an invitation, a check-in."""

    __table_args__ = (
        UniqueConstraint("kind", "source"),
        Index("expected_by_team", "team_id", "kind", "due", "id", "outcome"),
        index_of_some("expected_open", "due", where="outcome = 'open'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    kind: str  # one of KINDS
    source: int
    due: date  # where the team is
    closes: date  # the last day on which it may come
    looked_at: datetime | None = None
    outcome: str = OPEN  # OPEN, MET, MISSED; EXCUSED: paused, away or closed; UNKNOWN: nobody called the roll
    settled_at: datetime | None = None


_CALLS = select(func.max(Invited.id)).join(Event, col(Event.id) == Invited.event_id)
_NEWEST = Prepared(
    sqlalchemy.select(
        *(select(func.max(Expected.source)).where(Expected.kind == kind).scalar_subquery() for kind in KINDS),
        select(func.max(Submission.id)).scalar_subquery(),
        _CALLS.where(or_(*(Event.kind == kind for kind in EXPECTED_CALLS))).scalar_subquery(),
        select(func.max(CheckIn.id)).scalar_subquery(),
    )
)


def is_behind(session: Session, now: datetime) -> bool:
    """Whether anything is asked of a team that has no row yet, or a row's day has come."""
    [(*newest, numbers, calls, cards)] = _NEWEST.rows(session)
    asked = zip(newest, (numbers, calls, cards), strict=True)
    return (
        any((known or 0) < (row or 0) for known, row in asked) or session.exec(_due(now).limit(1)).first() is not None
    )


def note(session: Session) -> None:
    """A row for everything that is asked of a team and has none yet."""
    session.add_all([*_new(session)])
    session.flush()


def settle(session: Session, now: datetime) -> list[Expected]:
    """Write down what came of everything whose time is over; returns what was settled."""
    settled = []
    for one in session.exec(_due(now)).all():
        if not _is_still_asked(session, one):
            session.delete(one)
            continue
        team = session.get_one(Team, one.team_id)
        outcome = _outcome(session, one, team, now)
        if outcome != OPEN:
            one.outcome, one.settled_at = outcome, now
            settled.append(one)
        one.looked_at = now
        session.add(one)
    session.flush()
    return settled


def of_team(session: Session, team_id: int | None) -> list[Expected]:
    """Everything that was ever expected of a team, the oldest first."""
    theirs = select(Expected).where(Expected.team_id == team_id)
    return list(session.exec(theirs.order_by(col(Expected.due), col(Expected.id))))


def at_work(session: Session, team: Team, day: date) -> bool:
    """Whether the team could have done something then: neither gone nor paused nor closed, and not all of it away."""
    if team.status in GONE and (team.status_until or date.min) <= day:
        return False
    if any(pause.first <= day < pause.back for pause in pauses.of_team(session, team.id)):
        return False
    if day.isoformat() in hours.holidays(session, team):
        return False
    members = set(session.exec(
        select(Membership.person_id).where(Membership.team_id == team.id, col(Membership.left_at).is_(None))
    ))  # fmt: skip
    away = absences.days_of(session, members)
    return not members or not all(day.isoformat() in away.get(person, ()) for person in members)


def _due(now: datetime) -> SelectOfScalar[Expected]:
    """What is to be looked at: for the first time, since its team did something, or, hourly, where its time is over."""
    somewhere = now.date() + timedelta(days=1)
    mondays = [activity.week_of(now) - timedelta(weeks=back) for back in (0, 1)]
    done = select(WeeklyActs.team_id).where(
        col(WeeklyActs.week).in_(mondays), WeeklyActs.team_id == Expected.team_id,
        col(WeeklyActs.last_at) >= col(Expected.looked_at),
    )  # fmt: skip
    a_while_ago = or_(col(Expected.looked_at) < now - AGAIN, col(Expected.looked_at) > now)
    wanted = or_(col(Expected.looked_at).is_(None), done.exists(), and_(Expected.closes <= now.date(), a_while_ago))
    open_ones = select(Expected).where(Expected.outcome == OPEN, Expected.due <= somewhere, wanted)
    return open_ones.order_by(col(Expected.id))


def _new(session: Session) -> Iterator[Expected]:
    """What is asked by rows that came after the newest one we know; their numbers only rise."""
    newest = dict(session.exec(select(Expected.kind, func.max(Expected.source)).group_by(col(Expected.kind))).all())
    numbers = select(Submission).where(col(Submission.id) > newest.get(DATA, 0))
    for asked in session.exec(numbers.order_by(col(Submission.id))):
        yield Expected(team_id=asked.team_id, kind=DATA, source=asked.id or 0, due=asked.due, closes=asked.due)
    calls = select(Invited, Team.timezone).join(Team).join(Event, col(Event.id) == Invited.event_id).where(
        col(Invited.id) > newest.get(CALL, 0), col(Event.kind).in_(EXPECTED_CALLS)
    )  # fmt: skip
    for invited, zone in session.exec(calls.order_by(col(Invited.id))):
        day = times.local_day(invited.planned, zone)
        yield Expected(team_id=invited.team_id, kind=CALL, source=invited.id or 0, due=day, closes=day)
    cards = select(CheckIn).where(col(CheckIn.id) > newest.get(CHECKIN, 0))
    for card in session.exec(cards.order_by(col(CheckIn.id))):
        yield Expected(team_id=card.team_id, kind=CHECKIN, source=card.id or 0, due=card.day, closes=card.day)


def _is_still_asked(session: Session, one: Expected) -> bool:
    """Whether its row is still there: a check-in that waits may be taken back, and another team's gets its number."""
    card = session.get(CheckIn, one.source) if one.kind == CHECKIN else None
    if card:
        one.team_id, one.due = card.team_id, card.day
    return card is not None or one.kind != CHECKIN


def _outcome(session: Session, one: Expected, team: Team, now: datetime) -> str:
    """What came of it by now; OPEN as long as something may still come."""
    judge = {DATA: _of_numbers, CALL: _of_call, CHECKIN: _of_check_in}[one.kind]
    return judge(session, one, team, now)


def _of_numbers(session: Session, one: Expected, team: Team, now: datetime) -> str:
    """Met by anything told of the month within a week of its day: a number, no cases, or when there will be one."""
    submission = session.get_one(Submission, one.source)
    one.due = submission.due
    last = one.due + submission_asks.OVER
    asked = submissions.of_period(session, team, submission.period, one.due)
    filed = [(each, times.local_day(each.point.filed_at, team.timezone)) for each in asked if each.point]
    if any(day <= last and submissions.tells(each.period, each.month, day) for each, day in filed):
        return MET
    if submissions.due_of(asked) is None:
        return EXCUSED
    if submissions.complete(asked) and all(day <= last for _, day in filed):
        return MET  # all of it was known before
    one.closes = last
    return _not_met(session, one, team, one.due, one.due, now)


def _of_check_in(session: Session, one: Expected, team: Team, now: datetime) -> str:
    """Met by an answer, or by a cycle that moved, before the next one opens."""
    card = session.get_one(CheckIn, one.source)
    told = checkins.answer_of(session, card.id)
    if told and times.local_day(told.answered_at, team.timezone) < card.closes:
        return MET
    if checkins.moved(session, card, team.timezone):
        return MET
    one.closes = card.closes - timedelta(days=1)
    return _not_met(session, one, team, card.day, one.closes, now)


def _of_call(session: Session, one: Expected, team: Team, now: datetime) -> str:
    """Met by anybody of the team who was there; missed only where the roll was called, and has anybody."""
    invited = session.get_one(Invited, one.source)
    date_ = rsvps.meeting(session, invited.event_id, invited.planned)
    if date_ is None or date_.starts is None:
        return EXCUSED
    one.due = times.local_day(date_.known_as, team.timezone)
    roll_closes = date_.known_as + date_.lasts + ROLL_CLOSES
    one.closes = times.local_day(roll_closes, team.timezone)
    if now < roll_closes:
        return OPEN
    subject = f"event:{invited.event_id}:{event_facts.stamp(invited.planned)}"
    there = set(session.exec(select(Act.team_id).where(Act.subject == subject, col(Act.kind).in_(THERE))))
    if team.id in there:
        return MET
    if not there or not rolls.is_called(session, invited.event_id, invited.planned):
        return UNKNOWN
    return _missed_or_excused(session, team, one.due, one.due)


def _not_met(session: Session, one: Expected, team: Team, first: date, last: date, now: datetime) -> str:
    if times.local_day(now, team.timezone) <= one.closes:
        return OPEN
    return _missed_or_excused(session, team, first, last)


def _missed_or_excused(session: Session, team: Team, first: date, last: date) -> str:
    return MISSED if any(at_work(session, team, day) for day in _days(first, last)) else EXCUSED


def _days(first: date, last: date) -> list[date]:
    """The days of a stretch on which anybody works; a single one is asked for as it is."""
    every = [first + timedelta(days=count) for count in range(max((last - first).days, 0) + 1)]
    return [day for day in every if day.weekday() < 5] or every

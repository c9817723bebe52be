"""The monthly report of a team: when it comes, and which of its tests it tells of."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import excused, hours, measures, submissions
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.measures import Measure
from bot.domain.pdsa import Cycle, alive
from bot.domain.teams import GONE, Team

AFTER = 3  # working days after the month's last numbers are due: by then nobody is asked for them any more
NOT_ASKED = (submissions.EXCUSED, submissions.NOT_APPLICABLE)
OF_USE = timedelta(days=7)  # that it is worth saying
PUT_OFF = timedelta(days=35)  # at most, by holidays and sessions of a team's own
USUAL_DAY = 15  # of the next month, where nothing is measured


class Planned(NamedTuple):
    """One report: its team, the month it is of, its hour, and when it comes, which is later where nobody was awake."""

    team: Team
    period: date
    hour: datetime
    at: datetime

    @property
    def until(self) -> datetime:
        """From when on it comes too late."""
        return self.hour + OF_USE


def near(session: Session, now: datetime, ahead: timedelta) -> list[tuple[Collaborative, int | None, list[date]]]:
    """The collaboratives and months whose reports come about now, each with its last due day of a month."""
    launched = select(Collaborative, func.max(Measure.due_day)).outerjoin(Measure).where(
        col(Collaborative.launched_at).is_not(None)
    )  # fmt: skip
    this = measures.month_of(now.date())
    found = [
        (collaborative, due_day, [
            period
            for period in (measures.moved(this, -3), measures.moved(this, -2), measures.moved(this, -1))
            if _usual(period, due_day) - ahead - times.A_DAY <= now.date() < _usual(period, due_day) + PUT_OFF
            and period in submissions.periods(collaborative, period)
        ])
        for collaborative, due_day in session.exec(launched.group_by(col(Collaborative.id)))
    ]  # fmt: skip
    return [one for one in found if one[2]]


def coming(
    session: Session, now: datetime, ahead: timedelta, told: Callable[[Collaborative, date], Collection[int]]
) -> Iterator[Planned]:
    """The reports of the time ahead, and of the week gone by, but for teams that were `told` of a month already.

    A team whose day lies in a pause gets none, and neither does one whose collaborative isn't launched yet, or is over.
    """
    for collaborative, due_day, periods in near(session, now, ahead):
        for period in periods:
            for team in _teams(session, collaborative, told(collaborative, period)):
                one = _planned(session, team, collaborative, period, due_day, now)
                if one and now < one.until and one.at <= now + ahead:
                    yield one


def hour(session: Session, team: Team, period: date) -> datetime:
    """When a month's report comes, whether the team gets one or not."""
    theirs = select(func.max(Measure.due_day)).where(Measure.collaborative_id == team.collaborative_id)
    return hours.of_team(session, team).on(_day(session, team, period, session.exec(theirs).one()))


def newest(session: Session, team: Team, now: datetime) -> date:
    """The month that is told of now: the last that is over where all of it is in, else the newest that was reported."""
    this = measures.month_of(times.local_day(now, team.timezone))
    known = submissions.periods(session.get_one(Collaborative, team.collaborative_id), measures.moved(this, -1))[-2:]
    told = max((period for period in known if hour(session, team, period) <= now), default=[this, *known][-1])
    return known[-1] if known and _is_in(session, team, known[-1], times.local_day(now, team.timezone)) else told


def _is_in(session: Session, team: Team, period: date, today: date) -> bool:
    """Whether nothing of a month's numbers is open any more."""
    asked = excused.marked(submissions.of_period(session, team, period, today), excused.of_team(session, team), today)
    told = [one.is_in for one in asked if one.status not in NOT_ASKED]
    return bool(told) and all(told)


def tested(session: Session, team: Team, period: date, until: datetime) -> list[Cycle]:
    """The tests that moved since the report of the month before, in the order of their numbers."""
    since = hour(session, team, measures.moved(period, -1))
    theirs = session.exec(select(Cycle).where(Cycle.team_id == team.id, alive()).order_by(col(Cycle.number)))
    return [one for one in theirs if any(at and since <= at < until for at in _moves(one))]


def learned_before(session: Session, team: Team, until: datetime) -> Cycle | None:
    """The newest test that the team had learned from by then."""
    theirs = select(Cycle).where(
        Cycle.team_id == team.id, alive(), Cycle.learned != "", col(Cycle.learned_at) < until
    )  # fmt: skip
    return session.exec(theirs.order_by(col(Cycle.learned_at).desc()).limit(1)).first()


def _planned(
    session: Session, team: Team, collaborative: Collaborative, period: date, due_day: int | None, now: datetime
) -> Planned | None:
    """One whose hour nobody was awake at comes at nine as well, and not as early as somebody is."""
    day, working = _day(session, team, period, due_day), hours.of_team(session, team)
    if team.status_until and day < team.status_until:
        return None
    at = own = working.on(day)
    if own < now < (next_nine := working.on(times.local_day(now, team.timezone))):
        at = next_nine
    if is_over(collaborative, times.local_day(at, team.timezone)):
        return None
    if collaborative.launched_at is None or own < collaborative.launched_at:
        return None
    return Planned(team, period, own, at)


def _moves(cycle: Cycle) -> tuple[datetime | None, ...]:
    return cycle.started_at, cycle.ran_at, cycle.learned_at, cycle.decided_at


def _teams(session: Session, collaborative: Collaborative, told: Collection[int]) -> list[Team]:
    """The teams of a collaborative that weren't `told` yet, mostly few."""
    here = select(Team.id).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
    left = [row for row in session.exec(here) if row not in told]
    return list(session.exec(select(Team).where(col(Team.id).in_(left)).order_by(col(Team.id)))) if left else []


def _day(session: Session, team: Team, period: date, due_day: int | None) -> date:
    off = hours.holidays(session, team)
    due = times.working_day(measures.moved(period, 1).replace(day=due_day or USUAL_DAY), off)
    return times.working_days_after(due, AFTER, off)


def _usual(period: date, due_day: int | None) -> date:
    """The earliest that it comes to anybody."""
    return measures.moved(period, 1).replace(day=due_day or USUAL_DAY) + AFTER * times.A_DAY

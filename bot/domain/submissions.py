"""What a team owes of each month, and how it stands: on time, late, not in yet, or not asked for at all.

A period is a month by whose end something is reported; a measure that takes longer reports an earlier month in it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlmodel import Field, Session, SQLModel, UniqueConstraint, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import hours, measures, pauses
from bot.domain.collaboratives import Collaborative
from bot.domain.entries import NO_CASES, NOT_AVAILABLE
from bot.domain.measures import LATE, Measure
from bot.domain.pauses import Pause
from bot.domain.people import Membership
from bot.domain.points import Point
from bot.domain.teams import GONE, Team
from bot.statements import once_a_look, query

Status = Literal["expected", "on_time", "late", "missing", "not_applicable", "zero_denominator", "excused"]
EXPECTED, MISSING, NOT_APPLICABLE = "expected", "missing", "not_applicable"
EXCUSED: Final = "excused"
WORDS = {
    "expected": "not in yet",
    "on_time": "in on time",
    "late": "in, a little later",
    "missing": "not in yet",
    "not_applicable": "not asked for",
    "zero_denominator": "no cases this month",
    "excused": "the team paused",
}


class Submission(SQLModel, table=True):
    """What one team sends for one period, from the moment it is soon due or something of it is filed."""

    __table_args__ = (UniqueConstraint("team_id", "period"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    period: date
    due: date = Field(index=True)  # the first day by which something of it is due


@dataclass(frozen=True)
class Owed:
    """One month of one measure of a team; `month` is the measure's own, `period` the one in which it is reported."""

    measure: Measure
    period: date
    month: date
    due: date
    status: Status
    point: Point | None

    @property
    def is_in(self) -> bool:
        """Whether a number is there, or that there was nobody to count."""
        return self.point is not None and self.point.state != NOT_AVAILABLE

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be filed."""
        return not self.is_in and self.status in (EXPECTED, MISSING)


@dataclass(frozen=True)
class Completeness:
    """How many of the months that fell due are in, and how many came by their day."""

    expected: int
    on_time: int
    late: int

    @property
    def timely(self) -> int | None:
        """Percent on time; None where nothing fell due."""
        return round(100 * self.on_time / self.expected) if self.expected else None

    @property
    def complete(self) -> int | None:
        """Percent in; None where nothing fell due."""
        return round(100 * (self.on_time + self.late) / self.expected) if self.expected else None


def owed(session: Session, team: Team, today: date) -> list[Owed]:
    """Every month of every measure that is over for the team by now, period by period, the oldest first."""
    last = measures.moved(measures.month_of(today), -1)
    return _asked(session, team, periods(session.get_one(Collaborative, team.collaborative_id), last), today)


def of_period(session: Session, team: Team, period: date, today: date) -> list[Owed]:
    """What is reported of one period, in the measures' order; what isn't asked for stands there as such."""
    return _asked(session, team, [period], today)


def row(session: Session, team: Team, period: date, today: date) -> Submission:
    """The team's submission for a period, written where there is none yet, with the day it is due now."""
    found = session.exec(select(Submission).where(Submission.team_id == team.id, Submission.period == period)).first()
    due = due_of(of_period(session, team, period, today)) or _usual_day(period)
    if found is None:
        found = Submission(team_id=team.id or 0, period=period, due=due)
    found.due = due
    session.add(found)
    session.flush()
    return found


def rows(session: Session, team: Team, periods: Collection[date]) -> list[Submission]:
    """The team's submissions for these periods, as far as there are any."""
    known = select(Submission).where(Submission.team_id == team.id, col(Submission.period).in_(periods))
    return list(session.exec(known.order_by(col(Submission.period))))


def due_of(asked: Iterable[Owed]) -> date | None:
    """The first day by which something of it is due; None where nothing is."""
    return min((one.due for one in asked if one.status not in (EXCUSED, NOT_APPLICABLE)), default=None)


def periods(collaborative: Collaborative, last: date) -> list[date]:
    """The periods of a collaborative up to that one."""
    first = _first(collaborative)
    if collaborative.ends:
        last = min(last, measures.month_of(collaborative.ends))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [measures.moved(first, number) for number in range(max(count, 0))]


def newest_open(session: Session, team: Team, today: date) -> date:
    """The period whose form is opened: the newest that is over with something to come, else the newest."""
    last = measures.moved(measures.month_of(today), -1)
    known = periods(session.get_one(Collaborative, team.collaborative_id), last) or [last]
    if any(one.is_open for one in _asked(session, team, known[-1:], today)):  # mostly, and much the quickest
        return known[-1]
    waiting = {one.period for one in _asked(session, team, known[:-1], today) if one.is_open}
    return max(waiting, default=known[-1])


def complete(asked: Iterable[Owed]) -> bool:
    """Whether nothing of it still waits; one that isn't available yet does."""
    return not any(one.is_open for one in asked)


def tells(period: date, month: date, filed: date) -> bool:
    """Whether a number of `month` that was filed on that day tells of the period in which it is reported.

    That of an earlier month does once the period is over; before that it came with the baseline.
    """
    return month == period or filed >= measures.moved(period, 1)


def completeness(asked: Iterable[Owed], today: date) -> Completeness:
    """Timeliness and completeness of what fell due, without what came early, was excused or isn't asked for."""
    counted = [one for one in asked if one.status not in (EXCUSED, NOT_APPLICABLE) and one.due < today]
    how = [one.point.timeliness if one.point else "" for one in counted]
    return Completeness(len(counted), how.count("on_time"), how.count("late"))


def is_asked(session: Session, team: Team, measure: Measure, month: date) -> bool:
    """Whether a number of a month that a team counts is to come from it: owed, in its time here, and in no pause."""
    period = measures.moved(month, measure.lag_months)
    due = measures.due_on(measure, month, hours.holidays(session, team))
    every, without = measures.all_of(session, team.collaborative_id), measures.opt_outs(session, team)
    owes = measure in measures.owed_of(team, measures.reported(team, every, without, period))
    return owes and _applies(session, team, month, due) and not pauses.covers(pauses.of_team(session, team.id), due)


@once_a_look
def asked_since(session: Session, team: Team) -> date | None:
    """The day from which on anything can have been asked of a team: launched, and with somebody in it."""
    launched = session.get_one(Collaborative, team.collaborative_id).launched_at
    both = [moment for moment in (launched, _joined(session, team.id).one()) if moment]
    return times.local_day(max(both), team.timezone) if both else None


def _asked(session: Session, team: Team, wanted: Collection[date], today: date) -> list[Owed]:
    every, without = measures.all_of(session, team.collaborative_id), measures.opt_outs(session, team)
    off, rested = hours.holidays(session, team), pauses.of_team(session, team.id)
    told = _told(session, team, [measures.moved(period, -one.lag_months) for period in wanted for one in every])
    found = []
    for period in wanted:
        for measure in measures.owed_of(team, measures.reported(team, every, without, period)):
            month = measures.moved(period, -measure.lag_months)
            due, point = measures.due_on(measure, month, off), told.get((measure.id, month))
            status = _status(point, due, today, applies=_applies(session, team, month, due), rested=rested)
            found.append(Owed(measure, period, month, due, status, point))
    return found


def _applies(session: Session, team: Team, month: date, due: date) -> bool:
    """Whether a month is one of the collaborative's, and due while the team was in it."""
    first = _first(session.get_one(Collaborative, team.collaborative_id))
    since, gone = asked_since(session, team), _gone_since(team)
    return month >= first and (since is None or due >= since) and (gone is None or due < gone)


def _first(collaborative: Collaborative) -> date:
    starts = collaborative.starts or times.local_day(collaborative.loaded_at, collaborative.timezone)
    return measures.month_of(starts)


def _usual_day(period: date) -> date:
    return measures.moved(period, 1).replace(day=15)


def _gone_since(team: Team) -> date | None:
    return (team.status_until or date.min) if team.status in GONE else None


def _told(session: Session, team: Team, months: Collection[date]) -> dict[tuple[int | None, date], Point]:
    """What the team told of everybody in these months, by measure and month."""
    if not months:
        return {}
    whole = _of_everybody(session, team.id, min(months), max(months))
    return {(one.measure_id, one.month): one for one in whole}


@query
def _of_everybody(team: int | None, first: date, last: date) -> SelectOfScalar[Point]:
    return select(Point).where(
        Point.team_id == team, Point.stratum == "", Point.level == "", col(Point.month) >= first,
        col(Point.month) <= last,
    )  # fmt: skip


@query
def _joined(team: int | None) -> SelectOfScalar[Any]:
    """When the first of a team's people came."""
    return select(func.min(col(Membership.joined_at))).where(Membership.team_id == team)


def _status(point: Point | None, due: date, today: date, *, applies: bool, rested: Collection[Pause]) -> Status:
    if point and point.state == NO_CASES:
        return "zero_denominator"
    if point and point.timeliness == "on_time":
        return "on_time"
    if point and point.timeliness == "late":
        return "late"
    if not applies:
        return "not_applicable"
    if pauses.covers(rested, due):
        return "excused"
    return "expected" if today <= due + LATE else "missing"

"""Monthly numbers: each team's month has its row before it is due, and teams whose numbers are in are thanked."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import outbox, times
from bot.domain import collaboratives, hours, measures, submission_asks, submissions, teams
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.measures import Measure, OptOut
from bot.domain.submissions import Submission
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.statements import query

A_FORTNIGHT = timedelta(days=14)  # so far ahead planners look
SOON = submission_asks.NOTICE + A_FORTNIGHT  # before it is due a month gets its row
AHEAD = timedelta(hours=48)
OF_USE = timedelta(days=3)  # that a word of thanks is worth saying
WHY = "the numbers of all teams were due"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="measures.plan")


def plan(kit: Kit) -> None:
    """Write the rows of what is soon due and the thanks of what was; take the write lock only where there is any."""
    with kit.store.reading() as session:
        soon = [*_soon(session, kit.now())]
        thanks = [*_thanks(session, kit.now())]
    if not soon and not thanks:
        return
    with kit.store.transaction() as session:
        for team, period, today in _soon(session, kit.now()):
            submissions.row(session, team, period, today)
        for collaborative, channel, period, at in _thanks(session, kit.now()):
            outbox.plan(
                session, "measures/thanks", key=_key(collaborative, period), to=f"channel:{channel}", at=at, why=WHY,
                until=at + OF_USE, now=kit.now(), collaborative=collaborative.id or 0, day=period.toordinal(),
            )  # fmt: skip


def _soon(session: Session, now: datetime) -> Iterator[tuple[Team, date, date]]:
    """The teams and periods whose row is lacking or tells another day than the one on which they are due now."""
    known = {(one.team_id, one.period): one.due for one in _every_row(session)}
    counted: dict[int, tuple[list[Measure], list[OptOut]]] = {}
    for team, collaborative in teams.at_work(session):
        row = team.collaborative_id
        if row not in counted:
            counted[row] = measures.all_of(session, row), measures.endings(session, row)
        today = times.local_day(now, team.timezone)
        this = measures.month_of(today)
        for period in (measures.moved(this, -1), this):
            every = measures.going_on(*counted[row], period)
            day, there = _earliest(every, period, hours.holidays(session, team)), known.get((team.id or 0, period))
            if (
                day is None
                or today < day - SOON
                or there == day
                or period not in submissions.periods(collaborative, period)
            ):
                continue
            due = submissions.due_of(submissions.of_period(session, team, period, today))
            if due and today >= due - SOON and there != due:
                yield team, period, today


def _earliest(every: Iterable[Measure], period: date, holidays: Collection[str]) -> date | None:
    """The first day by which any measure is due in a period, whoever owes it: mostly that of every team."""
    return min((measures.due_on(one, measures.moved(period, -one.lag_months), holidays) for one in every), default=None)


def _thanks(session: Session, now: datetime) -> Iterator[tuple[Collaborative, int, date, datetime]]:
    """What is to be said the day after the last due date of a period, where nothing was written of it yet."""
    for one in collaboratives.launched(session):
        period = measures.moved(measures.month_of(times.local_day(now, one.timezone)), -1)
        at = _day_after(session, one, period)
        if (
            at is None
            or is_over(one, at.date())
            or not at - AHEAD <= now < at + OF_USE
            or outbox.of_key(session, _key(one, period))
        ):
            continue
        everyone = select(Channel.id).where(Channel.collaborative_id == one.id, Channel.purpose == "everyone")
        if channel := session.exec(everyone).first():
            yield one, channel, period, at


def _day_after(session: Session, collaborative: Collaborative, period: date) -> datetime | None:
    """Nine o'clock on the working day after the last of the period's due dates; None without measures."""
    off, row = collaborative.holidays, collaborative.id or 0
    every = measures.going_on(measures.all_of(session, row), measures.endings(session, row), period)
    due = [measures.due_on(one, measures.moved(period, -one.lag_months), off) for one in every]
    if not due:
        return None
    return times.at(times.working_day(max(due) + times.A_DAY, off), time(9), collaborative.timezone)


def _key(collaborative: Collaborative, period: date) -> str:
    return f"measures:thanks:{collaborative.id}:{period:%Y-%m}"


@query
def _every_row() -> SelectOfScalar[Submission]:
    return select(Submission)

"""When each team is asked how it goes: the periods of its collaborative, on days on which the team works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import collaboratives, events, hours, rhythm
from bot.domain.collaborative_file.shapes import CheckinEntry
from bot.domain.collaboratives import Collaborative, is_over, over_from
from bot.domain.rhythm import Period
from bot.domain.teams import GONE, Team
from bot.statements import query

A_DAY = timedelta(days=1)


class Planned(NamedTuple):
    """A check-in that is to be asked: its card goes at `at`, and is of no use any more from `until` on."""

    team: Team
    period: Period
    day: date
    at: datetime
    until: datetime
    settings: CheckinEntry


def settings(collaborative: Collaborative) -> CheckinEntry:
    """How often, when, where and what this collaborative asks."""
    return CheckinEntry.model_validate(collaborative.checkin)


def stored(asked: CheckinEntry) -> dict[str, Any]:
    """The same as the record holds it."""
    return {**asked.model_dump(mode="json"), "at": f"{asked.at:%H:%M}"}


def coming(session: Session, now: datetime, ahead: timedelta) -> Iterator[Planned]:
    """Every check-in whose time isn't over and whose card is due by then, in launched collaboratives, by team."""
    for collaborative, team, working in _asked(session):
        today = times.local_day(now, working.zone)
        for one in _of_team(collaborative, team, working, today, today + ahead + A_DAY):
            at = one.at
            if at < now and working.day(today) != today:  # too late for its day, and today nobody works
                at = working.on(today)
            if at < one.until and at <= now + ahead:
                yield one._replace(at=at)


def passed(session: Session, since: datetime, until: datetime) -> Iterator[Planned]:
    """Every check-in whose card would have come in this time, and whose own time ended in it too."""
    for collaborative, team, working in _asked(session):
        first, last = (times.local_day(one, working.zone) for one in (since, until))
        for one in _of_team(collaborative, team, working, first, last):
            if since <= one.at and one.until <= until:
                yield one


def next_days(session: Session, collaborative: Collaborative, asked: CheckinEntry, now: datetime) -> list[date]:
    """The next three days on which teams would be asked by these settings, where nothing of their own keeps them."""
    today = times.local_day(now, collaborative.timezone)
    off = frozenset(collaborative.holidays) | events.days_together(session, collaborative.id)
    working = times.Hours(collaborative.timezone, asked.at, off=off)
    days: list[date] = []
    for period in rhythm.periods(asked.every, asked.weekday, _anchor(collaborative, now), today):
        day = working.day(period.opens)
        if len(days) == 3 or is_over(collaborative, period.opens):
            return days
        if period.opens > today and day < period.closes and not is_over(collaborative, day):
            days.append(day)
    return days


def _asked(session: Session) -> Iterator[tuple[Collaborative, Team, times.Hours]]:
    """The teams that are asked how it goes, and at which hours."""
    for collaborative in collaboratives.launched(session).all():
        for team in _at_work(session, collaborative.id).all():
            yield collaborative, team, replace(hours.of_team(session, team), hour=settings(collaborative).at)


def _of_team(
    collaborative: Collaborative, team: Team, working: times.Hours, first: date, last: date
) -> Iterator[Planned]:
    """The team's check-ins of the periods that hold these days, and of those between."""
    asked, zone, launched = settings(collaborative), working.zone, collaborative.launched_at
    assert launched is not None
    begins = max(
        times.local_day(launched, zone), collaborative.checkin_set_on or date.min
    )  # on that day people are welcomed, or were told of the next one
    known = rhythm.periods(asked.every, asked.weekday, _anchor(collaborative, launched), first)
    for period in takewhile(lambda one: one.opens <= last, known):
        day = working.day(period.opens)
        if begins < period.opens and day < period.closes and not is_over(collaborative, day):
            until = times.at(over_from(collaborative, period.closes), times.MIDNIGHT, zone)
            yield Planned(team, period, day, working.on(day), until, asked)


def _anchor(collaborative: Collaborative, now: datetime) -> date:
    """The day from which periods are counted: that on which the collaborative starts, else that of its launch."""
    return collaborative.starts or times.local_day(collaborative.launched_at or now, collaborative.timezone)


@query
def _at_work(collaborative: int | None) -> SelectOfScalar[Team]:
    at_work = select(Team).where(Team.collaborative_id == collaborative, col(Team.status).not_in(GONE))
    return at_work.order_by(col(Team.id))

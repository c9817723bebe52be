"""When each team is asked how it goes: the periods of its collaborative, on days on which the team works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.domain import events, hours, rhythm
from bot.domain.collaborative_file.shapes import CheckinEntry
from bot.domain.collaboratives import Collaborative
from bot.domain.rhythm import Period
from bot.domain.teams import GONE, Team

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
    launched = select(Collaborative).where(col(Collaborative.launched_at).is_not(None))
    for collaborative in session.exec(launched.order_by(col(Collaborative.id))).all():
        at_work = select(Team).where(Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE))
        for team in session.exec(at_work.order_by(col(Team.id))).all():
            yield from _of_team(session, collaborative, team, now, ahead)


def next_days(session: Session, collaborative: Collaborative, asked: CheckinEntry, now: datetime) -> list[date]:
    """The next three days on which teams would be asked by these settings, where nothing of their own keeps them."""
    today = times.local_day(now, collaborative.timezone)
    off = frozenset(collaborative.holidays) | events.days_together(session, collaborative.id)
    working = times.Hours(collaborative.timezone, asked.at, off=off)
    days: list[date] = []
    for period in rhythm.periods(asked.every, asked.weekday, _anchor(collaborative, now), today):
        day = working.day(period.opens)
        if len(days) == 3 or _is_over(collaborative, period.opens):
            return days
        if period.opens > today and day < period.closes and not _is_over(collaborative, day):
            days.append(day)
    return days


def _of_team(
    session: Session, collaborative: Collaborative, team: Team, now: datetime, ahead: timedelta
) -> Iterator[Planned]:
    asked, here = settings(collaborative), hours.of_team(session, team)
    working = replace(here, hour=asked.at)
    today = times.local_day(now, here.zone)
    first = max(
        _launched_on(collaborative, here.zone) or date.min, collaborative.checkin_set_on or date.min
    )  # on that day people are welcomed, or were told of the next one
    known = rhythm.periods(asked.every, asked.weekday, _anchor(collaborative, now), today)
    for period in takewhile(lambda one: one.opens <= today + ahead + A_DAY, known):
        day = working.day(period.opens)
        if period.opens <= first or day >= period.closes or _is_over(collaborative, day):
            continue
        at = working.on(day)
        if at < now and working.day(today) != today:  # too late for its day, and today nobody works
            at = working.on(today)
        until = times.at(period.closes, times.MIDNIGHT, here.zone)
        if at < until and at <= now + ahead:
            yield Planned(team, period, day, at, until, asked)


def _anchor(collaborative: Collaborative, now: datetime) -> date:
    """The day from which periods are counted: that on which the collaborative starts, else that of its launch."""
    return collaborative.starts or times.local_day(collaborative.launched_at or now, collaborative.timezone)


def _launched_on(collaborative: Collaborative, zone: str) -> date | None:
    return times.local_day(collaborative.launched_at, zone) if collaborative.launched_at else None


def _is_over(collaborative: Collaborative, day: date) -> bool:
    return collaborative.ends is not None and day > collaborative.ends

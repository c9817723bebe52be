"""The weekly post of each team's channel: when it comes, and what has happened in the collaborative since the last."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.domain import events, hours, ideas, teams
from bot.domain.collaborative_file.shapes import WeeklyEntry
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.events import Meeting
from bot.domain.ideas import Idea
from bot.domain.teams import Team

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
FRIDAY = DAYS.index("friday")
A_WEEK = timedelta(weeks=1)
OF_USE = timedelta(days=1)  # that it is worth saying; after that its news comes with the next one
COMING = timedelta(days=14)  # for which dates are told, the last day whole
MOST_DATES = 3


class Planned(NamedTuple):
    """One post: its team, the Friday that names its week, and its hour."""

    team: Team
    week: date
    at: datetime

    @property
    def until(self) -> datetime:
        """From when on it comes too late."""
        return self.at + OF_USE


def coming(session: Session, now: datetime, ahead: timedelta) -> Iterator[Planned]:
    """The posts of the week gone by and of the time ahead: at the hour and on the day that the collaborative chose.

    On a team's day off it comes on its next working day. A team that pauses, or whose collaborative isn't launched yet
    or is over by then, gets none.
    """
    for team, collaborative in teams.at_work(session):
        today = times.local_day(now, team.timezone)
        for week in (friday(today) + weeks * A_WEEK for weeks in (-1, 0, 1)):
            planned = _planned(session, team, collaborative, week)
            if planned and now - A_WEEK < planned.at <= now + ahead:
                yield planned


def friday(day: date) -> date:
    """That of the week in which the day lies; the weekend belongs to the Friday before."""
    return day + timedelta(days=FRIDAY - day.weekday())


def new_ideas(session: Session, collaborative_id: int, since: datetime, until: datetime) -> list[tuple[Idea, str]]:
    """What teams shared in a stretch of time, each with the team's name, in order."""
    shared = select(Idea, Team.name).join(Team).where(
        Idea.collaborative_id == collaborative_id, ideas.alive(), Idea.shared_at >= since, Idea.shared_at < until
    )  # fmt: skip
    return list(session.exec(shared.order_by(col(Idea.shared_at), col(Idea.id))).all())


def dates(session: Session, collaborative: Collaborative, teams: Collection[int], at: datetime) -> list[Meeting]:
    """What any of these teams, or anybody, meets on in the next two weeks, the earliest first."""
    changed = events.changes(session, collaborative.id)
    rows = session.exec(select(events.Event).where(events.Event.collaborative_id == collaborative.id))
    theirs = [one for one in rows if one.is_for(*teams)]
    found = [one for event in theirs for one in events.meetings(event, changed, collaborative.timezone)]
    last = times.local_day(at + COMING, collaborative.timezone)
    until = times.at(last + times.A_DAY, times.MIDNIGHT, collaborative.timezone)
    soon = [(one.starts, one) for one in found if one.starts and at <= one.starts < until]
    return [one for _, one in sorted(soon, key=lambda pair: pair[0])][:MOST_DATES]


def _planned(session: Session, team: Team, collaborative: Collaborative, week: date) -> Planned | None:
    chosen = WeeklyEntry.model_validate(collaborative.weekly)
    its_day = week + timedelta(days=DAYS.index(chosen.weekday) - FRIDAY)
    if team.status_until and its_day < team.status_until:  # kept once a pause is over, and its day was in it
        return None
    at = replace(hours.of_team(session, team), hour=chosen.at).on(its_day)
    day = times.local_day(at, team.timezone)
    if is_over(collaborative, day) or collaborative.launched_at is None or at < collaborative.launched_at:
        return None
    return Planned(team, week, at)

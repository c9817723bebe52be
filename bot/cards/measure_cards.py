"""What follows when a team's numbers change: the month's message, word to its leads, its card, its Homes, its asks."""

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from bot import home, outbox, times
from bot.cards import chart_letters
from bot.domain import measures, seats, submissions
from bot.domain.measures import LATE
from bot.domain.people import Membership
from bot.domain.points import Point
from bot.domain.submissions import Submission
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.planning import asking

KINDS = ("measures.due",)


def key(submission: Submission) -> str:
    """The occasion: this team's numbers of this period."""
    return f"measures:{submission.id}"


def look_key(submission: int, person: int) -> str:
    """The occasion: what is worth a look in a team's period, to one of those who lead it."""
    return f"measures:{submission}:look:{person}"


def filed(session: Session, kit: Kit, team: Team, period: date, *, by: int) -> Submission:
    """Answer in the team's channel, bring what shows the numbers up to date, and end what was asked about them."""
    now = kit.now()
    submission = submissions.row(session, team, period, times.local_day(now, team.timezone))
    outbox.say(
        session, "measures/month", key=key(submission), to=f"team:{team.id}", now=now, submission=submission.id or 0
    )
    ask_leads(session, team, {period, *_newest(session, team, period)}, now)
    counted = [one.id or 0 for one in measures.all_of(session, team.collaborative_id)]
    chart_letters.follow(session, team, counted, submission, now)
    show(session, team, now)
    asking.settle(session, kit, KINDS, submission.id or 0, by=by)
    return submission


def ask_leads(session: Session, team: Team, periods: Collection[date], now: datetime) -> None:
    """What is worth a look in these periods, and wasn't told before, is a question to those who lead."""
    today = times.local_day(now, team.timezone)
    for submission in [submissions.row(session, team, period, today) for period in sorted(periods)]:
        for person in _leads(session, team):
            outbox.say(
                session, "measures/look", key=look_key(submission.id or 0, person), to=f"person:{person}", now=now,
                submission=submission.id or 0, person=person,
            )  # fmt: skip


def _newest(session: Session, team: Team, since: date) -> set[date]:
    """The periods from that one on which hold the newest number of a measure: an earlier month changes its signal."""
    last = select(Point.measure_id, func.max(Point.month)).where(Point.team_id == team.id, Point.stratum == "")
    lag = {one.id: one.lag_months for one in measures.all_of(session, team.collaborative_id)}
    told = session.exec(last.group_by(col(Point.measure_id)))
    return {period for row, month in told if row in lag and (period := measures.moved(month, lag[row])) >= since}


def show(session: Session, team: Team, now: datetime) -> None:
    """The team card and the Homes of its people say how the numbers stand."""
    outbox.say_again(session, f"team:{team.id}", now=now)
    home.refresh(session, home.people_of(session, team), now)


def show_all(session: Session, collaborative: int, now: datetime) -> None:
    """The cards, Homes and newest messages of all its teams say what is asked now."""
    teams = session.exec(select(Team.id).where(Team.collaborative_id == collaborative, col(Team.status).not_in(GONE)))
    rows = list(teams)
    here = select(Membership.person_id).where(
        Membership.collaborative_id == collaborative, col(Membership.left_at).is_(None)
    )
    newest = select(Submission).where(col(Submission.team_id).in_(rows), Submission.due >= now.date() - LATE)
    keys = [f"team:{row}" for row in rows] + [key(one) for one in session.exec(newest)]
    outbox.say_again(session, *keys, now=now)
    home.refresh(session, sorted(set(session.exec(here))), now)


def _leads(session: Session, team: Team) -> list[int]:
    """Who leads the team, and who its numbers."""
    people = seats.places(session, team)
    return [person.id or 0 for person, place in people if {"team_lead", "data_lead"} & set(place.roles)]

"""Until when the clock leaves somebody alone: in time off, on days off, in quiet hours, and in do-not-disturb."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot import times
from bot.domain import absences, events, hours
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team
from bot.outbox import Letter
from bot.sending import addresses

A_DAY, A_MOMENT = timedelta(days=1), timedelta(microseconds=1)
NUDGES = ("asks/day", "checkins/card")  # what asks for something
FAREWELLS = ("endings/thanks",)
ON_ANY_DAY = ("broadcasts/copy",)  # its day was chosen by whoever sends it
Rests = Callable[[Session, str, str, times.Quiet, datetime], datetime | None]


def of_message(message: str) -> Rests:
    """How long that message leaves people alone: over night, and most over days off too."""
    return over_night if message in ON_ANY_DAY else until


def until(session: Session, to: str, zone: str, setting: times.Quiet, now: datetime) -> datetime | None:
    """When to look again at what the clock has for that address, or None where it may go now.

    Somebody who is away is looked for on each of their days at their hour: whoever comes back early isn't forgotten.
    """
    person, today = _person(session, to), times.local_day(now, zone)
    if person and absences.away(session, person.id or 0, today):
        return hours.at_work(session, person).on(today + A_DAY)
    team = _team(session, to)
    if team and (working := hours.of_team(session, team)).day(today) != today:
        return working.on(today)
    return over_night(session, to, zone, setting, now)


def over_night(session: Session, to: str, zone: str, setting: times.Quiet, now: datetime) -> datetime | None:
    """When their night is over; None where it isn't night."""
    return times.quiet_until(now, zone, quiet(session, to, setting))


def has_left(session: Session, letter: Letter) -> bool:
    """Whether what the clock has is for a team that has left: nothing but the thanks is said to it any more."""
    team = _team(session, letter.to)
    return team is not None and team.status in GONE and letter.message not in FAREWELLS


def during_call(session: Session, letter: Letter, now: datetime) -> datetime | None:
    """When the call or session is over that whoever is asked something is in just now, or None where they are in none.

    Days that are all session are days off already, so that nothing is asked on them.
    """
    if letter.message not in NUDGES:
        return None
    ends = [
        ends
        for row in addresses.collaboratives(session, letter.to)
        for one in events.between(session, session.get_one(Collaborative, row), now - A_DAY, now + A_MOMENT)
        if one.starts and one.lasts < A_DAY and (ends := one.starts + one.lasts) > now
        and one.event.is_for(*_teams(session, letter.to))
    ]  # fmt: skip
    return max(ends, default=None)


def after_dnd(session: Session, to: str, left: timedelta, now: datetime) -> datetime:
    """When to look again at what the clock has for somebody whose do-not-disturb is on for so long.

    That is at its end; where it ends in more than a day, at their next hour.
    """
    person = _person(session, to)
    if person is None or left <= A_DAY:
        return now + left
    theirs = hours.at_work(session, person)
    return theirs.on(times.local_day(now, theirs.zone) + A_DAY)


def quiet(session: Session, to: str, setting: times.Quiet) -> times.Quiet:
    """Somebody's own quiet hours before their collaborative's, and those before the setting's.

    Where the setting turns them off, all are.
    """
    if setting is None:
        return None
    person = _person(session, to)
    if person and person.quiet_hours:
        return times.span(person.quiet_hours)
    return of_collaborative(session, to, setting)


def of_collaborative(session: Session, to: str, setting: times.Quiet) -> times.Quiet:
    """The quiet hours of whoever has none of their own."""
    if setting is None:
        return None
    rows = sorted(addresses.collaboratives(session, to))
    own = [theirs for row in rows if (theirs := session.get_one(Collaborative, row).quiet_hours)]
    return times.span(own[0]) if own else setting


def _teams(session: Session, to: str) -> list[int]:
    """The team of an address, or those that somebody is in."""
    kind, _, row = to.partition(":")
    if kind == "team":
        return [int(row)]
    seats = select(Membership.team_id).where(Membership.person_id == int(row), col(Membership.left_at).is_(None))
    return [team for team in session.exec(seats) if team]


def _team(session: Session, to: str) -> Team | None:
    kind, _, row = to.partition(":")
    return session.get(Team, int(row)) if kind == "team" else None


def _person(session: Session, to: str) -> Person | None:
    kind, _, row = to.partition(":")
    return session.get(Person, int(row)) if kind == "person" else None

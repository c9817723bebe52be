"""What there is to ask a team about a date that comes up: on which days, until when, and in which words."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from bot import times
from bot.domain import checkins, event_facts, hours, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import DROP_IN, Event, EventChange, Meeting
from bot.domain.rsvps import Invited
from bot.domain.teams import Team
from bot.statements import query

NOTICE = timedelta(days=7)  # a week before, calls are announced (ICIC's list of a sponsor's tasks)
LAST = 2  # working days before, for the last time: a day is left to find somebody else
PASSED = timedelta(days=15)  # planners look a fortnight ahead, and no date before today is asked about


def found(session: Session, by: date) -> list[tuple[str, int]]:
    """The occasions up to a day, and their rows."""
    first, last = (times.at(one, times.MIDNIGHT, "UTC") for one in (by - PASSED, by + NOTICE + 2 * times.A_DAY))
    rows: Iterable[tuple[Invited, int | None]] = _near(session, first, last)
    return [(key(one.id or 0, version or 0), one.id or 0) for one, version in rows]


def key(row: int, version: int) -> str:
    """The occasion: this team and this date as it stands since its last change."""
    return f"call:{row}:rsvp:{version}"


def meeting(session: Session, row: int) -> Meeting | None:
    """The date that a team is asked about, while it takes place."""
    invited = session.get(Invited, row)
    found = rsvps.meeting(session, invited.event_id, invited.planned) if invited else None
    return found if found and found.starts else None


def team(session: Session, row: int) -> Team:
    """Who is asked."""
    return session.get_one(Team, session.get_one(Invited, row).team_id)


def is_answered(session: Session, row: int) -> bool:
    """Whether anybody of the team has said anything of it."""
    found = meeting(session, row)
    return found is not None and bool(rsvps.of_team(session, found, team(session, row).id or 0))


def days(session: Session, asked: Meeting, of: Team) -> tuple[date, ...]:
    """A week before, and two working days before; once where the date became known later than the first of these.

    A date is known from the launch on, and one that was moved since it was.
    """
    begins = times.local_day(asked.known_as, of.timezone)
    known, off = since(session, asked, of), hours.holidays(session, of)
    before = [
        day for count in range(1, 30) if times.working_day(day := begins - timedelta(count), off) == day
    ]  # fmt: skip
    first = max(begins - NOTICE, times.local_day(known, of.timezone))
    last = before[LAST - 1] if len(before) >= LAST else first
    return (first, last) if first < last else (first,)


def since(session: Session, asked: Meeting, of: Team) -> datetime:
    """From when on a date was known as it is: an hour of theirs before this moment had nothing to ask yet."""
    launched = session.get_one(Collaborative, of.collaborative_id).launched_at
    changed = asked.change.changed_at if asked.change else None
    week = times.at(times.local_day(asked.known_as, of.timezone) - NOTICE, times.MIDNIGHT, of.timezone)
    return max(one for one in (week, launched, changed) if one)


def lead(session: Session, row: int) -> int | None:
    """Whose it is to say: the team lead's."""
    found = checkins.addressee(session, team(session, row)) if session.get(Invited, row) else None
    return found.id if found else None


def words(session: Session, row: int) -> str:
    """What is asked, to end a sentence."""
    about = facts(session, row)
    return (
        f"whether somebody is coming to {about['title']} of {about['day']}" if about else "whether somebody is coming"
    )


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the question prints; nothing where the row is gone."""
    invited = session.get(Invited, row)
    if invited is None:
        return {}
    of, asked = team(session, row), rsvps.meeting(session, invited.event_id, invited.planned)
    title = asked.event.title if asked else "A call"
    starts = asked.known_as if asked else invited.planned
    return {
        "team": of,
        "title": title,
        "when": times.words(starts, of.timezone),
        "day": times.day(times.local_day(starts, of.timezone)),
        "which": event_facts.key(asked) if asked else f"{invited.event_id}:{event_facts.stamp(invited.planned)}",
        "stands": rsvp_facts.stands(rsvps.of_team(session, asked, of.id or 0)) if asked else "",
    }


@query
def _near(first: datetime, last: datetime) -> Select[Invited, int]:
    """Teams that are asked to dates which begin in between, and the version of what was changed about each."""
    begins = func.coalesce(EventChange.starts, Invited.planned)
    near = select(Invited, EventChange.version).select_from(Invited).join(Event).outerjoin(
        EventChange, (col(EventChange.event_id) == Invited.event_id) & (col(EventChange.planned) == Invited.planned)
    ).where(begins > first, begins < last, col(Event.kind).not_in(DROP_IN))  # fmt: skip
    return near.order_by(col(Invited.id))

"""What there is to ask a team about a poll that closes soon: on which day, until when, and in which words."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot import times
from bot.domain import checkins, hours, polls
from bot.domain.polls import Poll, Polled
from bot.domain.teams import Team
from bot.statements import query

NOTICES = (  # how long it takes answers at the least → how long before its end the one reminder comes
    (timedelta(days=4), timedelta(hours=48)),
    (timedelta(days=3), timedelta(hours=36)),
)
NEAR = timedelta(days=5)  # before the end at most, where a long weekend lies before it


def found(session: Session, by: date) -> list[tuple[str, int]]:
    """The occasions up to a day, and their rows."""
    ends = times.at(by, times.MIDNIGHT, "UTC") + NEAR
    near = _near(session, ends)
    return [(key(row or 0), row or 0) for row, opened, closes in near if notice(opened, closes)]


def key(row: int) -> str:
    """The occasion: this team and this poll."""
    return f"poll:asked:{row}"


def poll(session: Session, row: int) -> Poll | None:
    """The poll that a team is asked about, while it takes answers."""
    asked = session.get(Polled, row)
    found = session.get(Poll, asked.poll_id) if asked else None
    return found if found and not found.closed_at else None


def team(session: Session, row: int) -> Team:
    """Who is asked."""
    return session.get_one(Team, session.get_one(Polled, row).team_id)


def is_answered(session: Session, row: int) -> bool:
    """Whether anybody of the team has answered it."""
    asked = session.get(Polled, row)
    return asked is not None and polls.is_answered(session, asked)


def notice(opened: datetime, closes: datetime) -> timedelta | None:
    """How long before its end a poll reminds: never before half of its time is over, and not at all in a short one."""
    return next((before for least, before in NOTICES if closes - opened >= least), None)


def hour(asked: Poll, working: times.Hours) -> datetime | None:
    """When a team is reminded: at the first hour of theirs within the notice, where that is within a day.

    Else, where days off lie before the end, at the last hour before these: there is time left to answer.
    """
    before = notice(asked.opened_at, asked.closes)
    if before is None:
        return None
    begins = asked.closes - before
    today = times.local_day(begins, working.zone)
    found = working.on(today)
    found = found if found >= begins else working.on(today + times.A_DAY)
    if found >= min(asked.closes, begins + times.A_DAY):
        earlier = working.before(today + times.A_DAY)
        found = earlier if earlier > asked.opened_at else found
    pauses = working.resumes is not None and times.local_day(found, working.zone) < working.resumes
    return found if asked.opened_at < found < asked.closes and not pauses else None


def day(asked: Poll, working: times.Hours) -> date | None:
    """The team's day on which that is."""
    at = hour(asked, working)
    return times.local_day(at, working.zone) if at else None


def when(session: Session, row: int) -> tuple[date, datetime] | None:
    """The day on which the team is reminded, and since when; None where it isn't."""
    asked, of = poll(session, row), team(session, row)
    on = day(asked, hours.of_team(session, of)) if asked else None
    return (on, max(asked.opened_at, times.at(on, times.MIDNIGHT, of.timezone))) if asked and on else None


def lead(session: Session, row: int) -> int | None:
    """Whose it is to say: the team lead's."""
    found = checkins.addressee(session, team(session, row)) if session.get(Polled, row) else None
    return found.id if found else None


def words(session: Session, row: int) -> str:
    """What is asked, to end a sentence."""
    about = facts(session, row)
    return f"which times suit for {about['title']}" if about else "which times suit"


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the question prints; nothing where the row is gone."""
    asked = session.get(Polled, row)
    about = session.get(Poll, asked.poll_id) if asked else None
    if about is None:
        return {}
    of = team(session, row)
    return {
        "team": of,
        "poll": about,
        "title": polls.called(about),
        "until": times.words(about.closes, of.timezone),
        "count": len(polls.slots(session, about)),
    }


@query
def _near(ends: datetime) -> Select[int | None, datetime, datetime]:
    """Teams that are asked by a poll which takes answers and closes before then, and its time."""
    near = select(Polled.id, Poll.opened_at, Poll.closes).join(Poll).where(
        col(Poll.closed_at).is_(None), Poll.closes < ends
    )  # fmt: skip
    return near.order_by(col(Polled.id))

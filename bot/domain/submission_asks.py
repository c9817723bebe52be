"""What there is to ask a team about its numbers: for whom, on which days, and until when."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import hours, months, seats, submissions
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.submissions import Owed, Submission
from bot.domain.teams import Team
from bot.statements import query

NOTICE = timedelta(days=7)
AFTER = 2  # working days after the due date, for the last time
OVER = timedelta(days=7)  # after the due date, from which on it is the coach's


def found(session: Session, by: date) -> list[tuple[str, int]]:
    """The occasions up to a day, and their rows."""
    return [(key(one), one.id or 0) for one in _due_between(session, by - NOTICE - 2 * OVER, by + NOTICE)]


def key(submission: Submission) -> str:
    """The occasion: this team's numbers of this period."""
    return f"measures:{submission.id}:due"


def waiting(session: Session, submission: Submission) -> list[Owed]:
    """What nobody has answered yet: neither a number, nor that there was nobody to count, nor when it will be there."""
    team = session.get_one(Team, submission.team_id)
    asked = submissions.of_period(session, team, submission.period, submission.due)
    return [one for one in asked if one.is_open and one.point is None]


def is_answered(session: Session, row: int) -> bool:
    """Whether there is nothing left to ask."""
    submission = session.get(Submission, row)
    return submission is not None and not waiting(session, submission)


def days(session: Session, submission: Submission) -> tuple[date, ...]:
    """A week before the due date, the working day before it, and two working days after; only the first after the end.

    So the last months of a collaborative, due when it is over, are asked for once.
    """
    if is_last(session, submission):
        return (submission.due - NOTICE,)
    off = hours.holidays(session, session.get_one(Team, submission.team_id))
    before = next(
        day for count in range(1, 30) if times.working_day(day := submission.due - timedelta(count), off) == day
    )
    return (submission.due - NOTICE, before, times.working_days_after(submission.due, AFTER, off))


def is_last(session: Session, submission: Submission) -> bool:
    """Whether its collaborative is over before the first day on which it is asked for."""
    team = session.get_one(Team, submission.team_id)
    return is_over(session.get_one(Collaborative, team.collaborative_id), submission.due - NOTICE)


def since(session: Session, submission: Submission, first: date) -> datetime:
    """An hour before this moment had nothing to ask yet: the first day's beginning, or the launch."""
    team = session.get_one(Team, submission.team_id)
    launched = session.get_one(Collaborative, team.collaborative_id).launched_at
    begins = times.at(first, times.MIDNIGHT, team.timezone)
    return max(begins, launched) if launched else begins


def lead(session: Session, row: int) -> int | None:
    """Whose the numbers are to send: the data lead's, else the team lead's, else whoever is longest in the team."""
    submission = session.get(Submission, row)
    people = seats.places(session, session.get_one(Team, submission.team_id)) if submission else []
    for role in ("data_lead", "team_lead"):
        if theirs := next((person.id for person, place in people if role in place.roles), None):
            return theirs
    return people[0][0].id if people else None


def words(session: Session, row: int) -> str:
    """What is asked, to end a sentence."""
    submission = session.get(Submission, row)
    return f"for the numbers of {months.called(submission.period)}" if submission else "for the month's numbers"


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the question prints; nothing where the row is gone."""
    submission = session.get(Submission, row)
    if submission is None:
        return {}
    return {
        "submission": submission,
        "team": session.get_one(Team, submission.team_id),
        "month": months.called(submission.period),
        "codes": [one.measure.code for one in waiting(session, submission)],
        "last": is_last(session, submission),
    }


@query
def _due_between(after: date, until: date) -> SelectOfScalar[Submission]:
    return select(Submission).where(Submission.due <= until, Submission.due > after).order_by(col(Submission.id))

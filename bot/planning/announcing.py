"""When the card of a date comes: a fortnight before it, at nine of a working day."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot import times
from bot.domain import hours
from bot.domain.collaboratives import Collaborative, is_over
from bot.times import Hours

NOTICE = timedelta(days=14)  # before it begins


def at(working: Hours, begins: datetime, zone: str, now: datetime) -> datetime:
    """What became known later than that comes on the first working day that is left, or at once."""
    today = times.local_day(now, zone)
    found = working.on(max(times.local_day(begins, zone) - NOTICE, today))
    return found if found < begins else times.at(today, times.MIDNIGHT, zone)


def is_after_all(collaborative: Collaborative, begins: datetime) -> bool:
    """Whether the collaborative is over by then, so that there is no card."""
    return is_over(collaborative, times.local_day(begins, collaborative.timezone))


def words(session: Session, collaborative: Collaborative, begins: datetime, now: datetime) -> str:
    """The same to whoever planned it."""
    if is_after_all(collaborative, begins):
        return f"It has no card, and nobody is asked or reminded: {collaborative.name} is over by then."
    if collaborative.launched_at is None:
        return "Its card comes once the collaborative is launched, a fortnight before."
    comes = at(hours.of_staff(session, collaborative), begins, collaborative.timezone, now)
    if comes <= now:
        return "Its card comes at once."
    return f"Its card comes on {times.words(comes, collaborative.timezone)}."

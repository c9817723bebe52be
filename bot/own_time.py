"""When somebody is written to, in words: their hour, days and quiet hours, and the days on which they are away."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import spans, times
from bot.domain import absences, hours
from bot.domain.absences import Absence
from bot.domain.people import Person
from bot.sending import rest

MOST = 3  # stretches of time off that are told at once
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def gather(session: Session, person_id: int, setting: times.Quiet, now: datetime) -> dict[str, Any]:
    """What holds for them just now, and what is noted of their time off."""
    person = session.get_one(Person, person_id)
    theirs = hours.of_person(session, person)
    today = times.local_day(now, theirs.zone)
    noted = absences.of_person(session, person_id, today)
    return {
        "asked": asked(theirs, rest.quiet(session, f"person:{person_id}", setting)),
        "away": any(one.first <= today for one in noted),
        "off": " ".join(away(theirs, one) for one in noted[:MOST]),
    }


def asked(theirs: times.Hours, quiet: times.Quiet) -> str:
    """Their hour, days and quiet hours as one sentence."""
    night = f", never between {quiet[0]:%H:%M} and {quiet[1]:%H:%M}" if quiet else ""
    return f"I write to you at {theirs.hour:%H:%M} ({theirs.zone}), {_days(sorted(theirs.days))}{night}."


def away(theirs: times.Hours, absence: Absence | spans.Span) -> str:
    """One stretch of time off, with the day on which they are really written to again."""
    return f"You're away {_from(theirs, absence)}."


def still(theirs: times.Hours, left: Sequence[Absence]) -> str:
    """What stays noted after somebody came back, and how that is taken back too; empty where nothing does."""
    if not left:
        return ""
    told = " ".join(away(theirs, one) for one in left[:MOST])
    more = f" And {len(left) - MOST} more, later." if len(left) > MOST else ""
    them = "it" if len(left) == 1 else "all of them"
    return f"Still noted: {told}{more} /timeoff back, once more, cancels {them}; so does {way_back(is_away=False)}."


def way_back(*, is_away: bool) -> str:
    """The button that ends it."""
    return "I'm back" if is_away else "Cancel my time off"


def together(theirs: times.Hours, absence: Absence) -> str:
    """The stretch that what was said made with what was noted before."""
    return f"With what was noted before, you're away {_from(theirs, absence)}."


def anyway(theirs: times.Hours, absence: Absence) -> str:
    """The stretch of time off that what was said lies in, so that it stays as it is."""
    return f"You're away until then anyway: {_from(theirs, absence)}. Nothing changes;"


def _from(theirs: times.Hours, absence: Absence | spans.Span) -> str:
    again = times.local_day(theirs.on(absence.back), theirs.zone)
    why = _why_later(theirs, absence.back, again)
    return f"from {times.day(absence.first)}; I write to you again on {times.day(again)}{why}"


def _why_later(theirs: times.Hours, back: date, again: date) -> str:
    """Why they aren't written to on the day on which they are back; empty where it is not one of theirs anyway."""
    if back.isoformat() not in theirs.off or back.weekday() not in theirs.days:
        return ""
    if back.isoformat() not in theirs.sessions:
        return f" ({times.day(back)} is a day off where you work)"
    days = [back + timedelta(days=one) for one in range((again - back).days)]
    last = max(day for day in days if day.isoformat() in theirs.sessions)
    return f" (everybody is at a session {'on' if last == back else 'until'} {times.day(last)})"


def _days(days: list[int]) -> str:
    """Monday to Friday; every day; Monday, Wednesday and Friday."""
    if len(days) == len(DAYS):
        return "every day"
    names = [DAYS[number] for number in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

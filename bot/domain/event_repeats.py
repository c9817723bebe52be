"""How often something takes place, as a coordinator chooses and reads it: every third Thursday until the end of May."""

from calendar import day_name, monthrange
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import times
from bot.domain import recurrence
from bot.domain.recurrence import WEEKDAYS
from bot.errors import FieldError

CHOICES: Mapping[str, str] = {
    "once": "Once",
    "week": "Every week",
    "two_weeks": "Every two weeks",
    "month": "Every month on that weekday, such as every third Thursday",
    "last": "Every month on the last such weekday",
    "rule": "By a rule of my own, below",
}
NTH = ("first", "second", "third", "fourth")
PLACES = {**{str(place): name for place, name in enumerate(NTH, 1)}, "-1": "last"}
DAYS = dict(zip(WEEKDAYS, day_name, strict=True))
OWN_DATES = "on dates of its own rule"
WEEKLY, FORTNIGHTLY = "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"


def rule(choice: str, starts: datetime, until: date | None, own: str, zone: str) -> str:
    """The rule that a choice stands for, on the first date's own weekday; raises FieldError where it can't be meant."""
    if choice == "once":
        return ""
    if until and until < times.local_day(starts, zone):
        raise FieldError("until", "That is before its first day, so it would never take place. Are the two swapped?")
    if choice == "rule":
        return _own(own, until)
    if until is None:
        raise FieldError("until", "Please choose the last day: without one it would repeat for ever.")
    return f"{_rhythm(choice, starts.astimezone(ZoneInfo(zone)))};UNTIL={until:%Y%m%d}"


def chosen(repeats: str, starts: datetime, zone: str) -> str:
    """The choice that a rule is, for the form in which it is changed; of several rhythms the last counts."""
    starts, repeats = recurrence.rhythms(starts, repeats)[-1]
    rhythm = ";".join(part for part in repeats.split(";") if not part.startswith(("UNTIL=", "COUNT=")))
    if not repeats:
        return "once"
    first = starts.astimezone(ZoneInfo(zone))
    alike = (one for one in ("week", "two_weeks", "last", "month") if rhythm in _same_as(one, first))
    return next(alike, "rule") if recurrence.ends(repeats) else "rule"


def words(repeats: str, starts: datetime, zone: str) -> str:
    """Every third Thursday until Wed 9 Dec 2026; empty for a single date. Of several rhythms the last is told."""
    if not repeats:
        return ""
    began, rule = recurrence.rhythms(starts, repeats)[-1]
    choice, first = chosen(repeats, starts, zone), began.astimezone(ZoneInfo(zone))
    told = {
        "week": f"every {first:%A}",
        "two_weeks": f"every second {first:%A}",
        "month": f"every {NTH[min((first.day - 1) // 7, 3)]} {first:%A} of a month",
        "last": f"every last {first:%A} of a month",
    }.get(choice, _in_words(rule, first))
    *_, last = recurrence.all_starts(starts, repeats, zone)
    day = times.day(times.local_day(last, zone))
    return f"{told}, until {day}" if rule else f"the last on {day}"


def _in_words(rule: str, first: datetime) -> str:
    """A rule of somebody's own as people say it, where there are words for it."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if part)
    frequency, every = parts.get("FREQ"), int(parts.get("INTERVAL", "1"))
    days, places = parts.get("BYDAY", "").split(","), parts.get("BYSETPOS", "")
    rest = {*parts} - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
    named = [DAYS[day] for day in days if day in DAYS]
    if frequency == "DAILY" and not rest:
        return "every day" if every == 1 else f"every {every} days"
    if frequency == "WEEKLY" and rest <= {"BYDAY"}:
        named = named or [f"{first:%A}"]
        return f"every {_and(named)}" if every == 1 else f"every {every} weeks on {_and(named)}"
    if frequency != "MONTHLY" or every > 1:
        return OWN_DATES
    if rest == {"BYDAY", "BYSETPOS"} and len(named) == len(days) == 1 and {*places.split(",")} <= {*PLACES}:
        return f"every {_and([PLACES[one] for one in places.split(',')])} {named[0]} of a month"
    numbered = [(day[:-2].lstrip("+"), day[-2:]) for day in days]
    if rest == {"BYDAY"} and all(place in PLACES for place, _ in numbered):
        return f"every {_and([f'{PLACES[place]} {DAYS[day]}' for place, day in numbered])} of a month"
    return OWN_DATES


def _and(names: list[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _own(own: str, until: date | None) -> str:
    if not own.strip():
        raise FieldError("rule", "Please write the rule, such as FREQ=MONTHLY;BYDAY=3TH;COUNT=3.")
    try:
        found = recurrence.checked(own)
    except ValueError as error:
        raise FieldError("rule", str(error)) from error
    if recurrence.ends(found):
        return found
    if until is None:
        raise FieldError("rule", "This rule repeats for ever. Please choose the last day, or end it by COUNT or UNTIL.")
    return f"{found};UNTIL={until:%Y%m%d}"


def _rhythm(choice: str, first: datetime) -> str:
    """Without its end; a fifth weekday isn't in every month."""
    weekday, nth = WEEKDAYS[first.weekday()], (first.day - 1) // 7
    if choice == "month" and nth >= len(NTH):
        few = f"Few months have a fifth {first:%A}."
        raise FieldError("repeats", f"{few} Please choose the last such weekday, or another first day.")
    if choice == "last" and first.day + 7 <= monthrange(first.year, first.month)[1]:
        raise FieldError("repeats", f"{times.day(first.date())} isn't the last {first:%A} of its month.")
    return {
        "week": WEEKLY,
        "two_weeks": FORTNIGHTLY,
        "month": f"FREQ=MONTHLY;BYDAY={nth + 1}{weekday}",
        "last": f"FREQ=MONTHLY;BYDAY=-1{weekday}",
    }[choice]


def _same_as(choice: str, first: datetime) -> tuple[str, ...]:
    """All ways in which a rule may say this choice."""
    weekday, nth = WEEKDAYS[first.weekday()], (first.day - 1) // 7
    month = f"FREQ=MONTHLY;BYDAY={nth + 1}{weekday}" if nth < len(NTH) else ""
    return {
        "week": (WEEKLY, f"{WEEKLY};BYDAY={weekday}"),
        "two_weeks": (FORTNIGHTLY, f"{FORTNIGHTLY};BYDAY={weekday}"),
        "last": (f"FREQ=MONTHLY;BYDAY=-1{weekday}",),
        "month": (month,),
    }[choice]

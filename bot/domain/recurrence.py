"""Recurrence rules of RFC 5545 (“every third Thursday, three times”), as far as our calendar needs them.

Where a series changed its rhythm, several rules stand in one text, each later one behind its own first date.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 500  # dates one rule may make
AHEAD = timedelta(days=3660)  # and so far: a rule that gives nothing is not looked through for ever
THEN = "|DTSTART="  # before the first date of a rhythm that follows another
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = r"(MO|TU|WE|TH|FR|SA|SU)"
_UNTIL = re.compile(r"2[01]\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?")


def checked(rule: str) -> str:
    """The rule in capitals without spaces; a ValueError says in words what can't be followed."""
    rule = re.sub(r"\s", "", rule).upper().removeprefix("RRULE:").rstrip(";")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS:
            raise ValueError(f"A repeat rule is such as FREQ=MONTHLY;BYDAY=3TH;COUNT=3, with no “{part[:40]}”.")
        if name in parts:
            raise ValueError(f"{name} stands twice in the repeat rule.")
        if not all(_PARTS[name](item) for item in value.split(",")):
            raise ValueError(f"“{part[:40]}” can't be followed. {_EXAMPLES[name]}")
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError("A repeat rule says how often, such as FREQ=WEEKLY or FREQ=MONTHLY.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("A repeat rule ends by COUNT or by UNTIL, not by both.")
    if parts["FREQ"] not in ("MONTHLY", "YEARLY") and re.search(r"\d", parts.get("BYDAY", "")):
        raise ValueError("A numbered day such as BYDAY=3TH needs FREQ=MONTHLY or FREQ=YEARLY.")
    return rule


def next_start(starts: datetime, rule: str, zone: str, now: datetime) -> datetime | None:
    """The first start at or after `now`; None where it is over."""
    return next((start for start in all_starts(starts, rule, zone) if start >= now), None)


def all_starts(starts: datetime, rule: str, zone: str) -> Iterator[datetime]:
    """Every start in order: the first, and those that the rule gives after it, each at its own wall time."""
    return iter(_starts(starts, rule, zone))


def rhythms(starts: datetime, rule: str) -> list[tuple[datetime, str]]:
    """Each rhythm with its first date, as they follow one another; mostly there is one. A single date has no rule."""
    own, *later = rule.split(THEN)
    parted = [one.partition(";") for one in later]
    return [(starts, own), *((datetime.fromisoformat(first), following) for first, _, following in parted)]


def then(rule: str, first: datetime, following: str) -> str:
    """The same rule, and after it another, which begins at a first date of its own and ends by an UNTIL."""
    return f"{rule}{THEN}{first.astimezone(UTC):%Y%m%dT%H%M%SZ}{';' if following else ''}{following}"


def gives(starts: datetime, rule: str, zone: str) -> bool:
    """Whether the first date is itself one of the rule's."""
    first = starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return next(iter(_expanded(_parts(rule), first, zone)), None) == first


def ends(rule: str) -> bool:
    """Whether it comes to an end by itself."""
    return bool({"COUNT", "UNTIL"} & set(_parts(rule)))


def until(rule: str, last: datetime) -> str:
    """The same rule with that date as its last one; of several rhythms each that began by then, no longer than it was.

    None of several is ended by a COUNT.
    """
    if THEN not in rule:
        return _ended(rule, last)
    own, *later = rhythms(last, rule)
    told = _sooner(own[1], last)
    for first, following in later:
        told = then(told, first, _sooner(following, last)) if first <= last else told
    return told


def last_allowed(rule: str, zone: str) -> datetime | None:
    """The last instant that the rule's UNTIL allows; None where it has none."""
    local = _until(_parts(rule).get("UNTIL", ""), zone)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local else None


def _sooner(rule: str, last: datetime) -> str:
    stated = _parts(rule).get("UNTIL", "")
    return _ended(rule, min(datetime.fromisoformat(stated), last)) if stated else rule


def _ended(rule: str, last: datetime) -> str:
    parts = {name: value for name, value in _parts(rule).items() if name not in ("COUNT", "UNTIL")}
    return ";".join(f"{name}={value}" for name, value in {**parts, "UNTIL": f"{last:%Y%m%dT%H%M%SZ}"}.items())


@lru_cache(maxsize=1000)
def _starts(starts: datetime, rule: str, zone: str) -> tuple[datetime, ...]:
    if THEN in rule:
        return tuple(sorted({*chain(*(_starts(*one, zone) for one in rhythms(starts, rule)))}))
    if not rule:
        return (starts,)
    first, parts = starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None), _parts(rule)
    later = (one for one in _expanded(parts, first, zone) if one > first)
    found = islice(later, int(parts.get("COUNT", MOST)) - 1)
    return (starts, *(one.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for one in found))


def _expanded(parts: Mapping[str, str], first: datetime, zone: str) -> Iterable[datetime]:
    """Local dates without a zone, for what the clocks do is no matter of the rule; none beyond what we look ahead."""
    ahead = first + AHEAD
    last = min(_until(parts.get("UNTIL", ""), zone) or ahead, ahead)
    rhythm = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    return rrulestr(f"{rhythm};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=first)


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.split(";")) if rule else {}


def _until(stated: str, zone: str) -> datetime | None:
    """The last local time that a rule's UNTIL allows: a day to its end, a time without Z where the collaborative is."""
    if not stated:
        return None
    if "T" not in stated:
        return datetime.combine(_day_of(stated), time.max)
    at = datetime.combine(_day_of(stated), time(int(stated[9:11]), int(stated[11:13]), int(stated[13:15])))
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) if stated.endswith("Z") else at


def _day_of(stated: str) -> date:
    return date(int(stated[:4]), int(stated[4:6]), int(stated[6:8]))


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda item: re.fullmatch(pattern, item) is not None


def _is_until(item: str) -> bool:
    try:
        return _UNTIL.fullmatch(item) is not None and bool(_day_of(item))
    except ValueError:  # such as the 30th of February
        return False


def _within(lowest: int, highest: int, *, from_the_end: bool = False) -> Callable[[str], bool]:
    sign = "[+-]?" if from_the_end else ""
    return lambda item: re.fullmatch(sign + r"\d{1,3}", item) is not None and lowest <= abs(int(item)) <= highest


_PARTS: dict[str, Callable[[str], bool]] = {
    "FREQ": lambda item: item in FREQUENCIES,
    "INTERVAL": _within(1, 99),
    "COUNT": _within(1, MOST),
    "UNTIL": _is_until,
    "BYDAY": _matches(rf"([+-]?[1-5])?{_DAY}"),
    "BYMONTHDAY": _within(1, 31, from_the_end=True),
    "BYMONTH": _within(1, 12),
    "BYSETPOS": _within(1, 366, from_the_end=True),
    "WKST": _matches(_DAY),
}
_EXAMPLES = {
    "FREQ": "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.",
    "INTERVAL": "INTERVAL is a number from 1 to 99.",
    "COUNT": f"COUNT is a number from 1 to {MOST}.",
    "UNTIL": "UNTIL is a day such as 20261015, or an instant such as 20261015T160000Z.",
    "BYDAY": "BYDAY is a day such as TH, a numbered one such as 3TH or -1FR, or several with commas.",
    "BYMONTHDAY": "BYMONTHDAY is a day of the month, 1 to 31, or -1 for the last.",
    "BYMONTH": "BYMONTH is a month, 1 to 12.",
    "BYSETPOS": "BYSETPOS is a position such as 3, or -1 for the last.",
    "WKST": "WKST is a day such as MO.",
}

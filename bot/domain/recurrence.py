"""Recurrence rules of RFC 5545 (“every third Thursday, three times”), as far as our calendar needs them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 500  # dates one rule may make
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = r"(MO|TU|WE|TH|FR|SA|SU)"


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
    """The first start at or after `now`; None where it is over, or where the rule is one we can't follow yet."""
    return next((start for start in all_starts(starts, rule, zone) if start >= now), None)


def all_starts(starts: datetime, rule: str, zone: str) -> Iterator[datetime]:
    """Every start in order; the first alone where nothing repeats it, or a rule that we can't follow yet.

    Followed are a weekly or monthly rhythm on the first date's own weekday (the third Thursday), at its own wall time.
    """
    yield starts
    parts = dict(part.split("=", 1) for part in rule.split(";")) if rule else {}
    first = starts.astimezone(ZoneInfo(zone))
    if not rule or not _is_simple(parts, first):
        return
    last = _until(parts.get("UNTIL", ""), first)
    for made in range(1, int(parts.get("COUNT", MOST))):
        local = _repeated(first, parts, made * int(parts.get("INTERVAL", 1)))
        if last and local > last:
            return
        yield local.astimezone(UTC)


def _is_simple(parts: dict[str, str], first: datetime) -> bool:
    """Whether the rule only says again what the first date is, so that nothing else can be meant."""
    weekday, nth = WEEKDAYS[first.weekday()], (first.day - 1) // 7 + 1
    if set(parts) - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}:
        return False
    if parts["FREQ"] == "WEEKLY":
        return parts.get("BYDAY", weekday) == weekday
    return parts["FREQ"] == "MONTHLY" and parts.get("BYDAY", "").removeprefix("+") == f"{nth}{weekday}" and nth < 5


def _repeated(first: datetime, parts: dict[str, str], later: int) -> datetime:
    """The date `later` weeks or months on, at the same wall time."""
    if parts["FREQ"] == "WEEKLY":
        return first + timedelta(weeks=later)  # wall time: the zone's offset follows
    year, month = divmod(first.year * 12 + first.month - 1 + later, 12)
    begins = first.replace(year=year, month=month + 1, day=1)
    return begins + timedelta(days=(first.weekday() - begins.weekday()) % 7 + 7 * ((first.day - 1) // 7))


def _until(stated: str, first: datetime) -> datetime | None:
    """The last instant a rule's UNTIL allows: a day to its end, a time without Z where the collaborative is."""
    if not stated:
        return None
    day = datetime.strptime(stated[:8], "%Y%m%d").replace(tzinfo=first.tzinfo)
    if "T" not in stated:
        return day + timedelta(days=1, microseconds=-1)
    at = day.replace(hour=int(stated[9:11]), minute=int(stated[11:13]), second=int(stated[13:15]))
    return at.replace(tzinfo=UTC) if stated.endswith("Z") else at


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda item: re.fullmatch(pattern, item) is not None


def _within(lowest: int, highest: int, *, from_the_end: bool = False) -> Callable[[str], bool]:
    sign = "[+-]?" if from_the_end else ""
    return lambda item: re.fullmatch(sign + r"\d{1,3}", item) is not None and lowest <= abs(int(item)) <= highest


_PARTS: dict[str, Callable[[str], bool]] = {
    "FREQ": lambda item: item in FREQUENCIES,
    "INTERVAL": _within(1, 99),
    "COUNT": _within(1, MOST),
    "UNTIL": _matches(r"2[01]\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?"),
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

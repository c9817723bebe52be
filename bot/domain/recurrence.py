"""Recurrence rules of RFC 5545 (“every third Thursday, three times”), as far as our calendar needs them."""

import re
from collections.abc import Callable

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST = 500  # dates one rule may make
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

"""What a cell of a table means: a month in many spellings, and a number as people of many countries write it.

A number that can be read in two ways is asked about, not guessed; of a whole date, months begin or end with it. The
sentences never repeat what stands in the cell.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import import_module

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl", "sv", "da", "nb", "pl")
MONTHS = (
    "january february march april may june july august september october november december".split()
)  # as the tables of languages call them
OLDEST = 15  # years; before that a month is a slip of the pen
SHORT_YEARS = 5  # “Feb 26” is February 2026, “Feb 5” is no month
ORDERED = re.compile(r"(?P<year>\d{4})[-/. ]?(?P<month>\d{2})|(?P<y>\d{4})[-/. ](?P<m>\d)")
MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[-/. ](?P<year>\d{4})")
WHOLE_DATE = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.]\d{1,2}(?:[T ][\d:.Z+]+)?")
LOCAL_DATE = re.compile(r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<year>\d{4})")
ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
WORDS = re.compile(r"[^\W\d_]+|\d+")
NO_MONTH = "I don't see which month this is. Write it as 2026-02."
NO_DAY = "When will it be there? A guess is fine; write it as not yet 2026-07-01."
SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
BROKEN = re.compile(r"[+-]?(?P<whole>\d*)(?P<mark>[.,])(?P<rest>\d+)", re.ASCII)
GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?P<group>[.,])\d{3})(?:(?P=group)\d{3})*(?P<broken>(?!(?P=group))[.,]\d+)?", re.ASCII
)
TWO_MARKS = "Decimals have a {which} here and a {other} elsewhere. Please write all of them the same way."
TWO_WAYS = "This number can be read in two ways. Write it without a separator of thousands."


def month(cell: str, today: date) -> date:
    """The first of the month that is meant. Raises ValueError, with a sentence, where that can't be told."""
    found = _in_figures(cell) or _in_words(cell, today)
    if found is None:
        raise ValueError(NO_MONTH)
    year, number = found
    if not 1 <= number <= 12:
        raise ValueError(NO_MONTH)
    if not today.year - OLDEST <= year <= today.year + OLDEST:
        raise ValueError("I don't see which year this is. Write the month as 2026-02.")
    return date(year, number, 1)


def day(cell: str, today: date) -> date:
    """The day that is meant, the next of its name where no year is given. Raises ValueError, with a sentence."""
    if found := ISO_DAY.fullmatch(cell):
        year, number, of_month = (int(found[name]) for name in ("year", "month", "day"))
    else:
        tokens = WORDS.findall(cell.casefold())
        named = [named_months()[token] for token in tokens if token in named_months()]
        figures = [int(token) for token in tokens if token.isascii() and token.isdigit()]
        years, days = [one for one in figures if one > 999], [one for one in figures if one < 32]
        if len(named) != 1 or len(days) != 1 or len(tokens) != 2 + len(years) or len(years) > 1:
            raise ValueError(NO_DAY)
        number, of_month = named[0], days[0]
        year = years[0] if years else today.year + ((number, of_month) < (today.month, today.day))
    try:
        return date(year, number, of_month)
    except ValueError:
        raise ValueError(NO_DAY) from None


def decimal_mark(cells: Iterable[str], separator: str) -> str:
    """The mark before decimals in all of these numbers; empty where it can't be told."""
    marks = {mark for cell in cells if (mark := sure_mark(cell))}
    if marks:
        return marks.pop() if len(marks) == 1 else ""
    return "." if separator == "," else ""


def of_two_marks(cells: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines whose decimals have another mark than those of most, and a sentence: a file writes them in one way."""
    marked = {(mark, line) for line, cell in cells if (mark := sure_mark(cell))}
    commas, points = (sorted(line for mark, line in marked if mark == which) for which in ",.")
    if not commas or not points:
        return []
    fewer, which, other = (commas, "comma", "point") if len(commas) <= len(points) else (points, "point", "comma")
    return [(line, TWO_MARKS.format(which=which, other=other)) for line in fewer]


def sure_mark(cell: str) -> str:
    """The decimal mark that this number can only have; empty where it has none, or could have either."""
    text = _tight(cell)
    broken, grouped = BROKEN.fullmatch(text), GROUPED.fullmatch(text)
    if broken and (not grouped or broken["whole"].startswith("0")):
        return broken["mark"]
    if grouped and not broken:
        return {",": ".", ".": ","}[grouped["group"]]
    return ""


def number(cell: str, mark: str) -> float:
    """The number as it is written, with `mark` before its decimals. Raises ValueError, with a sentence, for none."""
    text = _tight(cell)
    if WHOLE.fullmatch(text):
        return float(text)
    broken, grouped = BROKEN.fullmatch(text), GROUPED.fullmatch(text)
    if broken and grouped and not broken["whole"].startswith("0"):
        if not mark:
            raise ValueError(TWO_WAYS)
        broken = broken if broken["mark"] == mark else None
    if broken:
        return float(text.replace(",", "."))
    if grouped:
        return float(text.replace(grouped["group"], "").replace(",", "."))
    raise ValueError("This is no number.")


def is_percent(cell: str) -> bool:
    """Whether a percent sign stands behind it."""
    return cell.rstrip().endswith("%")


def _tight(cell: str) -> str:
    """Without a percent sign and spaces between thousands."""
    return SPACES.sub("", cell.strip().removesuffix("%").strip().replace("\u2212", "-"))


def _in_figures(cell: str) -> tuple[int, int] | None:
    """Year and month of 2026-02, 02/2026, or of a day of which only one can be meant."""
    if found := ORDERED.fullmatch(cell):
        return int(found["year"] or found["y"]), int(found["month"] or found["m"])
    if found := MONTH_FIRST.fullmatch(cell) or WHOLE_DATE.fullmatch(cell):
        return int(found["year"]), int(found["month"])
    if found := LOCAL_DATE.fullmatch(cell):
        first, second = int(found["a"]), int(found["b"])
        if first == second or first > 12 or first == 1:  # a month is dated by its first or its last day
            return int(found["year"]), second
        if second > 12 or second == 1:
            return int(found["year"]), first
    return None


def _in_words(cell: str, today: date) -> tuple[int, int] | None:
    """Year and month of Feb 2026, Feb-26, 1 February 2026 or February, the last one by now."""
    tokens = WORDS.findall(cell.casefold())
    named = [named_months()[token] for token in tokens if token in named_months()]
    figures = [token for token in tokens if token.isascii() and token.isdigit()]
    if len(named) != 1 or len(tokens) != 1 + len(figures) or len(figures) > 2:
        return None
    years = [int(figure) for figure in figures if len(figure) == 4]
    if len(years) == 1:
        return years[0], named[0]
    if not figures:
        return today.year - (named[0] > today.month), named[0]
    short = 2000 + int(figures[0])
    lately = len(figures) == 1 and today.year - SHORT_YEARS <= short <= today.year + 1
    return (short, named[0]) if lately else None


@cache
def named_months() -> dict[str, int]:
    """The names of months and what they are shortened to, as far as they mean one month in all these languages."""
    meant: dict[str, set[int]] = {}
    for language in LANGUAGES:
        known = import_module(f"dateparser.data.date_translation_data.{language}").info
        for number, name in enumerate(MONTHS, 1):
            for word in (name, *known[name]) if language == "en" else known[name]:
                meant.setdefault(word.casefold().rstrip("."), set()).add(number)
    return {word: numbers.pop() for word, numbers in meant.items() if len(numbers) == 1}

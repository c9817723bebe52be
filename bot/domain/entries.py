"""What somebody wants to file of a month: what can't be, in words, and what is unusual; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal, Protocol

from bot.domain import measures
from bot.domain.measures import Measure

State = Literal["value", "no_cases", "not_available"]
VALUE: State = "value"
NO_CASES: State = "no_cases"
NOT_AVAILABLE: State = "not_available"
ANSWERS = {VALUE: "We have numbers", NO_CASES: "No cases this month", NOT_AVAILABLE: "Not available yet"}
MOST = 1e9  # beyond this a number is a slip of the pen
ENOUGH = 3  # earlier months before one can be called unusual
UNUSUAL = 0.5  # how far from its own median a team's denominator may lie
LONG = 12  # months before the start whose numbers may make a chart longer without being asked about
BEYOND = 10  # times the goal or the baseline that a first number may be without being asked about
BOTH = "Please give both numbers, or choose one of the other answers."


@dataclass(frozen=True)
class Entry:
    """What somebody wants to file; `measure` is its row."""

    measure: int
    month: date
    state: State
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    stratum: str = ""
    level: str = ""
    expected_on: date | None = None
    note: str = ""


class Told(Protocol):
    """What was filed of a month before."""

    month: date
    denominator: float | None
    value: float | None


def faults(measure: Measure, entry: Entry, today: date) -> list[str]:
    """Why an entry can't be taken, in words for the one who made it; empty where it can."""
    if entry.month > measures.month_of(today):
        return [f"{entry.month:%B %Y} is still to come."]
    if entry.stratum and entry.stratum not in measure.strata:
        return [f"{measure.code} isn't told apart by {entry.stratum}."]
    if told := contradiction(entry):
        return [told]
    if entry.state == NOT_AVAILABLE:
        return _faults_of_date(entry, today)
    if entry.state == NO_CASES:
        return []
    numbers = [entry.value] if measure.shape == "value" else [entry.numerator, entry.denominator]
    given = [number for number in numbers if number is not None]
    if len(given) < len(numbers):
        return ["Please give both numbers." if given else "Please give the number." if len(numbers) == 1 else BOTH]
    return _out_of_range(measure, given) or _faults_of_counts(measure, entry)


def contradiction(entry: Entry) -> str:
    """What is wrong where numbers stand beside an answer that says that there are none; else empty."""
    given = [number for number in (entry.numerator, entry.denominator, entry.value) if number]
    if entry.state == VALUE or not given:
        return ""
    return (
        f"You wrote {' and '.join(f'{number:g}' for number in given)} and chose {ANSWERS[entry.state]}. "
        f"Please empty the box, or choose {ANSWERS[VALUE]}."
    )


def doubts(measure: Measure, entry: Entry, earlier: Sequence[Told], today: date) -> list[str]:
    """What is unusual about an entry that can be taken; `earlier` are the points of the same series."""
    if entry.state != VALUE:
        return []
    asked = []
    if entry.month == measures.month_of(today):
        asked.append(f"{entry.month:%B} isn't over yet. Are these the numbers of the whole month?")
    size = entry.value if measure.shape == "value" else entry.denominator
    others = [one.value if measure.shape == "value" else one.denominator for one in earlier if one.month != entry.month]
    known = [other for other in others if other]
    usual = median(known) if len(known) >= ENOUGH else 0
    if usual and size is not None and abs(size - usual) > UNUSUAL * usual:
        what = "" if measure.shape == "value" else " in all"
        asked.append(f"{size:g}{what} is far from your usual {usual:g}. Is it right?")
    if not usual and (told := _far_beyond(measure, entry)):
        asked.append(told)
    return asked


def long_before(month: date, starts: date | None) -> str:
    """What is asked about a month of more than a year before the start: one digit of its year may be another."""
    gap = (starts.year - month.year) * 12 + starts.month - month.month if starts else 0
    if gap <= LONG or starts is None:
        return ""
    span = f"{gap // 12} years" if gap >= 2 * LONG else "more than a year"
    return f"{month:%B %Y} is {span} before the start in {starts:%B %Y}. Is that month meant?"


def _far_beyond(measure: Measure, entry: Entry) -> str:
    """Before there is a usual: what is many times the goal and the baseline. A share can be anything."""
    known = [number for number in (measure.goal, measure.baseline) if number]
    over, of = (entry.value, 1) if measure.shape == "value" else (entry.numerator, entry.denominator)
    if measure.unit == "percent" or not known or not over or not of or over / of <= BEYOND * max(known):
        return ""
    which = "goal" if max(known) == measure.goal else "baseline"
    return f"{over / of:,.4g} is far beyond the {which} of {max(known):g}. Is it right?"


def _faults_of_date(entry: Entry, today: date) -> list[str]:
    if entry.expected_on is None:
        return ["When will it be there? A guess is fine."]
    return ["That day is over. When will it be there?"] if entry.expected_on < today else []


def _out_of_range(measure: Measure, given: Sequence[float]) -> list[str]:
    if any(not math.isfinite(number) or abs(number) > MOST for number in given):
        return ["That is more than fits on a chart. Please look at it once more."]
    if any(number < 0 for number in given):
        return [f"{min(given):g} is less than nothing. Please look at it once more."]
    counts = [given[0]] if measure.shape == "value" and measure.unit == "count" else given[1:]
    counts = list(given) if measure.shape == "proportion" else counts
    broken = [number for number in counts if number != int(number)]
    return [f"{broken[0]:g} can't be: here whole ones are counted."] if broken else []


def _faults_of_counts(measure: Measure, entry: Entry) -> list[str]:
    if measure.shape == "value":
        beyond = measure.unit == "percent" and (entry.value or 0) > 100
        return [f"{entry.value:g} % is more than all of them."] if beyond else []
    over, of = entry.numerator or 0, entry.denominator or 0
    if of == 0 and over:
        return [f"{over:g} of 0 can't be. Where there was nobody to count, choose No cases this month."]
    if measure.shape == "proportion" and over > of:
        return [f"{over:g} of {of:g} is more than all of them. Are the two swapped?"]
    return []

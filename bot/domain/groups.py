"""The same number told apart by groups, as people write it, one group a line: “Spanish: 4 of 12”; pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.domain import sheet_cells
from bot.domain.measures import Measure

LINE = re.compile(r"(.+?)\s*[:=]\s*(-?[\d.,]+)(?:\s*(?:of|out of|/)\s*(-?[\d.,]+))?\s*%?")
LIKE = {True: "Name of the group: 9.5", False: "Name of the group: 4 of 12"}
MOST = 20  # groups


class Group(NamedTuple):
    """One line: its level, and its numbers."""

    level: str
    numerator: float | None
    denominator: float | None
    value: float | None


def read(measure: Measure, text: str) -> list[Group]:
    """Every line that isn't empty. Raises ValueError, in words, for one that can't be read or that comes twice."""
    single = measure.shape == "value"
    found: list[Group] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = LINE.fullmatch(line)
        numbers = [number(part) for part in (parts[2], parts[3]) if part] if parts else []
        if not parts or None in numbers or len(numbers) != (1 if single else 2):
            raise ValueError(f"I can't read “{line[:40]}”. Please write it like {LIKE[single]}, one a line.")
        level = parts[1][:60]
        if level.casefold() in {one.level.casefold() for one in found}:
            raise ValueError(f"“{level}” is there twice. Please write each group once.")
        first, last = numbers[0], numbers[-1]
        found.append(Group(level, None, None, first) if single else Group(level, first, last, None))
    if len(found) > MOST:
        raise ValueError(f"At most {MOST} groups fit here.")
    return found


def number(text: str) -> float | None:
    """The number as a file with decimal points has it, 1,200 and 9,5 too; None where it is none."""
    try:
        return sheet_cells.number(text.rstrip(".,"), ".")
    except ValueError:
        return None


def write(told: list[Group]) -> str:
    """The same as text, as the box shows it."""
    return "\n".join(
        f"{one.level}: {one.value:.12g}"
        if one.numerator is None or one.denominator is None
        else f"{one.level}: {one.numerator:.12g} of {one.denominator:.12g}"
        for one in told
        if one.value is not None or one.numerator is not None
    )


def doubt(told: list[Group], numerator: float | None, denominator: float | None) -> str:
    """What is to be asked where the groups of a stratum don't add up to all of them; else empty."""
    over, of = _sum(one.numerator for one in told), _sum(one.denominator for one in told)
    if numerator is None or denominator is None or over is None or of is None:
        return ""
    if over > numerator or of > denominator:
        told_all = f"{over:g} over {of:g}, and all of them are {numerator:g} over {denominator:g}"
        return f"The groups add up to more than all of them: {told_all}. Is somebody in two groups?"
    if of == denominator and over != numerator:
        return f"The groups are as many as all of them and add up to {over:g}, not {numerator:g}. Is it right?"
    return ""


def _sum(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None

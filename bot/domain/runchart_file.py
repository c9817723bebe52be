"""A series in a CSV file, as people keep one: read whole, or refused with every fault named by its line."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain import sheet_cells, sheet_text
from bot.errors import BotError

LARGEST_FILE = 2_000_000  # bytes
MOST_ROWS = 10_000
SMALLEST_NUMBER, LARGEST_NUMBER = 1e-100, 1e100  # whatever is computed from these stays a number
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
HEADINGS = "x,value or x,numerator,denominator"
Row = tuple[int, list[str]]  # its line in the file, and its cells


class FileFaults(BotError):
    """Nothing was read from a file, and these are all the reasons, each as `FILE:12: sentence`; line 0 is the whole."""

    def __init__(self, name: str, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"{name}{f':{line}' if line else ''}: {sentence}" for line, sentence in faults))


@dataclass(frozen=True)
class Series:
    """A file's rows in its own order and scale; None where a month isn't in, or where there was nobody to count."""

    heading: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    sizes: tuple[float | None, ...]  # the denominators; all None in a file without
    lines: tuple[int, ...]  # where each row stands in the file


def open_file(path: Path) -> Series:
    """Read the file at a path. Raises FileFaults, also where there is no such file."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise FileFaults(str(path), [(0, f"The file can't be opened: {error.strerror}.")]) from None
    if len(content) > LARGEST_FILE:
        raise FileFaults(str(path), [(1, "The file is larger than 2 MB, which is no series for a run chart.")])
    if b"\0" in content:
        raise FileFaults(str(path), [(1, "This is no text. Save the table as CSV (UTF-8) and try that file.")])
    return read(sheet_text.lettered(content), str(path))


def read(text: str, name: str) -> Series:
    """Read a file's text, separated by commas, semicolons or tabs; `name` is how its reader calls it."""
    separator = sheet_text.separator(text)
    (first, headings), *rows = _rows(text, separator, name)
    while len(headings) > 2 and not headings[-1]:  # a spreadsheet's empty columns
        headings.pop()
    found = _columns(headings)
    if found is None:
        raise FileFaults(name, [(first, _wrong_headings(headings))])
    x, *columns = found
    if not rows:
        raise FileFaults(name, [(first, "There are headings and no rows under them.")])
    told = [(line, cells[column]) for line, cells in rows for column in columns if column < len(cells)]
    mark = sheet_cells.decimal_mark([cell for _, cell in told], separator)
    points, faults = [], sheet_cells.of_two_marks(told)
    for line, cells in rows:
        try:
            points.append(_point(cells, columns, len(headings), separator, mark))
        except ValueError as fault:
            faults.append((line, str(fault)))
    if faults:
        raise FileFaults(name, sorted(faults))
    values, sizes = zip(*points, strict=True)
    return Series(
        heading=" / ".join(headings[column] for column in columns),
        labels=tuple(cells[x] for _, cells in rows),
        values=values,
        sizes=sizes,
        lines=tuple(line for line, _ in rows),
    )


def _rows(text: str, separator: str, name: str) -> list[Row]:
    """Every line with something in it, the headings first."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise FileFaults(name, [(reader.line_num, f"This is no line of a CSV file: {error}.")]) from None
    if not rows:
        raise FileFaults(name, [(1, f"The file is empty. It begins with a line of headings: {HEADINGS}.")])
    if len(rows) > MOST_ROWS + 1:
        raise FileFaults(name, [(rows[MOST_ROWS + 1][0], f"A run chart takes {MOST_ROWS:,} rows at most.")])
    return rows


def _columns(headings: list[str]) -> tuple[int, ...] | None:
    """Where x stands and then the value, or numerator and denominator.

    Of two columns the second is the value, unless the first is called so; of three nothing but their names tells which
    is counted and which it is counted from.
    """
    names = [heading.casefold() for heading in headings]
    if not all(headings[1:]) or any(map(_looks_like_a_number, headings[1:])):
        return None
    if len(names) == 2:
        return (1, 0) if names[0] == "value" != names[1] else (0, 1)
    if len(names) != 3 or not {"numerator", "denominator"} < {*names}:
        return None
    numerator, denominator = names.index("numerator"), names.index("denominator")
    return 3 - numerator - denominator, numerator, denominator


def _wrong_headings(headings: list[str]) -> str:
    if any(map(_looks_like_a_number, headings[1:])) or not all(headings[1:]):
        return f"The first line holds values where headings belong. Begin with {HEADINGS}."
    if len(headings) == 3 and "value" in map(str.casefold, headings):
        return f"A third column stands beside “value”. The headings are {HEADINGS}."
    if len(headings) == 3:
        named = "”, “".join(map(_shortened, headings))
        return f"I can't tell which column is which: “{named}”. Please name them {HEADINGS}."
    count = f"{len(headings)} column{'' if len(headings) == 1 else 's'}"
    return f"There {'is' if len(headings) == 1 else 'are'} {count} here, and two or three are read: {HEADINGS}."


def _point(
    cells: list[str], columns: Sequence[int], width: int, separator: str, mark: str
) -> tuple[float | None, float | None]:
    """The value of a row and the number it is of. A ValueError says in words what can't be taken."""
    if len(cells) < width or any(cells[width:]):
        hint = " A decimal comma? Write it with a point." if separator == "," and len(cells) > width else ""
        count = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
        raise ValueError(f"This line has {count} under {width} headings.{hint}")
    numbers = [_number(cells[column], mark) for column in columns]
    if len(numbers) > 1 and any(sheet_cells.is_percent(cells[column]) for column in columns):
        raise ValueError("There is a percent sign where people or things are counted.")
    if len(numbers) == 1:
        return numbers[0], None
    numerator, denominator = numbers
    if numerator is None and denominator is None:
        return None, None
    if numerator is None or denominator is None:
        there, lacking = ("denominator", "numerator") if numerator is None else ("numerator", "denominator")
        raise ValueError(f"There is a {there} and no {lacking}. Leave both empty where a month isn't in.")
    if denominator < 0:
        raise ValueError(f"A denominator of {denominator:g} can't be: it counts something.")
    if denominator:
        return numerator / denominator, denominator
    if numerator:
        raise ValueError(f"{numerator:g} of 0 can't be. Where there was nobody to count, write 0 and 0.")
    return None, 0.0


def _number(cell: str, mark: str) -> float | None:
    """A number as a dropped file may have it (12,5 %) or as programs write it (1e3); None for an empty cell."""
    if not cell:
        return None
    number = float(cell) if mark == "." and NUMBER.fullmatch(cell) else _as_typed(cell, mark)
    if number and not SMALLEST_NUMBER < abs(number) < LARGEST_NUMBER:
        raise ValueError(f"“{_shortened(cell)}” is beyond what a chart can show.")
    return number


def _as_typed(cell: str, mark: str) -> float:
    try:
        return sheet_cells.number(cell, mark)
    except ValueError as fault:
        if str(fault) == sheet_cells.TWO_WAYS:
            raise
        typed = cell.replace(",", ".")
        if NUMBER.fullmatch(typed):
            return float(typed)
        likely = any(letter.isdigit() for letter in cell)
        way_on = "Write it like 12.5." if likely else "Leave the cell empty where a month isn't in."
        raise ValueError(f"“{_shortened(cell)}” is no number. {way_on}") from None


def _looks_like_a_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell.replace(",", ".")))


def _shortened(cell: str) -> str:
    return cell if len(cell) <= 40 else f"{cell[:39]}…"

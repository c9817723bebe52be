"""A file of who was expected when and came: read whole, or refused with every fault named by its line."""

import csv
import gzip
import io
import re
import zlib
from _csv import Reader
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.domain import sheet_text
from bot.domain.runchart_file import FileFaults

HEADINGS = ("unit", "group", "week", "met")
LARGEST_FILE = 100_000_000  # bytes, unpacked
MOST_FAULTS = 20  # told at once
PACKED = b"\x1f\x8b"
WEEK = re.compile(r"[+-]?\d{1,7}", re.ASCII)
NOT_OPENED = "The file can't be opened: {why}."
BEGIN_WITH = f"Begin with a line of headings: {','.join(HEADINGS)}."


class Expected(NamedTuple):
    """One week in which a unit was expected, and whether it came."""

    unit: str
    week: int
    met: bool


def open_file(path: Path) -> list[Expected]:
    """Read the file at a path, also one packed by gzip. Raises FileFaults, also where there is no such file."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if content.startswith(PACKED):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(LARGEST_FILE + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileFaults(str(path), [(0, "The file is packed, and what is in it can't be unpacked.")]) from None
    except OSError as error:
        raise FileFaults(str(path), [(0, NOT_OPENED.format(why=error.strerror))]) from None
    if len(content) > LARGEST_FILE:
        raise FileFaults(str(path), [(0, f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")])
    if b"\0" in content:
        raise FileFaults(str(path), [(1, "This is no text. Save the table as CSV (UTF-8) and try that file.")])
    return read(sheet_text.lettered(content), str(path))


def read(text: str, name: str) -> list[Expected]:
    """Read a file's text, its rows in any order; `name` is how its reader calls it."""
    rows = csv.reader(io.StringIO(text), delimiter=sheet_text.separator(text))
    headings = [cell.strip().casefold() for cell in next(rows, [])]
    if not set(HEADINGS) <= set(headings) or len(set(headings)) < len(headings):
        raise FileFaults(name, [(1, _wrong_headings(headings))])
    places = [headings.index(heading) for heading in HEADINGS]
    expected: list[Expected] = []
    faults: list[tuple[int, str]] = []
    stands: dict[tuple[str, int], int] = {}  # a unit's week → the line it is told in
    for line, cells in _lines(rows, name):
        try:
            one = _expected(cells, places, len(headings))
            if (first := stands.setdefault((one.unit, one.week), line)) != line:
                raise ValueError(f"Week {one.week} of “{one.unit}” stands in line {first} already.")
            expected.append(one)
        except ValueError as fault:
            faults.append((line, str(fault)))
    if faults:
        raise FileFaults(name, _not_too_many(faults))
    if not expected:
        raise FileFaults(name, [(1, "There are headings and no rows under them.")])
    return expected


def _lines(rows: Reader, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with something in it, with the line of the file that it begins in: a quoted cell may have several."""
    begins = rows.line_num + 1
    try:
        for cells in rows:
            if any(map(str.strip, cells)):
                yield begins, cells
            begins = rows.line_num + 1
    except csv.Error as error:
        raise FileFaults(name, [(begins, f"This is no line of a CSV file: {error}.")]) from None


def _expected(cells: Sequence[str], places: Sequence[int], width: int) -> Expected:
    """A row in its own terms. A ValueError says in words what can't be taken."""
    if len(cells) != width:
        raise ValueError(f"This line has {len(cells)} cells under {width} headings.")
    unit, _, week, met = (cells[place].strip() for place in places)
    if not unit:
        raise ValueError("There is no unit: whose week is it?")
    if not WEEK.fullmatch(week):
        raise ValueError(
            f"“{week[:40]}” is no week. Weeks are numbered: 1, 2, 3, and so on without an end at a year's."
        )
    if met not in ("0", "1"):
        raise ValueError(f"“{met[:40]}” is neither 1 (it came) nor 0 (it didn't).")
    return Expected(unit, int(week), met == "1")


def _wrong_headings(headings: Sequence[str]) -> str:
    if not any(headings):
        return f"The file is empty. {BEGIN_WITH}"
    twice = next((heading for heading in headings if headings.count(heading) > 1 and heading), None)
    if twice:
        return f"Two columns are called “{twice[:40]}”. {BEGIN_WITH}"
    lacking = ", ".join(heading for heading in HEADINGS if heading not in headings)
    return f"There is no column {lacking}. {BEGIN_WITH}"


def _not_too_many(faults: list[tuple[int, str]]) -> list[tuple[int, str]]:
    if len(faults) <= MOST_FAULTS:
        return faults
    line, _ = faults[MOST_FAULTS]
    return [*faults[:MOST_FAULTS], (line, f"… and {len(faults) - MOST_FAULTS:,} more lines that can't be taken.")]

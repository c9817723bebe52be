"""A table of monthly numbers that somebody made: its rows as they stand, or every reason why it isn't read.

Neither a reason nor anything else here repeats what stands in the table: it may be about people.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain import sheet_headings, sheet_text
from bot.domain.sheet_headings import NotOurs
from bot.domain.sheet_text import NoText
from bot.errors import BotError

LARGEST = 1_000_000  # bytes
MOST_ROWS = 1_000
WHOLE = 0  # the “line” of a reason that is about all of the file
TOO_LARGE = "It is larger than 1 MB, which is no table of monthly numbers."


class Fault(NamedTuple):
    """Why something isn't taken, with the line it stands in."""

    line: int
    sentence: str


class Row(NamedTuple):
    """One line of the table: column → what stands in it, empty cells left out."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table that can be read: its rows, and what stands between their cells."""

    rows: tuple[Row, ...]
    separator: str


class NotRead(BotError):
    """Nothing of the file was taken; `to_delete` where it may be about people and shouldn't stay in Slack either."""

    def __init__(self, faults: Sequence[Fault], *, to_delete: bool = False) -> None:
        super().__init__(" ".join(fault.sentence for fault in faults))
        self.faults, self.to_delete = tuple(faults), to_delete


class OtherTable(NotRead):
    """It is a table with other headings than those of monthly numbers."""


def read(content: bytes) -> Sheet:
    """The table in these bytes. Raises NotRead."""
    if len(content) > LARGEST:
        raise NotRead([Fault(WHOLE, TOO_LARGE)])
    if what := sheet_text.kind(content):
        raise NotRead([Fault(WHOLE, f"Inside, this file is {what}. {sheet_text.A_TABLE}")])
    try:
        text = sheet_text.decoded(content)
    except NoText:
        raise NotRead([Fault(WHOLE, f"Inside, this file is no text. {sheet_text.A_TABLE}")]) from None
    separator, lines = _parted(text)
    (line, headings), *rows = lines or [(WHOLE, [])]
    if not headings:
        raise NotRead([Fault(WHOLE, f"The file is empty. It begins with the headings {sheet_headings.KNOWN}.")])
    while len(headings) > 1 and not headings[-1]:  # a spreadsheet's empty columns
        headings.pop()
    columns = _columns(line, headings)
    if not rows:
        raise NotRead([Fault(line, "There are headings and no rows under them.")])
    if len(rows) > MOST_ROWS:
        raise NotRead([Fault(rows[MOST_ROWS][0], f"At most {MOST_ROWS:,} rows are read at a time.")])
    return Sheet(tuple(_rows(rows, columns)), separator)


def _parted(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """What parts the cells, and every line with something in it. Raises NotRead."""
    first, _, rest = text.partition("\n")
    told = first.strip().casefold()
    if told.startswith("sep=") and len(told) == 5:  # what Excel writes for itself
        return told[4], _lines(f"\n{rest}", told[4])
    return (between := sheet_text.separator(text)), _lines(text, between)


def _lines(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines, begins = [], 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                lines.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error:
        sentence = "This line is no line of a CSV file. Is a quotation mark not closed in it?"
        raise NotRead([Fault(begins, sentence)]) from None
    return lines


def _columns(line: int, headings: list[str]) -> list[str]:
    try:
        return sheet_headings.columns(headings)
    except NotOurs as fault:
        raise OtherTable([Fault(line, str(fault))], to_delete=True) from None
    except ValueError as fault:
        raise NotRead([Fault(line, str(fault))]) from None


def _rows(lines: Sequence[tuple[int, list[str]]], columns: Sequence[str]) -> Iterator[Row]:
    """Each row by its columns; cells beyond the headings are kept under a heading of their own, to be refused."""
    for line, cells in lines:
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
        beyond = " ".join(filter(None, cells[len(columns) :]))
        yield Row(line, named | ({"beyond": beyond} if beyond else {}))

"""Which entry of a file is which row of the record: by the surest sign first, each row taken once."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

Entry = TypeVar("Entry")
Row = TypeVar("Row")
EMPTY: tuple[Hashable, ...] = (None, "")
Sign = tuple[Callable[[Entry], Hashable], Callable[[Row], Hashable]]


def pairs(
    entries: Sequence[Entry], rows: Iterable[Row], *signs: Sign[Entry, Row]
) -> tuple[list[tuple[Entry, Row | None]], list[Row]]:
    """Each entry with its row, or None where it is new; and the rows no entry speaks of. Empty signs match nothing."""
    left = list(rows)
    found: dict[int, Row] = {}
    for of_entry, of_row in signs:
        for position, entry in enumerate(entries):
            wanted = of_entry(entry)
            if position in found or wanted in EMPTY:
                continue
            row = next((row for row in left if of_row(row) == wanted), None)
            if row is not None:
                found[position] = row
                left.remove(row)
    return [(entry, found.get(position)) for position, entry in enumerate(entries)], left

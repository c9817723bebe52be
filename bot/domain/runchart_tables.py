"""The rules over a whole table of series at once: a row for each series, a column for each month, NaN where none is in.

With numpy, 100,000 series of two years take about a second; `runcharts` reads one series with the same arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.domain import runchart_limits as limits

Table = NDArray[np.float64]
Signs = NDArray[np.int8]  # 1 above the median or rising, -1 below or falling, 0 neither
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
SAME = 1e-12  # of a number: 0.15 typed and 0.15 computed as a median are the same


@dataclass(frozen=True)
class Findings:
    """What the rules find in each series; the names are those of `runcharts.Finding`."""

    median: Table
    n_useful: Counts
    longest_run: Counts
    crossings: Counts
    shift: Flags
    trend: Flags
    signal: Flags


def judged(table: Table, *, rules: Literal["anhoej", "perla"], baseline: int | None = None) -> Findings:
    """Judge every series around its own median, that of its first `baseline` columns or of all of them."""
    median = medians(table[:, :baseline])
    return judged_around(median, table, rules=rules)


def judged_around(median: Table, table: Table, *, rules: Literal["anhoej", "perla"]) -> Findings:
    """Judge every series around a line that is given: one number for each."""
    useful, longest, crossings = counted(sides(table, median))
    _, steps, _ = counted(directions(table))
    shift, trend = longest >= limits.SHIFT, steps >= limits.TREND - 1
    if rules == "anhoej":
        unusual = (longest > _looked_up(_longest_run, useful)) | (crossings < _looked_up(_fewest_crossings, useful))
    else:
        runs = crossings + 1
        unusual = (runs < _looked_up(_fewest_runs, useful)) | (runs > _looked_up(_most_runs, useful)) | shift | trend
    return Findings(median, useful, longest, crossings, shift, trend, unusual & (useful >= limits.ENOUGH))


def medians(table: Table) -> Table:
    """The median of what is in; NaN where nothing is."""
    ordered = np.sort(table, axis=1)  # NaN comes last
    present = np.count_nonzero(~np.isnan(table), axis=1)
    each = np.arange(len(table))
    lower: Table = ordered[each, np.maximum(present - 1, 0) // 2]
    upper: Table = ordered[each, present // 2]
    return 0.5 * lower + 0.5 * upper


def sides(table: Table, median: Table) -> Signs:
    """On which side of its median each point lies."""
    line = median[:, np.newaxis]
    apart = np.abs(table - line) > SAME * np.maximum(np.abs(table), np.abs(line))
    return (apart & (table > line)).astype(np.int8) - (apart & (table < line)).astype(np.int8)


def directions(table: Table) -> Signs:
    """Whether each point is higher or lower than the last one before it that is in."""
    present = ~np.isnan(table)
    before = _last_before(present)
    last = np.where(before < 0, np.nan, np.take_along_axis(table, np.maximum(before, 0), axis=1))
    return (table > last).astype(np.int8) - (table < last).astype(np.int8)


def counted(signs: Signs) -> tuple[Counts, Counts, Counts]:
    """How many signs, the most equal ones in a row, and how often they change; zeros neither count nor break a row."""
    present = signs != 0
    before = _last_before(present)
    last = np.where(before < 0, signs, np.take_along_axis(signs, np.maximum(before, 0), axis=1))
    change = present & (last != signs)
    place = np.cumsum(present, axis=1)
    begin = np.maximum.accumulate(np.where(change, place, 1), axis=1)
    longest = (place - begin + 1).max(axis=1)
    return place[:, -1], longest, np.count_nonzero(change, axis=1).astype(np.int64)


def _last_before(present: Flags) -> NDArray[np.int32]:
    """The last column before each one in which something is; -1 where none is."""
    columns = np.where(present, np.arange(present.shape[1], dtype=np.int32), np.int32(-1))
    before = np.full_like(columns, -1)
    np.maximum.accumulate(columns[:, :-1], axis=1, out=before[:, 1:])
    return before


def _looked_up(limit: Callable[[int], int], useful: Counts) -> Counts:
    """The limit for each of these numbers of points."""
    lengths, each = np.unique(useful, return_inverse=True)
    return np.array([limit(int(length)) for length in lengths], dtype=np.int64)[each]


def _longest_run(useful: int) -> int:
    return limits.longest_run(useful) or useful


def _fewest_crossings(useful: int) -> int:
    return limits.fewest_crossings(useful) or 0


def _fewest_runs(useful: int) -> int:
    return (limits.usual_runs(useful) or (0, 0))[0]


def _most_runs(useful: int) -> int:
    return (limits.usual_runs(useful) or (0, useful))[1]

"""The rows a score is judged on: what could be known of each unit at the end of each week, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.domain.bgbb import KEPT, Histories
from bot.domain.stream_file import Expected

FEWEST_MET = 2  # weeks, before a unit has a habit one can speak of
FEWEST_AHEAD = 2  # expected weeks in the time that is foreseen
LATELY = 4  # due dates

Counts = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """A unit at the end of one of its weeks, of each: what was known then, and whether nothing came of it after."""

    unit: Counts  # its place among the names in their order
    week: Counts
    spell: Counts  # the place of the last met week: a silence that begins there is one spell
    silent: Counts  # weeks since the last met one
    missed: Counts  # due dates since the last met one
    below: Numbers  # own mean minus the mean of the last four
    histories: Histories
    left: Flags  # nothing met in the weeks foreseen

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Streams:
    """Every week of every unit, by unit and then by week, with running sums of what was met."""

    names: tuple[str, ...]
    unit: Counts
    week: Counts
    sums: Counts  # met before each place, over all; one longer than the others
    begins: Counts  # where each place's unit begins
    ends: Counts  # where it ends
    first: Counts  # its first met place; its end where there is none
    last: Counts  # the last met place up to here; -1 where there is none

    def met(self, since: Counts, until: Counts) -> Counts:
        """How many are met from one place on to before another."""
        return self.sums[until] - self.sums[since]


def streams(expected: Sequence[Expected]) -> Streams:
    """A file's weeks in order."""
    names = sorted({one.unit for one in expected})
    places = {name: place for place, name in enumerate(names)}
    flat = np.fromiter(chain.from_iterable((places[one.unit], one.week, one.met) for one in expected), dtype=np.int64)
    table = flat.reshape(-1, 3)
    unit, week, met = table[np.lexsort((table[:, 1], table[:, 0]))].T
    here = np.arange(len(unit))
    begins, ends = np.searchsorted(unit, unit, "left"), np.searchsorted(unit, unit, "right")
    met_here = np.flatnonzero(met)
    first = np.append(met_here, len(unit))[np.searchsorted(met_here, begins)]
    last = np.maximum.accumulate(np.where(met == 1, here, -1))
    return Streams(
        names=tuple(names), unit=unit, week=week, sums=np.concatenate([[0], np.cumsum(met)]), begins=begins, ends=ends,
        first=np.minimum(first, ends), last=np.where(last >= begins, last, -1),
    )  # fmt: skip


def rows(every: Streams, horizon: int) -> Rows:
    """A row for each unit and week with a habit to speak of, not silent for the whole horizon, and a known outcome."""
    here = np.arange(len(every.unit))
    met_so_far = every.met(every.begins, here + 1)
    silent = every.week - every.week[every.last]
    ahead = _until(every, horizon)
    scored = (
        (met_so_far >= FEWEST_MET) & (silent < horizon)
        & (ahead - here - 1 >= FEWEST_AHEAD)
        & (every.week + horizon <= every.week[every.ends - 1])
    )  # fmt: skip
    at = here[scored]
    lately = np.maximum(at + 1 - LATELY, every.begins[at])
    own = met_so_far[at] / (at + 1 - every.begins[at])
    return Rows(
        unit=every.unit[at], week=every.week[at], spell=every.last[at], silent=silent[at], missed=at - every.last[at],
        below=np.round(own - every.met(lately, at + 1) / (at + 1 - lately), 12),  # equal means are equal scores
        histories=_histories(every, at), left=every.met(at + 1, ahead[at]) == 0,
    )  # fmt: skip


def at_the_end(every: Streams) -> tuple[Counts, Histories]:
    """Each unit that was ever met, and what its whole record tells."""
    at = np.unique(every.ends) - 1
    at = at[every.last[at] >= 0]
    return every.unit[at], _histories(every, at)


def _until(every: Streams, horizon: int) -> Counts:
    """The place after the last one of the same unit within the horizon."""
    low, high = int(every.week.min()), int(every.week.max())
    wide = high - low + horizon + 1
    key = every.unit * wide + every.week - low
    return np.asarray(np.searchsorted(key, key + horizon, "right"))


def _histories(every: Streams, at: Counts) -> Histories:
    due = np.minimum(at - every.first[at], KEPT)
    since = at + 1 - due
    return Histories(every.met(since, at + 1), np.maximum(every.last[at] + 1 - since, 0), due)

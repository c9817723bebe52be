"""How well a score foresees who falls silent: against plain rules, on any file of who was expected when and came."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain import bgbb
from bot.domain.bgbb import Histories
from bot.domain.stream_rows import Rows, Streams, at_the_end

FOLDS = 5
WEEKS_A_YEAR = 52
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Quality:
    """What a score is worth; None where there is nothing to tell it by. Its names are read by programs."""

    auroc: float | None
    average_precision: float | None
    precision_at_5: float | None
    precision_at_10: float | None
    recall_at_5: float | None
    recall_at_10: float | None
    median_weeks_silent: float | None
    false_alarms_per_unit_year: float | None


def by_default(rows: Rows, horizon: int) -> Numbers:
    """The engine's chance that nothing comes in the horizon, by the prior one has before any history."""
    return bgbb.nothing_met(rows.histories, horizon)


def by_fit(rows: Rows, every: Streams, horizon: int) -> Numbers:
    """The same, each fifth of the units by the prior that the other four fifths give; fifths go by the names' order."""
    units, whole = at_the_end(every)
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        prior = bgbb.fit(_some(whole, np.flatnonzero(units % FOLDS != fold)))
        here = np.flatnonzero(rows.unit % FOLDS == fold)
        scores[here] = bgbb.nothing_met(_some(rows.histories, here), horizon, prior)
    return scores


def quality(scores: Numbers, rows: Rows) -> Quality:
    """Judge a score, higher for those who are likelier to leave, by what came."""
    five, ten = highest(scores, rows, 5), highest(scores, rows, 10)
    alarms = _first_of_spells(five, rows)
    caught = alarms[rows.left[alarms]]
    return Quality(
        auroc=auroc(scores, rows),
        average_precision=average_precision(scores, rows),
        precision_at_5=_precision(five, rows),
        precision_at_10=_precision(ten, rows),
        recall_at_5=_recall(five, rows),
        recall_at_10=_recall(ten, rows),
        median_weeks_silent=float(np.median(rows.silent[caught])) if len(caught) else None,
        false_alarms_per_unit_year=(len(alarms) - len(caught)) / len(rows) * WEEKS_A_YEAR if len(rows) else None,
    )


def auroc(scores: Numbers, rows: Rows) -> float | None:
    """How often somebody who leaves scores higher than somebody who doesn't; equal scores count half."""
    left = int(rows.left.sum())
    if not 0 < left < len(rows):
        return None
    _, place, many = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(many) - (many - 1) / 2)[place]
    return float((ranks[rows.left].sum() - left * (left + 1) / 2) / (left * (len(rows) - left)))


def average_precision(scores: Numbers, rows: Rows) -> float | None:
    """Precision at every height of the score, weighted by the share of those who leave that it adds."""
    if not rows.left.any():
        return None
    _, place, many = np.unique(-scores, return_inverse=True, return_counts=True)
    caught = np.bincount(place, weights=rows.left)
    return float((caught / rows.left.sum() * np.cumsum(caught) / np.cumsum(many)).sum())


def highest(scores: Numbers, rows: Rows, percent: int) -> Places:
    """The highest so many per cent of each week, rounded up; of equals the first names."""
    order = np.lexsort((rows.unit, -scores, rows.week))
    chosen = [week[: math.ceil(len(week) * percent / 100)] for week in _weeks(order, rows)]
    return np.concatenate([np.empty(0, dtype=np.int64), *chosen])


def _weeks(order: Places, rows: Rows) -> Iterator[Places]:
    if len(order):
        yield from np.split(order, np.flatnonzero(np.diff(rows.week[order])) + 1)


def _first_of_spells(chosen: Places, rows: Rows) -> Places:
    """Of rows that raise an alarm, the first of each silence."""
    in_time = chosen[np.lexsort((rows.week[chosen], rows.unit[chosen]))]
    _, first = np.unique(rows.spell[in_time], return_index=True)
    return np.asarray(in_time[first])


def _precision(chosen: Places, rows: Rows) -> float | None:
    return float(rows.left[chosen].mean()) if len(chosen) else None


def _recall(chosen: Places, rows: Rows) -> float | None:
    return float(rows.left[chosen].sum() / rows.left.sum()) if rows.left.any() else None


def _some(histories: Histories, places: Places) -> Histories:
    return Histories(histories.met[places], histories.last[places], histories.due[places])

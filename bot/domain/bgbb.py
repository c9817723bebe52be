"""The chance that somebody goes on, by what they met of their due dates: the beta-geometric/beta-binomial model.

Each has a rate of their own at which they meet due dates, and before each due date a chance of their own to stop for
good; both differ from one to the next by a beta distribution. Fader, Hardie & Shang, Customer-base analysis in a
discrete-time noncontractual setting, Marketing Science 2010;29:1086-1108. It assumes a steady rate and misses that are
independent of each other; holidays break both, so time off is left out of what goes in.

All counts are whole, so every ratio of beta functions is a product of whole steps, and its logarithm a running sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.domain import simplex

KEPT = 26  # due dates; what is older says little about now
SPREAD = 0.7  # how far, in logarithms, a fit may stray from the default at little cost

Counts = NDArray[np.int64]
Numbers = NDArray[np.float64]


class Prior(NamedTuple):
    """How rates (alpha, beta) and chances to stop (gamma, delta) differ among those one knows nothing of yet."""

    alpha: float
    beta: float
    gamma: float
    delta: float


DEFAULT = Prior(0.756, 0.293, 5.998, 428.6)  # of teams and people with due dates, fitted on public event streams


@dataclass(frozen=True)
class Histories:
    """Of each: how many due dates after the first met one were met, which was the last (0: none), how many passed."""

    met: Counts
    last: Counts
    due: Counts

    @classmethod
    def of(cls, streams: Iterable[Sequence[bool]]) -> "Histories":
        """Those of streams of due dates, each met or not, the oldest first; of each the latest 26 count."""
        told = [_told(stream) for stream in streams]
        met, last, due = np.array(told, dtype=np.int64).reshape(-1, 3).T
        return cls(met, last, due)

    def later(self, due: int) -> "Histories":
        """The same after so many more due dates without one that is met."""
        return Histories(self.met, self.last, self.due + due)


def nothing_met(histories: Histories, ahead: int, prior: Prior = DEFAULT) -> Numbers:
    """The chance that none of the next `ahead` due dates is met, of each."""
    return np.asarray(np.exp(log_likelihood(histories.later(ahead), prior) - log_likelihood(histories, prior)))


def still_with_us(histories: Histories, prior: Prior = DEFAULT) -> Numbers:
    """The chance that each has not stopped for good, of each."""
    steady, stopped = _likelihoods(histories, prior)
    return np.asarray(np.exp(steady - np.logaddexp(steady, stopped)))


def log_likelihood(histories: Histories, prior: Prior) -> Numbers:
    """The logarithm of how likely each history is."""
    return np.asarray(np.logaddexp(*_likelihoods(histories, prior)))


def fit(histories: Histories, *, spread: float = SPREAD) -> Prior:
    """The prior under which these histories are likeliest, held near the default; an endless `spread` holds nothing."""
    kinds = np.stack([histories.met, histories.last, histories.due])
    (met, last, due), many = np.unique(kinds, axis=1, return_counts=True)
    known, default = Histories(met, last, due), np.log(DEFAULT)

    def unlikely(logs: Numbers) -> float:
        strayed = float((((logs - default) / spread) ** 2).sum()) / 2
        return strayed - float(many @ log_likelihood(known, Prior(*np.exp(logs))))

    return Prior(*map(float, np.exp(simplex.lowest(unlikely, default))))


def _likelihoods(histories: Histories, prior: Prior) -> tuple[Numbers, Numbers]:
    """How likely each history is if they are still with us, and if they stopped after the last met one; logarithms."""
    met, last, due = histories.met, histories.last, histories.due
    alpha, beta, gamma, delta = prior
    most = int(due.max(initial=0)) + 1
    kept, missed, passed = _steps(alpha, most), _steps(beta, most), _steps(alpha + beta, most)
    stayed, stayed_of = _steps(delta, most), _steps(gamma + delta, most)
    steady = kept[met] + missed[due - met] - passed[due] + stayed[due] - stayed_of[due]
    count = np.arange(most - 1)[None, :]  # due dates before they stopped
    stopped = (
        missed[np.maximum(count - met[:, None], 0)] - passed[count]
        + np.log(gamma) + stayed[count] - stayed_of[count + 1]
    )  # fmt: skip
    possible = (count >= last[:, None]) & (count < due[:, None])
    of_each = np.logaddexp.reduce(np.where(possible, stopped, -np.inf), axis=1, initial=-np.inf)
    return steady, kept[met] + of_each


def _steps(begin: float, count: int) -> Numbers:
    """The logarithms of begin, begin × (begin + 1), …, after none, one, … up to `count` factors."""
    return np.concatenate([[0.0], np.cumsum(np.log(begin + np.arange(count)))])


def _told(stream: Sequence[bool]) -> tuple[int, int, int]:
    if True not in stream:
        return 0, 0, 0
    kept = list(stream[list(stream).index(True) + 1 :])[-KEPT:]
    last = max((place for place, met in enumerate(kept, 1) if met), default=0)
    return sum(kept), last, len(kept)

"""Run charts: a median, what lies around it by chance, and what doesn't; None stands for a missing month.

Rules come in named sets, one at a time, because more rules make more false alarms. A point on the median is no useful
point: it neither adds to a run nor breaks it; and neither does a missing month.

`anhoej`: the longest run on one side and the crossings of the median, against limits that grow with the chart (Anhøj &
Olesen, Run charts revisited, PLoS ONE 2014;9:e113825; as in qicharts2 for R).
`perla`: a shift of 6, a trend of 5, too few or too many runs (Perla, Provost & Murray, The run chart: a simple
analytical tool for learning from variation in healthcare processes, BMJ Quality & Safety 2011;20:46-51).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Literal

from bot.domain import runchart_limits as limits

Rules = Literal["anhoej", "perla"]
Direction = Literal["up", "down", "hold"]
Meaning = Literal["early", "none", "improvement", "look", "change"]
Values = Sequence[float | None]
SUSTAINED = 9  # useful points on one side before a new median is worth a question (so in runcharter for R)


@dataclass(frozen=True)
class Finding:
    """What the rules say of one series. The limits are None, and `signal` is false, while useful points are too few."""

    median: float | None
    n_useful: int
    longest_run: int
    longest_run_limit: int | None
    crossings: int
    crossings_limit: int | None
    shift: bool
    trend: bool
    signal: bool
    rules: Rules
    baseline: int | None


@dataclass(frozen=True)
class Mark:
    """The rows that a rule points at; `toward` is 1 above the median or rising, -1 below it or falling."""

    rule: Literal["run", "trend"]
    rows: tuple[int, ...]
    toward: int


@dataclass(frozen=True)
class Rephase:
    """A new median from row `at` on (the first is 0), drawn by a person who said why, and never by a rule.

    `baseline` is how many rows the new median is of; None takes all that follow.
    """

    at: int
    why: str
    baseline: int | None = None

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise ValueError("A new median needs a word about why.")


@dataclass(frozen=True)
class Phase:
    """A stretch of a chart with one median, from row `first` to before `end`; `toward` is where its signal points."""

    first: int
    end: int
    why: str
    finding: Finding
    sides: tuple[int, ...]
    marks: tuple[Mark, ...]
    toward: int

    @property
    def telling(self) -> list[Mark]:
        """The marks on the signal's own side; a run on the other side is what was before it."""
        return [mark for mark in self.marks if self.toward in (0, mark.toward)]


def judge(values: Values, *, rules: Rules = "anhoej", baseline: int | None = None) -> Finding:
    """What the rules say of a series around the median of its first `baseline` rows, or of all of them."""
    (phase,) = phases(values, rules=rules, baseline=baseline)
    return phase.finding


def phases(
    values: Values, *, rules: Rules = "anhoej", baseline: int | None = None, rephased: Sequence[Rephase] = ()
) -> list[Phase]:
    """A chart's phases, the latest last, each judged around its own median. Raises ValueError for an empty phase."""
    begins = [(0, "", baseline), *((each.at, each.why, each.baseline) for each in rephased)]
    ends = [*(each.at for each in rephased), len(values)]
    if any(begin[0] >= end for begin, end in zip(begins, ends, strict=True)):
        raise ValueError("Each median needs at least one row.")
    return [_phase(values[at:end], at, why, rules, count) for (at, why, count), end in zip(begins, ends, strict=True)]


def meaning(phase: Phase, direction: Direction | None) -> Meaning:
    """What a phase means to people who want the measure to go up or down, or to hold; None is not told."""
    if phase.finding.n_useful < limits.ENOUGH:
        return "early"
    if not phase.finding.signal:
        return "none"
    if direction == "hold":
        return "look"
    if direction is None or not phase.toward:
        return "change"
    return "improvement" if phase.toward == (1 if direction == "up" else -1) else "look"


def sustained(phase: Phase, toward: int) -> tuple[int, ...]:
    """The rows of the first nine useful points in a row above (1) or below (-1) a median that was drawn before them.

    After these one may ask a person whether a new median should be drawn. Empty where there are none.
    """
    begin = phase.finding.baseline or 0
    runs = _stretches("run", phase.sides[begin:], phase.first + begin)
    return next((run.rows[:SUSTAINED] for run in runs if run.toward == toward and len(run.rows) >= SUSTAINED), ())


def _phase(values: Values, first: int, why: str, rules: Rules, baseline: int | None) -> Phase:
    import numpy as np

    from bot.domain import runchart_tables as tables

    table = np.array([values], dtype=np.float64)
    found = tables.judged(table, rules=rules, baseline=baseline)
    useful = int(found.n_useful[0])
    finding = Finding(
        median=None if np.isnan(found.median[0]) else float(found.median[0]),
        n_useful=useful,
        longest_run=int(found.longest_run[0]),
        longest_run_limit=limits.longest_run(useful),
        crossings=int(found.crossings[0]),
        crossings_limit=limits.fewest_crossings(useful),
        shift=bool(found.shift[0]),
        trend=bool(found.trend[0]),
        signal=bool(found.signal[0]),
        rules=rules,
        baseline=baseline,
    )
    sides = tuple(tables.sides(table, found.median)[0].tolist())
    marks = _marks(finding, values, sides, first) if finding.signal else ()
    return Phase(first, first + len(values), why, finding, sides, marks, _toward(finding, first, sides, marks))


def _marks(finding: Finding, values: Values, sides: Sequence[int], first: int) -> tuple[Mark, ...]:
    """The runs, and by Perla's rules the trends, that are longer than chance makes them."""
    runs = _stretches("run", sides, first)
    if finding.rules == "anhoej":
        return tuple(run for run in runs if len(run.rows) > (finding.longest_run_limit or 0))
    shifts = [run for run in runs if len(run.rows) >= limits.SHIFT]
    trends = [trend for trend in _trends(values, first) if len(trend.rows) >= limits.TREND]
    return tuple(sorted([*shifts, *trends], key=lambda mark: mark.rows[-1]))


def _trends(values: Values, first: int) -> list[Mark]:
    """Every rise and every fall with the point it begins at; of equal neighbors only the first counts."""
    present = [(row, value) for row, value in enumerate(values, first) if value is not None]
    distinct = [next(equal) for _, equal in groupby(present, key=itemgetter(1))]
    rows = [row for row, _ in distinct]
    steps = [1 if later > earlier else -1 for (_, earlier), (_, later) in pairwise(distinct)]
    return [
        Mark("trend", tuple(rows[place] for place in (stretch.rows[0] - 1, *stretch.rows)), stretch.toward)
        for stretch in _stretches("trend", steps, 1)
    ]


def _stretches(rule: Literal["run", "trend"], signs: Sequence[int], first: int) -> list[Mark]:
    """Equal signs in a row, zeros skipped."""
    useful = [(row, sign) for row, sign in enumerate(signs, first) if sign]
    return [Mark(rule, tuple(row for row, _ in group), sign) for sign, group in groupby(useful, key=itemgetter(1))]


def _toward(finding: Finding, first: int, sides: Sequence[int], marks: Sequence[Mark]) -> int:
    """Where a signal points: 1 up, -1 down, 0 nowhere.

    The newest mark says so when it stands out from what was before it: a trend, or a run beyond the baseline. A run
    around a median of all rows has its counterpart on the other side: there the later half is held against the earlier.
    """
    if not finding.signal:
        return 0
    newest = marks[-1] if marks else None
    if newest and (newest.rule == "trend" or (finding.baseline and newest.rows[-1] >= first + finding.baseline)):
        return newest.toward
    useful = [side for side in sides if side]
    half = len(useful) // 2
    lean = sum(useful[-half:]) - sum(useful[:half])
    return (lean > 0) - (lean < 0)

"""A measure told apart by a stratum: a run chart for each level on one scale, what they say together, and as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import charts
from bot.cards import chart_sets
from bot.charts import Chart

MOST = 8  # levels that one page holds
CHANCE = "Groups of so few people move a lot by chance."


@dataclass(frozen=True)
class StratifiedChart:
    """The run charts of a stratum's levels in the same months, each titled with its level, one or more."""

    measure: str
    stratum: str
    whose: str
    levels: Sequence[Chart]
    everybody: Sequence[float | None]

    @property
    def title(self) -> str:
        """What is measured, and by what it is told apart."""
        return f"{self.measure} by {self.stratum}"

    @property
    def rules(self) -> str:
        """The name of the rule set."""
        return self.levels[0].rules


def gap(shown: StratifiedChart) -> str:
    """How far apart the levels are in the newest month that has several, in a sentence."""
    first = shown.levels[0]
    row = next((row for row in reversed(range(len(first.labels))) if len(_told(shown, row)) > 1), None)
    if row is None:
        return "No month has numbers of two groups yet, so there is nothing to compare."
    told = _told(shown, row)
    (low, lowest), (high, highest) = (ends(told, key=lambda one: one[1]) for ends in (min, max))
    if lowest == highest:
        return f"In {first.labels[row]} all of them are at {first.shown(lowest)}."
    apart = f"{highest - lowest:.3g} points" if first.unit == "percent" else first.shown(highest - lowest)
    said = f"In {first.labels[row]} {low.title} is at {first.shown(lowest)}, {high.title} at {first.shown(highest)}"
    return f"{said}: {apart} apart.{f' {CHANCE}' if low.is_small(row) or high.is_small(row) else ''}"


def findings(shown: StratifiedChart) -> list[str]:
    """What each level's chart says, in as few words as it takes."""
    return [f"{level.title}: {chart_sets.finding(level)}." for level in shown.levels]


def medians(shown: StratifiedChart) -> list[str]:
    """The new medians that a person drew, and why; each is told once, whichever levels have it."""
    drawn = {(phase.first, phase.why) for level in shown.levels for phase in level.phases if phase.why}
    return [f"New medians from {shown.levels[0].labels[row]} on: {why}." for row, why in sorted(drawn)]


def alt(shown: StratifiedChart) -> str:
    """What the page shows, the finding first; at most what Slack takes."""
    first, last = shown.levels[0].labels[0], shown.levels[0].labels[-1]
    head = f"Run charts of {shown.title}, {shown.whose}, {first} to {last}, by the {shown.rules}."
    return charts.shortened(" ".join([head, gap(shown), *findings(shown), *medians(shown)]))


def pages(shown: StratifiedChart) -> list[StratifiedChart]:
    """A page for every eight levels."""
    parts = [shown.levels[first : first + MOST] for first in range(0, len(shown.levels), MOST)]
    return [StratifiedChart(shown.measure, shown.stratum, shown.whose, part, shown.everybody) for part in parts]


def texts(shown: StratifiedChart) -> list[str]:
    """All of it as lines of text: what they say together, then chart by chart."""
    return ["\n".join([f"{shown.title} – {shown.whose}", gap(shown), *medians(shown)]), *map(charts.text, shown.levels)]


def _told(shown: StratifiedChart, row: int) -> list[tuple[Chart, float]]:
    return [(level, value) for level in shown.levels if (value := level.values[row]) is not None]

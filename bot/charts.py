"""Run charts as people get them: the finding in a sentence, as alt text, and as text; `bot.drawing` makes the picture.

Values are in the measure's own unit (41.0 is 41 percent). Nothing here knows a table, a clock or Slack.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bot.domain import runchart_limits as limits
from bot.domain.runcharts import Direction, Finding, Mark, Meaning, Phase, meaning

Unit = Literal["percent", "days", "rate", "count"]
RULES = {"anhoej": "Anhøj rules", "perla": "Perla rules"}
LEADS: dict[Meaning, str] = {
    "early": "Early days",
    "none": "No signal yet",
    "improvement": "Signal of improvement",
    "look": "Worth a look",
    "change": "A signal",
}
SMALL = 10  # people; a month of fewer is drawn hollow
LONGEST_ALT = 1000  # characters Slack takes with a file
EARLY = "told before the month was over"
MONTH = re.compile(r"(\d{4})-(\d{2})(-01)?")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True)
class Chart:
    """One series with what was found in it; a row is a month, in order, the missing ones too.

    `sizes` are the denominators where there are any; `notes` are the tests and other events at their rows; `gaps` says
    why a row has no point where that is known (“no cases this month”); `early` are the rows told before their month was
    over, and `remarks` are words on a row, both for whoever reads; `spread` are the lowest and the highest of the teams
    whose middle one is the value.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[float | None]
    phases: Sequence[Phase]
    sizes: Sequence[float | None] = ()
    whose: str = ""
    unit: Unit | None = None
    direction: Direction | None = None
    goal: float | None = None
    notes: Sequence[tuple[int, str]] = ()
    gaps: Mapping[int, str] = field(default_factory=dict)
    early: Collection[int] = field(default=(), repr=False)
    remarks: Mapping[int, str] = field(default_factory=dict, repr=False)  # they are in no picture
    spread: Sequence[tuple[float, float] | None] = ()

    @property
    def latest(self) -> Phase:
        """The phase that is judged now."""
        return self.phases[-1]

    @property
    def meaning(self) -> Meaning:
        """What the latest phase means for a measure that is to go this way."""
        return meaning(self.latest, self.direction)

    @property
    def rules(self) -> str:
        """The name of the rule set."""
        return RULES[self.latest.finding.rules]

    @property
    def present(self) -> list[int]:
        """The rows that have a point."""
        return [row for row, value in enumerate(self.values) if value is not None]

    @property
    def events(self) -> list[tuple[int, str]]:
        """What was tried, and the new medians with the words of whoever drew them, by their rows."""
        drawn = [(phase.first, f"new median: {phase.why}") for phase in self.phases if phase.why]
        return sorted([*self.notes, *drawn], key=lambda event: event[0])

    def is_small(self, row: int) -> bool:
        """Whether a row is of so few people that chance moves it a lot."""
        size = self.sizes[row] if self.sizes else None
        return size is not None and size < SMALL

    def shown(self, value: float) -> str:
        """A value as people say it."""
        number = self.short(value)
        return f"{number} day{'' if number == '1' else 's'}" if self.unit == "days" else number

    def between(self, row: int) -> str:
        """From the lowest team to the highest, where a row is of several teams' values; else empty."""
        ends = self.spread[row] if self.spread else None
        return f"{self.short(ends[0])} to {self.shown(ends[1])} over the teams" if ends else ""

    def short(self, value: float) -> str:
        """The same where there is little room."""
        number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return f"{number}%" if self.unit == "percent" else number


def label(month: str) -> str:
    """A month as people write it (Jan 2026) where it is written as 2026-01 or 2026-01-01; else as it is."""
    found = MONTH.fullmatch(month)
    if not found or not 1 <= int(found[2]) <= 12:
        return month
    return f"{MONTHS[int(found[2]) - 1]} {found[1]}"


def sentence(chart: Chart) -> str:
    """The finding in one plain sentence that names the rule set."""
    found = chart.latest.finding
    if found.median is None:
        return "Nothing is in yet."
    since = f" since {chart.labels[chart.latest.first]}" if chart.latest.first else ""
    if chart.meaning == "early":
        more = limits.ENOUGH - found.n_useful
        needed = f"at least {more} more point{' is' if more == 1 else 's are'} needed"
        told = f"Early days{since}: {needed} before the {chart.rules} can tell a signal from chance."
        return f"{told} Those on the median don't count."
    if chart.meaning == "none":
        return f"The {chart.rules} see no signal yet{since}: {reason(chart)}."
    return f"{LEADS[chart.meaning]} by the {chart.rules}{since}: {reason(chart)}."


def reason(chart: Chart) -> str:
    """What the finding rests on, in a few words."""
    found = chart.latest.finding
    median = chart.shown(found.median) if found.median is not None else ""
    if not found.signal:
        return f"so far they can't tell this from chance around a median of {median}"
    if telling := chart.latest.telling:  # the longest says most, and of two as long the newer one
        longest = max(telling, key=lambda mark: (len(mark.rows), mark.rows[-1]))
        return f"{_told(longest, median)}{_since_baseline(chart.latest, longest)}"
    if chart.latest.marks:
        later = "higher" if chart.latest.toward > 0 else "lower"
        return f"{_told(chart.latest.marks[-1], median)} at first, {later} since"
    times = f"{found.crossings} time{'' if found.crossings == 1 else 's'}"
    fewest, most = usual_crossings(found) or (0, found.n_useful)
    if found.crossings > most:
        return f"it crosses the median {times}, where chance usually makes {most} or fewer"
    return f"it crosses the median only {times}, where chance usually makes {fewest} or more"


def usual_crossings(found: Finding) -> tuple[int, int] | None:
    """The fewest and the most crossings that its rules take for chance; None where points are too few to say."""
    if found.rules == "perla" and (runs := limits.usual_runs(found.n_useful)):
        return runs[0] - 1, runs[1] - 1
    return None if found.crossings_limit is None else (found.crossings_limit, found.n_useful)


def subtitle(chart: Chart) -> str:
    """Whose chart it is, and in what it counts."""
    return " · ".join(filter(None, [chart.whose, {"percent": "percent", "days": "days"}.get(chart.unit or "", "")]))


def key(chart: Chart) -> str:
    """What one needs to know to read the picture, the rule set first."""
    present = chart.present
    useful = chart.latest.finding.n_useful
    told = [chart.rules, f"{useful} useful point{'' if useful == 1 else 's'}"]
    for before, after in pairwise(chart.phases):
        if before.finding.median is not None:
            told.append(f"median {chart.short(before.finding.median)} until {chart.labels[after.first - 1]}")
    told += [f"{len(present)} of {len(chart.values)} have a number"] if len(present) < len(chart.values) else []
    told += [f"hollow: of fewer than {SMALL}"] if any(map(chart.is_small, present)) else []
    told += ["shaded: from the lowest team to the highest"] if any(chart.spread) else []
    return " · ".join(told)


def alt(chart: Chart) -> str:
    """What the picture shows, the finding first; at most what Slack takes."""
    present = chart.present
    whose = f", {chart.whose}" if chart.whose else ""
    told = [f"Run chart of {chart.title}{whose}, {chart.labels[0]} to {chart.labels[-1]}.", sentence(chart)]
    if present:
        latest = present[-1]
        beside = [chart.between(latest), EARLY if latest in chart.early else ""]
        ends = "".join(f", {words}" for words in beside if words)
        told.append(f"Latest: {chart.shown(chart.values[latest] or 0.0)} in {chart.labels[latest]}{ends}.")
    told += [_median(chart, phase) for phase in chart.phases if phase.finding.median is not None]
    if chart.goal is not None:
        told.append(f"Goal: {chart.shown(chart.goal)}.")
    if len(present) < len(chart.values):
        told.append(f"{len(present)} of {len(chart.values)} have a number.")
    told += [f"{chart.labels[row]}: {words}." for row, words in chart.notes]
    return shortened(" ".join(told))


def text(chart: Chart) -> str:
    """The whole chart as lines of text, for whoever can't or won't look at a picture."""
    head = f"{chart.title} – {chart.whose}" if chart.whose else chart.title
    goal = f" Goal: {chart.shown(chart.goal)}." if chart.goal is not None else ""
    medians = " ".join(_median(chart, phase) for phase in chart.phases if phase.finding.median is not None)
    width = max(map(len, chart.labels))
    rows = [f"{name:<{width}}  {_row(chart, row)}" for row, name in enumerate(chart.labels)]
    return "\n".join([head, sentence(chart), f"{medians}{goal}".strip(), "", *rows])


def shortened(alt_text: str) -> str:
    """As much of an alt text as Slack takes."""
    return alt_text if len(alt_text) <= LONGEST_ALT else f"{alt_text[: LONGEST_ALT - 1]}…"


def _told(mark: Mark, median: str) -> str:
    count = len(mark.rows)
    if mark.rule == "trend":
        return f"{count} points in a row {'rising' if mark.toward > 0 else 'falling'}"
    return f"{count} points in a row {'above' if mark.toward > 0 else 'below'} the median of {median}"


def _since_baseline(phase: Phase, mark: Mark) -> str:
    """How much of a run is new where it began among the points that the median is of; else empty."""
    begin = phase.first + (phase.finding.baseline or 0)
    since = sum(row >= begin for row in mark.rows)
    return f", {since or 'none'} of them after the baseline" if mark.rows[0] < begin else ""


def _median(chart: Chart, phase: Phase) -> str:
    """A median with what it is of."""
    found = phase.finding
    last = phase.first + (found.baseline or phase.end - phase.first) - 1
    of = f", of {chart.labels[phase.first]} to {chart.labels[min(last, phase.end - 1)]}"
    since = f" from {chart.labels[phase.first]} on" if phase.first else ""
    why = f" ({phase.why})" if phase.why else ""
    return f"Median{since}: {chart.shown(found.median or 0.0)}{of if found.baseline or phase.first else ''}{why}."


def _row(chart: Chart, row: int) -> str:
    value = chart.values[row]
    if value is None:
        told = [chart.gaps.get(row, "not in yet")]
    else:
        phase = next(phase for phase in chart.phases if phase.first <= row < phase.end)
        side = {1: "above", 0: "on", -1: "below"}[phase.sides[row - phase.first]]
        signal = any(row in mark.rows for mark in phase.telling)
        told = [f"{chart.shown(value):>9}", f"{side} the median", *(["in the signal"] if signal else [])]
        told += [f"of {chart.sizes[row]:g}"] if chart.is_small(row) else []
        told += [EARLY] if row in chart.early else []
        told += filter(None, [chart.between(row)])
    remark = [f"“{chart.remarks[row]}”"] if chart.remarks.get(row) else []
    return ", ".join([*told, *(words for at, words in chart.events if at == row), *remark])

"""A team's whole set of run charts: what all of them say in one alt text, and each of them as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import charts
from bot.charts import LEADS, Chart

MOST = 8  # charts that one page holds


@dataclass(frozen=True)
class ChartSet:
    """The charts of a team, one or more, judged by the same rules; each names its measure."""

    whose: str
    charts: Sequence[Chart]

    @property
    def title(self) -> str:
        """What the page is called."""
        return f"Run charts: {self.whose}"

    @property
    def rules(self) -> str:
        """The name of the rule set."""
        return self.charts[0].rules


def alt(shown: ChartSet) -> str:
    """What the page shows, the findings first; at most what Slack takes."""
    count = f"{len(shown.charts)} run chart{'' if len(shown.charts) == 1 else 's'}"
    findings = [f"{chart.title}: {finding(chart)}." for chart in shown.charts]
    return charts.shortened(" ".join([f"{count} of {shown.whose}, by the {shown.rules}.", *findings]))


def finding(chart: Chart) -> str:
    """The finding of one of several, in as few words as it takes, with its newest value."""
    if not chart.present:
        return "nothing is in yet"
    latest, lead = chart.present[-1], LEADS[chart.meaning]
    return f"{lead[:1].lower()}{lead[1:]}, {chart.shown(chart.values[latest] or 0.0)} in {chart.labels[latest]}"


def text(shown: ChartSet) -> str:
    """Every chart as lines of text, one after another."""
    return "\n\n\n".join(map(charts.text, shown.charts))

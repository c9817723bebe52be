"""What a team's numbers say, in three plain lines for somebody who reads no run charts."""

from collections.abc import Iterable

from bot.cards.team_charts import Charted
from bot.domain.runcharts import Meaning

MOST = 3
PLAIN: dict[Meaning, str] = {
    "improvement": "better than before, and by more than chance",
    "look": "worse than before; we are looking into it",
    "change": "different than before, and by more than chance",
    "none": "no clear change yet",
    "early": "too early to tell",
}
CLEAR = ("improvement", "look", "change")


def short(charted: Iterable[Charted]) -> list[str]:
    """The measures that say most, each with its newest value, its goal, and what that means; outcomes go first."""
    present = [one for one in charted if one[1].present]
    return [_line(one) for one in sorted(present, key=_rank)[:MOST]]


def _rank(one: Charted) -> tuple[bool, bool, int]:
    measure, chart = one
    return chart.meaning not in CLEAR, measure.kind != "outcome", measure.position


def _line(one: Charted) -> str:
    measure, chart = one
    newest = chart.present[-1]
    goal = f", goal {chart.shown(chart.goal)}" if chart.goal is not None else ""
    value = chart.shown(chart.values[newest] or 0.0)
    return f"{measure.name}: {value} in {chart.labels[newest]}{goal}; {PLAIN[chart.meaning]}."

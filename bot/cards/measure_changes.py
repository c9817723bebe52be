"""Who changed what in a measure, in words: for whoever opens it, and for whoever wrote at the same time."""

from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import measure_edit, pdsa_facts
from bot.domain.measure_edit import MeasureChange
from bot.domain.measures import Measure

KINDS = {
    "outcome": "Outcome: what people we serve feel",
    "process": "Process: whether we do it",
    "balancing": "Balancing: whether we harm something else",
}
UNITS = {"percent": "Percent", "rate": "A rate", "count": "A count", "days": "Days"}
SHAPES = {
    "proportion": "A share: so many of so many",
    "ratio": "A mean: a sum over a count, such as days per visit",
    "value": "One number",
}
DIRECTIONS = {"up": "Up", "down": "Down", "hold": "Hold where it is"}
CHARTS = {
    "run": "Run chart",
    "p": "p chart: shares",
    "u": "u chart: rates",
    "xmr": "XmR chart: single values",
    "g": "g chart: rare events, counted between them",
    "t": "t chart: rare events, days between them",
}
LABELS = {
    "code": "the code",
    "name": "the name",
    "kind": "what kind it is",
    "unit": "the unit",
    "shape": "how it is counted",
    "direction": "which way is better",
    "goal": "the goal",
    "baseline": "the baseline",
    "baseline_months": "the months of the baseline",
    "numerator": "what is counted",
    "denominator": "of how many",
    "exclusions": "what it is without",
    "strata": "what it is told apart by",
    "lag_months": "how many months later it is known",
    "due_day": "the due day",
    "required": "whether every team owes it",
    "chart": "its chart",
}
MOST = 80  # characters of a text in a sentence


def newest(session: Session, measure: Measure, zone: str) -> str:
    """Who changed it last, and what; empty where nobody did."""
    every = measure_edit.changes_since(session, measure, 0)
    if not every:
        return ""
    last = every[-1]
    what = ", ".join(LABELS.get(name, name) for name in last.fields)
    did = f"changed {what}" if what else "added it"
    return f"{_by(session, last)} {did} on {times.day(times.local_day(last.at, zone))}."


def conflict(session: Session, since: list[MeasureChange]) -> str:
    """Who changed what to what while somebody was writing."""
    told = [
        f"{_by(session, one)} changed "
        + ", ".join(f"{LABELS.get(name, name)} to {_told(after)}" for name, (_, after) in one.fields.items())
        for one in since
    ]
    return f"{'; '.join(told)} while you were writing."


def _by(session: Session, change: MeasureChange) -> str:
    return pdsa_facts.name_of(session, change.person_id) if change.person_id else "The collaborative's file"


def _told(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return pdsa_facts.begun(", ".join(value), MOST)
    return f"{value:g}" if isinstance(value, float) else pdsa_facts.begun(str(value), MOST)

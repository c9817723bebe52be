"""The measures of a collaborative as a list to look after, page by page."""

from datetime import date
from typing import Any

from sqlmodel import Session

from bot.cards.measure_changes import DIRECTIONS
from bot.domain import definitions, measures, months
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure
from bot.errors import Gone

Values = dict[str, Any]
A_PAGE = 40  # measures


def page(session: Session, row: int, number: int) -> Values:
    """One page of the list, the first is 0; beyond the last it is the last."""
    collaborative = session.get(Collaborative, row)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    every = measures.all_of(session, row)
    ended = {one.measure_id: one.since for one in measures.endings(session, row) if one.until is None}
    last = max(len(every) - 1, 0) // A_PAGE
    number = min(number, last)
    shown = every[number * A_PAGE : (number + 1) * A_PAGE]
    return {
        "collaborative": collaborative,
        "lines": [{"measure": one, "facts": _facts(session, one, ended.get(one.id or 0))} for one in shown],
        "page": number,
        "last": last,
        "count": len(every),
    }


def page_with(session: Session, measure: Measure) -> Values:
    """The page on which a measure stands."""
    rows = [one.id for one in measures.all_of(session, measure.collaborative_id)]
    return page(session, measure.collaborative_id, rows.index(measure.id) // A_PAGE)


def _facts(session: Session, measure: Measure, ended: date | None) -> str:
    goal = f"goal {measure.goal:g}" if measure.goal is not None else "no goal"
    version = len(definitions.versions(session, measure)) or 1
    lag = f", {measure.lag_months} months later" if measure.lag_months else ""
    due = f"due on day {measure.due_day}{lag}"
    ends = f"; asked no more from {months.called(ended)} on" if ended else ""
    return f"{measure.kind}, {DIRECTIONS[measure.direction].lower()}, {goal}, {due}, version {version}{ends}"

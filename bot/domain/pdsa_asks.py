"""What there is to ask about a cycle: what happened with its test, and what it taught."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain import pdsa_search
from bot.domain.pdsa import Cycle

UNSTUDIED_FROM = timedelta(days=8)  # empty for more than seven days


def due(session: Session, by: date) -> list[tuple[str, int]]:
    """The tests that are to have run by that day, and their rows."""
    return [(due_key(cycle), cycle.id or 0) for cycle in pdsa_search.due_by(session, by)]


def due_key(cycle: Cycle) -> str:
    """The occasion: this test and its date."""
    return f"pdsa:{cycle.id}:due:{cycle.due.isoformat()}"


def unstudied(session: Session, by: date) -> list[tuple[str, int]]:
    """The tests that ran, of which by that day nobody has said for long what they taught."""
    return [(study_key(cycle), cycle.id or 0) for cycle in pdsa_search.unstudied(session, by - UNSTUDIED_FROM)]


def study_key(cycle: Cycle) -> str:
    """The occasion: this test."""
    return f"pdsa:{cycle.id}:study"


def is_alive(session: Session, row: int) -> bool:
    """Whether it was neither deleted nor taken down."""
    cycle = session.get(Cycle, row)
    return cycle is not None and not cycle.deleted_at and not cycle.purged_at


def number(session: Session, row: int) -> int:
    """The team's number of it."""
    cycle = session.get(Cycle, row)
    return cycle.number if cycle else 0


def owner(session: Session, row: int) -> int | None:
    """Whose test it is."""
    cycle = session.get(Cycle, row)
    return cycle.owner_id if cycle else None


def facts(session: Session, row: int) -> dict[str, Any]:
    """What the questions print."""
    return {"cycle": session.get_one(Cycle, row)}

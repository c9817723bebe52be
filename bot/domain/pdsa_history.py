"""Who changed what in a cycle, in words: for whoever reads it, and for whoever wrote at the same time."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from bot import times
from bot.domain import pdsa_facts
from bot.domain.pdsa import SCALES, TICKS, Cycle, CycleChange
from bot.domain.teams import Team

LABELS = {
    "change": "what we try",
    "prediction": "what we predict",
    "question": "the question",
    "due": "by when",
    "scale": "on how many",
    "carried_out": "whether it ran as planned",
    "happened": "what happened",
    "problems": "what wasn't part of the plan",
    "results": "the result",
    "matched": "whether it was as predicted",
    "learned": "what we learned",
    "next_step": "what comes of it",
    "ticks": "what is in place",
    "objective": "the objective",
    "tasks": "who does what",
    "collecting": "what we count",
    "asked": "who was asked",
    "idea_id": "the change idea",
    "measure_id": "the measure",
}


def history(session: Session, cycle: Cycle, team: Team) -> list[str]:
    """Who changed what, newest first, as the window with everything shows it."""
    changes = select(CycleChange).where(CycleChange.cycle_id == cycle.id).order_by(col(CycleChange.version).desc())
    return [
        f"{pdsa_facts.name_of(session, change.person_id)}, {times.words(change.at, team.timezone)}: "
        + "; ".join(
            f"{LABELS[field]} was {told(session, field, before)}" for field, (before, _) in change.fields.items()
        )
        for change in session.exec(changes.limit(20))
    ]


def conflict(session: Session, since: list[CycleChange]) -> str:
    """Who changed what to what while somebody was writing."""
    if not since:
        return "Somebody moved this cycle on while you were writing."
    changed = [
        f"{pdsa_facts.name_of(session, change.person_id)} changed "
        + ", ".join(f"{LABELS[field]} to {told(session, field, after)}" for field, (_, after) in change.fields.items())
        for change in since
    ]
    return f"{'; '.join(changed)} while you were writing."


def told(session: Session, field: str, value: Any) -> str:
    """What stood in a field, as a sentence quotes it: choices by their names, long words shortened."""
    if value in (None, "", []):
        return "empty"
    if field == "due":
        return times.day(date.fromisoformat(value))
    if field == "scale":
        return SCALES[value]
    if field == "ticks":
        return ", ".join(TICKS[tick].lower() for tick in value)
    if field in ("idea_id", "measure_id"):
        named = pdsa_facts.name_of_idea if field == "idea_id" else pdsa_facts.code_of_measure
        return named(session, value)
    return str(value) if field in ("carried_out", "matched") else f"“{pdsa_facts.begun(str(value))}”"

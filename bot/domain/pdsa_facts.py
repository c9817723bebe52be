"""What a card, a list and a window say about a cycle: facts from the record, in words."""

import re
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import pdsa, prompts
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.measures import Measure
from bot.domain.pdsa import ACT, DECISIONS, SCALES, TICKS, Cycle, CycleChange, Training
from bot.domain.people import Person
from bot.domain.teams import Team

STAGES = {"plan": "planned", "do": "it ran", "study": "learned from", "act": "decided"}
NEXT = {
    "plan": "Next: when it has run, press We ran it.",
    "do": "Next: What did we learn?",
    "study": "Next: Adopt, Adapt or Abandon.",
    "act": "",
}
DECIDED = {
    "adopt": "We keep doing it.",
    "adapt": "We change it and test again.",
    "abandon": "We leave it, and know why.",
}
LABELS = {
    "change": "what we try", "prediction": "what we predict", "question": "the question", "due": "by when", "scale": "on how many",
    "happened": "what happened", "problems": "what was unexpected", "results": "what we saw", "learned": "what we learned",
    "next_step": "what comes of it", "objective": "the objective", "tasks": "who does what", "collecting": "what we count",
    "asked": "who was asked", "idea_id": "the change idea", "measure_id": "the measure", "ticks": "what is in place",
    "matched": "whether it matched", "carried_out": "whether it ran as planned",
}  # fmt: skip


def card(session: Session, cycle: Cycle, now: datetime) -> dict[str, Any]:
    """Everything the cycle's card and window print."""
    team = session.get_one(Team, cycle.team_id)
    successor = pdsa.successor(session, cycle)
    facts: dict[str, Any] = {
        "cycle": cycle, "team": team, "owner": name_of(session, cycle.owner_id), "stage": stage(cycle),
        "scale": SCALES[cycle.scale], "idea": _idea(session, cycle), "measure": _measure(session, cycle),
        "chain": _chain(session, cycle), "prompt": prompts.prompt(moment(session, cycle, team, now)),
        "in_place": ", ".join(TICKS[tick].lower() for tick in cycle.ticks if tick in TICKS), "taught": _taught(session, cycle),
        "decision": DECISIONS.get(cycle.decision, ""), "decided": DECIDED.get(cycle.decision, ""), "next": NEXT[cycle.stage],
        "next_number": successor.number if successor else 0, "edited": cycle.edited_at is not None, "gone": gone(session, cycle),
        "usual_question": pdsa.QUESTION,
    }  # fmt: skip
    return {**facts, "facts": facts}


def gone(session: Session, cycle: Cycle) -> str:
    """What stands on the card of a cycle that was deleted."""
    if not cycle.deleted_at:
        return ""
    return f"Cycle {cycle.number} was deleted by {name_of(session, cycle.deleted_by)}. Its number stays and is not given again."


def stage(cycle: Cycle) -> str:
    """The stage in words, with the decision once there is one."""
    if cycle.stage != ACT:
        return STAGES[cycle.stage]
    return (
        "stopped" if cycle.stopped else {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned"}[cycle.decision]
    )


def moment(session: Session, cycle: Cycle, team: Team, now: datetime) -> prompts.Moment:
    """The cycle as the gentle prompts look at it."""
    return prompts.Moment(
        stage=cycle.stage, scale=cycle.scale, has_prediction=cycle.prediction is not None,
        has_measure=cycle.measure_id is not None, counts_something=bool(cycle.collecting or re.search(r"\d", cycle.prediction or "")),
        first_of_ramp=cycle.parent_id is None, due=cycle.due, today=times.local_day(now, team.timezone), learned=cycle.learned,
        decision=cycle.decision, has_successor=pdsa.successor(session, cycle) is not None,
        decided_on=cycle.decided_at.date() if cycle.decided_at else None,
    )  # fmt: skip


def lines(cycles: list[Cycle]) -> list[dict[str, Any]]:
    """The rows of a list of cycles."""
    return [{"cycle": cycle, "stage": stage(cycle)} for cycle in cycles]


def library(session: Session, collaborative_id: int, words: str) -> list[dict[str, Any]]:
    """The rows of the library: whose test it was, what was tried and what was learned."""
    found = pdsa.library(session, collaborative_id, words)
    teams = {
        team.id: team.name
        for team in session.exec(select(Team).where(col(Team.id).in_({cycle.team_id for cycle in found})))
    }
    return [{"cycle": cycle, "team": teams[cycle.team_id], "decision": stage(cycle)} for cycle in found]


def history(session: Session, cycle: Cycle) -> list[str]:
    """Who changed what, newest first, as the window with everything shows it."""
    changes = select(CycleChange).where(CycleChange.cycle_id == cycle.id).order_by(col(CycleChange.version).desc())
    return [
        f"{name_of(session, change.person_id)}, {times.words(change.at)}: "
        + "; ".join(f"{LABELS.get(field, field)} was “{before}”" for field, (before, _) in change.fields.items())
        for change in session.exec(changes.limit(20))
    ]


def conflict(session: Session, since: list[CycleChange]) -> str:
    """Who changed what while somebody was writing; only the names of the boxes, the words are in the form's windows."""
    if not since:
        return "Somebody moved this cycle on while you were writing."
    told = [
        f"{name_of(session, change.person_id)} changed {', '.join(LABELS.get(field, field) for field in change.fields)}"
        for change in since
    ]
    return f"{'; '.join(told)} while you were writing."


def ideas(session: Session, collaborative_id: int) -> list[tuple[str, str]]:
    """The change package as choices: id and name, in the file's order."""
    rows = session.exec(
        select(ChangeIdea).join(Driver).where(Driver.collaborative_id == collaborative_id).order_by(
            col(Driver.position), col(ChangeIdea.position)
        )
    )  # fmt: skip
    return [(str(idea.id), f"{idea.code} {idea.name}".strip()[:75]) for idea in rows][:100]


def measures(session: Session, collaborative_id: int) -> list[tuple[str, str]]:
    """The measures as choices."""
    rows = session.exec(
        select(Measure).where(Measure.collaborative_id == collaborative_id).order_by(col(Measure.position))
    )
    return [(str(measure.id), f"{measure.code} {measure.name}"[:75]) for measure in rows][:100]


def name_of(session: Session, person_id: int | None) -> str:
    """A person's name for a sentence; without a mention, so that nobody is notified."""
    person = session.get(Person, person_id) if person_id else None
    return person.name if person and person.name else "a team member"


def _idea(session: Session, cycle: Cycle) -> str:
    idea = session.get(ChangeIdea, cycle.idea_id) if cycle.idea_id else None
    return f"{idea.code} {idea.name}".strip() if idea else ""


def _measure(session: Session, cycle: Cycle) -> str:
    measure = session.get(Measure, cycle.measure_id) if cycle.measure_id else None
    return measure.code if measure else ""


def _chain(session: Session, cycle: Cycle) -> str:
    ramp = pdsa.ramp(session, cycle)
    if len(ramp) == 1:
        return ""
    return " → ".join(f"{one.number}: {SCALES[one.scale]}{' (this one)' if one.id == cycle.id else ''}" for one in ramp)


def _taught(session: Session, cycle: Cycle) -> str:
    held, people = session.exec(
        select(func.count(), func.coalesce(func.sum(Training.people), 0)).where(Training.cycle_id == cycle.id)
    ).one()
    return f"Taught {held} time{'s' if held > 1 else ''} to {people} people" if held else ""

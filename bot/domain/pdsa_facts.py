"""What a card, a list and a window say about a cycle: facts from the record, in words."""

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from bot import times
from bot.domain import idea_steals, pdsa, pdsa_search, prompts
from bot.domain.changes import ChangeIdea
from bot.domain.measures import Measure, month_of, not_ended
from bot.domain.pdsa import ACT, DECISIONS, SCALES, TICKS, Cycle
from bot.domain.pdsa_drafts import QUESTION
from bot.domain.pdsa_teaching import Training
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
ANSWERS = {"yes": "Yes", "partly": "Partly", "no": "No"}
Choice = tuple[str, str]
MOST_CHOICES = 100


def card(session: Session, cycle: Cycle, now: datetime) -> dict[str, Any]:
    """Everything the cycle's card and window print."""
    team = session.get_one(Team, cycle.team_id)
    ramp = pdsa.ramp(session, cycle)
    successor = next((one for one in ramp if one.parent_id == cycle.id), None)
    source = idea_steals.source(session, ramp)
    facts: dict[str, Any] = {
        "cycle": cycle,
        "team": team,
        "owner": name_of(session, cycle.owner_id),
        "stage": stage(cycle),
        "scale": SCALES[cycle.scale],
        "idea": name_of_idea(session, cycle.idea_id),
        "measure": code_of_measure(session, cycle.measure_id),
        "chain": _chain(ramp, cycle),
        "credit": idea_steals.credit(session, source) if source else "",
        "shared": idea_steals.shared_as(session, cycle) if cycle.stage == ACT else 0,
        "prompt": prompts.prompt(moment(session, cycle, team, now, after=successor)),
        "when": when(cycle, team),
        "as_planned": "" if cycle.stopped or cycle.carried_out == "yes" else ANSWERS.get(cycle.carried_out, ""),
        "as_predicted": ANSWERS.get(cycle.matched, ""),
        "in_place": ", ".join(TICKS[tick].lower() for tick in cycle.ticks if tick in TICKS),
        "taught": _taught(session, cycle) if cycle.decision == "adopt" else "",
        "decision": DECISIONS.get(cycle.decision, ""),
        "decided": DECIDED.get(cycle.decision, ""),
        "next": NEXT[cycle.stage],
        "next_number": successor.number if successor else 0,
        "edited": cycle.edited_at is not None,
        "gone": gone(session, cycle),
        "usual_question": QUESTION,
    }
    return {**facts, "facts": facts}


def gone(session: Session, cycle: Cycle) -> str:
    """What stands on the card of a cycle that was deleted."""
    if not cycle.deleted_at:
        return ""
    by = name_of(session, cycle.deleted_by)
    return f"Cycle {cycle.number} was deleted by {by}. Its number stays and is not given again."


def stage(cycle: Cycle) -> str:
    """The stage in words, with the decision once there is one."""
    if cycle.stage != ACT:
        return STAGES[cycle.stage]
    return (
        "stopped" if cycle.stopped else {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned"}[cycle.decision]
    )


def when(cycle: Cycle, team: Team) -> str:
    """By when it is to run; once it has, the day: of a test that was told of later, the day on which it was told."""
    if cycle.ran_at is None:
        return f"by {times.day(cycle.due)}"
    if cycle.prediction is None:
        return f"ran {times.day(cycle.due)}"
    told = times.day(times.local_day(cycle.ran_at, team.timezone))
    return f"stopped {told}" if cycle.stopped else f"ran (reported {told})"


def moment(session: Session, cycle: Cycle, team: Team, now: datetime, *, after: Cycle | None) -> prompts.Moment:
    """The cycle as the gentle prompts look at it; `after` is the next one of its ramp."""
    counted = cycle.measure_id or cycle.collecting or re.search(r"\d", cycle.prediction or "")
    return prompts.Moment(
        today=times.local_day(now, team.timezone),
        due=cycle.due,
        stage=cycle.stage,
        scale=cycle.scale,
        prediction=begun(cycle.prediction or ""),
        counts_something=bool(counted),
        first_of_ramp=cycle.parent_id is None,
        ran_on=times.local_day(cycle.ran_at, team.timezone) if cycle.ran_at else None,
        learned=cycle.learned,
        decision=cycle.decision,
        decided_on=times.local_day(cycle.decided_at, team.timezone) if cycle.decided_at else None,
        has_successor=after is not None,
        left_elsewhere=bool(pdsa_search.left_elsewhere(session, cycle)),
    )


def lines(cycles: list[Cycle]) -> list[dict[str, Any]]:
    """The rows of a list of cycles; where a cycle follows another one of the list, with that one's number."""
    numbers = {cycle.id: cycle.number for cycle in cycles}
    return [
        {
            "cycle": cycle,
            "stage": stage(cycle) if cycle.ran_at else f"{stage(cycle)} · by {times.day(cycle.due)}",
            "scale": SCALES[cycle.scale],
            "after": f"after {numbers[cycle.parent_id]}" if cycle.parent_id in numbers else "",
        }
        for cycle in cycles
    ]


def library(session: Session, collaborative_id: int, words: str) -> list[dict[str, Any]]:
    """The rows of the library: whose test it was, what was tried and what was learned."""
    found = pdsa_search.library(session, collaborative_id, words)
    teams = {
        team.id: team for team in session.exec(select(Team).where(col(Team.id).in_({cycle.team_id for cycle in found})))
    }
    return [{"cycle": cycle, "team": teams[cycle.team_id], "decision": stage(cycle)} for cycle in found]


def measures(session: Session, collaborative_id: int, today: date, chosen: int | None = None) -> list[Choice]:
    """The measures that go on, as choices; `chosen` is always among them, also where it has ended."""
    going_on = not_ended(session, collaborative_id, month_of(today))
    kept = session.get(Measure, chosen) if chosen else None
    rows = [*going_on, *([kept] if kept and kept not in going_on else [])]
    return _as_many_as_fit([(str(measure.id), f"{measure.code} {measure.name}"[:75]) for measure in rows], chosen)


def _as_many_as_fit(choices: list[Choice], chosen: int | None) -> list[Choice]:
    """Slack shows a hundred; an edit must not take away a link that lies beyond."""
    beyond = [choice for choice in choices[MOST_CHOICES:] if choice[0] == str(chosen)]
    return [*choices[: MOST_CHOICES - len(beyond)], *beyond]


def name_of(session: Session, person_id: int | None) -> str:
    """A person's name for a sentence; without a mention, so that nobody is notified."""
    person = session.get(Person, person_id) if person_id else None
    return person.name if person and person.name else "a team member"


def begun(text: str, most: int = 200) -> str:
    """The text as far as a sentence can quote it."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0].rstrip() + "…"


def name_of_idea(session: Session, idea_id: int | None) -> str:
    """A change idea as the change package calls it; empty without one."""
    idea = session.get(ChangeIdea, idea_id) if idea_id else None
    return f"{idea.code} {idea.name}".strip() if idea else ""


def code_of_measure(session: Session, measure_id: int | None) -> str:
    """A measure by its code; empty without one."""
    measure = session.get(Measure, measure_id) if measure_id else None
    return measure.code if measure else ""


def _chain(ramp: list[Cycle], cycle: Cycle) -> str:
    if len(ramp) == 1:
        return ""
    return " → ".join(f"{one.number}: {SCALES[one.scale]}{' (this one)' if one.id == cycle.id else ''}" for one in ramp)


def _taught(session: Session, cycle: Cycle) -> str:
    held, people = session.exec(_TAUGHT, params={"cycle": cycle.id}).one()
    return f"Taught {held} time{'s' if held > 1 else ''} to {people} people" if held else ""


_TAUGHT = select(func.count(), func.coalesce(func.sum(Training.people), 0)).where(
    Training.cycle_id == bindparam("cycle")
)

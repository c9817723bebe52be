"""What stands in the forms of a PDSA cycle when they open, and what is read from the quick form when it is sent."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import forms, times
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts
from bot.domain.pdsa import SCALES, Cycle, CycleDraft, Happened, Learned
from bot.domain.teams import Team
from bot.errors import FieldError

A_WEEK = timedelta(days=7)
START_FIELDS = (
    "change", "prediction", "due", "scale", "question", "carried_out", "happened", "problems", "learned", "objective", "tasks",
    "collecting", "asked", "idea", "measure",
)  # fmt: skip


class StartDraft(CycleDraft):
    """The quick form as it is sent: the cycle, and the team where the form asked for it."""

    team: int | None = None


def start(
    session: Session, actor: Actor, team: Team | None, now: datetime, *,
    saved: Mapping[str, Any] | None = None, given: Mapping[str, Any] | None = None, subject: str = "new",
) -> dict[str, Any]:  # fmt: skip
    """A new cycle: empty, or with the words of last time, or with words given."""
    carried = {"team": team.id if team else None, "subject": subject}
    if saved:
        carried |= {"more": bool(saved.get("_more")), "ran": bool(saved.get("_ran"))}
    return {
        **reopened(session, actor, carried, {**(saved or {}), **(given or {})}, now),
        "kept": bool(saved) and not given,
    }


def following(
    session: Session, actor: Actor, team: Team, parent: Cycle, now: datetime, *, saved: Mapping[str, Any]
) -> dict[str, Any]:
    """The next cycle of a ramp: what its parent tried and learned is filled in."""
    carried = {"team": team.id, "parent": parent.id, "subject": f"after:{parent.id}", "more": bool(saved.get("_more"))}
    copied = {
        "change": parent.change, "question": parent.question, "scale": next_scale(parent.scale), "objective": parent.objective,
        "tasks": parent.tasks, "collecting": parent.collecting, "asked": parent.asked, "idea": str(parent.idea_id or ""),
        "measure": str(parent.measure_id or ""),
    }  # fmt: skip
    return {**reopened(session, actor, carried, {**copied, **saved}, now), "kept": bool(saved)}


def reopened(
    session: Session, actor: Actor, carried: dict[str, Any], typed: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The quick form with these words in it, as wide as `carried` says."""
    chosen = typed.get("team") or carried.get("team")
    team = session.get(Team, int(chosen)) if chosen else None
    parent = session.get(Cycle, carried["parent"]) if carried.get("parent") else None
    today = times.local_day(now, team.timezone if team else "UTC")
    form: dict[str, Any] = dict.fromkeys(START_FIELDS, "")
    form |= {"scale": "one_person", "question": pdsa.QUESTION, "carried_out": "yes"}
    form |= {"due": (today if carried.get("ran") else today + A_WEEK).isoformat()}
    kept = START_FIELDS if not carried.get("ran") else tuple(name for name in START_FIELDS if name != "due")
    form |= {name: value for name, value in typed.items() if name in kept}  # a plan's date is no day something ran
    collaborative = team.collaborative_id if team else actor.collaborative_ids[0]
    return {
        "meta": json.dumps(carried), "title": f"After cycle {parent.number}" if parent else "Log a PDSA cycle",
        "source": _source(parent), "kept": False, "more": bool(carried.get("more")), "ran": bool(carried.get("ran")),
        "teams": _teams(session, actor) if not (parent or carried.get("team")) else [], "team": str(chosen or ""), "form": form,
        "scales": SCALES, "ideas": pdsa_facts.ideas(session, collaborative),
        "measures": pdsa_facts.measures(session, collaborative),
    }  # fmt: skip


def read_start(view: Mapping[str, Any]) -> StartDraft:
    """The quick form as a draft; the prediction is required unless the test already ran."""
    draft = forms.read(view, StartDraft)
    if not forms.meta(view).get("ran") and not draft.prediction:
        raise FieldError("prediction", "What's your hunch? A number, even a wild one, makes learning easier.")
    if forms.meta(view).get("ran"):
        draft.prediction = None
    return draft


def check_dates(draft: CycleDraft, team: Team, now: datetime, *, ran: bool) -> None:
    """A plan is for today or later; what already ran, ran by today."""
    today = times.local_day(now, team.timezone)
    if ran and draft.due > today:
        raise FieldError("due", "If it already ran, the day is today or earlier.")
    if not ran and draft.due < today:
        raise FieldError("due", "By when should be today or later. If it already ran, press We already ran it.")
    if draft.due > today + timedelta(days=366):
        raise FieldError("due", "That's more than a year away. Could a smaller test run sooner?")


def already_ran(session: Session, view: Mapping[str, Any], cycle: Cycle, *, by: int, now: datetime) -> None:
    """Write Do and Study at once."""
    pdsa.run(session, cycle, forms.read(view, Happened), by=by, now=now)
    pdsa.learn(session, cycle, forms.read(view, Learned), by=by, now=now)


def next_scale(scale: str) -> str:
    """One step wider, as ramps go: one person, then a few, then a unit."""
    steps = list(SCALES)
    wider = {"one_person": "three_to_five", "one_day": "three_to_five"}.get(scale)
    return wider or steps[min(steps.index(scale) + 1, len(steps) - 1)]


def _source(parent: Cycle | None) -> str:
    if parent is None:
        return ""
    learned = f" You learned: {parent.learned}" if parent.learned else ""
    return f"This follows cycle {parent.number}.{learned}"[:1500]


def _teams(session: Session, actor: Actor) -> list[tuple[str, str]]:
    teams = (session.get(Team, team_id) for team_id in actor.team_ids)
    return [(str(team.id), team.name[:75]) for team in teams if team]

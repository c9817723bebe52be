"""Editing a cycle at any time, with its history, and taking one off the record's face."""

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, known
from bot.domain import pdsa, pdsa_facts
from bot.domain.pdsa import SCALES, TICKS, Cycle, CycleDraft
from bot.domain.teams import Team
from bot.errors import FieldError
from bot.kit import Kit
from bot.routes import Registrar
from handlers.pdsa import show, writable

Body = dict[str, Any]
TEXT = (
    "question",
    "happened",
    "problems",
    "results",
    "learned",
    "next_step",
    "objective",
    "tasks",
    "collecting",
    "asked",
)
REQUIRED = {"do": ("happened",), "study": ("happened", "learned"), "act": ("learned",)}


class Edited(CycleDraft):
    """Everything that can stand in the edit form; boxes the form didn't show are left as they were."""

    due: date
    scale: Literal["one_person", "one_day", "three_to_five", "one_unit", "all_shifts", "whole_site", "spread"]
    happened: str = Field(default="", max_length=3000)
    problems: str = Field(default="", max_length=3000)
    results: str = Field(default="", max_length=3000)
    learned: str = Field(default="", max_length=3000)
    next_step: str = Field(default="", max_length=3000)
    ticks: list[str] = []


class Carried(BaseModel):
    """The ids the form carries: claims, checked again."""

    cycle: int
    version: int


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("pdsa.edit")(open_edit)
    app.view("pdsa.edited")(save_edit)
    app.action("pdsa.delete")(delete_cycle)


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """Open everything the cycle holds at its stage; the prediction only while the test hasn't begun."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, _ = writable(session, actor, int(body["actions"][0]["value"]))
        saved = drafts.kept(session, person=actor.id, form="pdsa.edited", subject=f"cycle:{cycle.id}")
        values = _values(session, cycle, saved)
    answers.open_view(kit, body, "pdsa/edit", values)


def save_edit(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Save what changed and keep what stood there before; the second of two editors sees who changed what."""
    edited, carried = forms.read(view, Edited), Carried.model_validate(forms.meta(view))
    try:
        _save(body, view, kit, edited, carried)
    except pdsa.Conflict as conflict:
        ack(response_action="update", view=_with_conflict(view, kit, conflict, carried))
        return
    ack()


def delete_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """Take the cycle off the lists; its card says so, its number stays."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "pdsa.delete", kit.now())
        actor = access.actor(session, body)
        cycle, _ = writable(session, actor, int(body["actions"][0]["value"]))
        pdsa.delete(session, cycle, by=actor.id, now=kit.now())
        drafts.discard_about(session, f"cycle:{cycle.id}")
        audit.note(session, "pdsa.deleted", by=actor.id, subject=f"cycle:{cycle.id}", now=kit.now())
        show(session, cycle, kit)
        number = cycle.number
    ack()
    answers.say_to(
        kit, {"user": body["user"]}, f"Cycle {number} is deleted. Its card says so; close the form to see it."
    )


def _save(body: Body, view: Body, kit: Kit, edited: Edited, carried: Carried) -> None:
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "pdsa.edited", kit.now())
        actor = access.actor(session, body)
        _, team = writable(session, actor, carried.cycle)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        cycle = pdsa.for_change(session, carried.cycle)
        pdsa.edit(session, cycle, _fields(edited, view, cycle), version=carried.version, by=actor.id, now=kit.now())
        drafts.discard(session, person=actor.id, form="pdsa.edited", subject=f"cycle:{cycle.id}")
        if confirmed:
            audit.note(
                session, "privacy.confirmed", by=actor.id, subject=f"cycle:{cycle.id}", now=kit.now(), fields=confirmed
            )
        show(session, cycle, kit)


def _fields(edited: Edited, view: Body, cycle: Cycle) -> dict[str, Any]:
    """The fields the form showed, as the cycle names them."""
    shown = {str(block.get("block_id")) for block in view["blocks"] if block.get("type") == "input"}
    for name in REQUIRED.get(cycle.stage, ()):
        if name in shown and not getattr(edited, name) and not cycle.stopped:
            raise FieldError(name, "Please leave some words here: they are what others learn from.")
    fields: dict[str, Any] = {"change": edited.change, "due": edited.due, "scale": edited.scale}
    fields |= {name: getattr(edited, name) for name in TEXT if name in shown}
    if "prediction" in shown:
        if not edited.prediction:
            raise FieldError("prediction", "What's your hunch? A number, even a wild one, makes learning easier.")
        fields["prediction"] = edited.prediction
    fields |= {"idea_id": edited.idea} if "idea" in shown else {}
    fields |= {"measure_id": edited.measure} if "measure" in shown else {}
    return fields | ({"ticks": [tick for tick in edited.ticks if tick in TICKS]} if "ticks" in shown else {})


def _values(session: Session, cycle: Cycle, saved: dict[str, Any]) -> dict[str, Any]:
    form = {name: getattr(cycle, name) for name in (*TEXT, "change", "scale", "ticks")}
    form |= {"prediction": cycle.prediction or "", "due": cycle.due.isoformat()}
    form |= {"idea": str(cycle.idea_id or ""), "measure": str(cycle.measure_id or "")}
    form |= {name: value for name, value in saved.items() if name in form}
    team = session.get_one(Team, cycle.team_id)
    carried = {"cycle": cycle.id, "version": cycle.version, "subject": f"cycle:{cycle.id}"}
    return {
        "cycle": cycle, "form": form, "meta": json.dumps(carried), "kept": bool(saved), "scales": SCALES, "ticks": TICKS,
        "ideas": pdsa_facts.ideas(session, team.collaborative_id), "measures": pdsa_facts.measures(session, team.collaborative_id),
    }  # fmt: skip


def _with_conflict(view: Body, kit: Kit, conflict: pdsa.Conflict, carried: Carried) -> dict[str, Any]:
    """The form as it is, with who changed what above it; sent again, it saves over that."""
    with kit.store.reading() as session:
        told = pdsa_facts.conflict(session, conflict.since)
    note = {
        "type": "section", "block_id": f"conflict.{conflict.version}",
        "text": {"type": "plain_text", "text": f"{told} Your own words are below, untouched. Save again to put them in place."},
    }  # fmt: skip
    blocks = [block for block in view["blocks"] if not str(block.get("block_id", "")).startswith("conflict.")]
    meta = {**forms.meta(view), "version": conflict.version}
    kept = {key: view[key] for key in forms.VIEW_KEYS if view.get(key) is not None}
    return {**kept, "blocks": [note, *blocks], "private_metadata": json.dumps(meta)}

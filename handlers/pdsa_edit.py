"""Editing a cycle at any time, with its history, and taking one off the record's face."""

import json
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, times
from bot.domain import change_choices, pdsa, pdsa_edit, pdsa_facts, pdsa_history
from bot.domain.pdsa import ACT, DO, PLAN, SCALES, STUDY, TICKS, Cycle
from bot.domain.pdsa_drafts import CycleDraft
from bot.domain.pdsa_edit import Conflict
from bot.domain.teams import Team
from bot.errors import FieldError
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycle_forms, cycles

Body = dict[str, Any]
EDITED = "pdsa.edited"
REQUIRED = {DO: ("happened",), STUDY: ("happened", "learned"), ACT: ("learned",)}
COLUMNS = {"idea": "idea_id", "measure": "measure_id"}  # boxes whose field has another name
Answer = Literal["", "yes", "partly", "no"]


class Edited(CycleDraft):
    """Everything that can stand in the edit form; boxes the form didn't show are left as they were."""

    due: date
    carried_out: Answer = ""
    happened: str = Field(default="", max_length=3000)
    problems: str = Field(default="", max_length=3000)
    results: str = Field(default="", max_length=3000)
    matched: Answer = ""
    learned: str = Field(default="", max_length=3000)
    next_step: str = Field(default="", max_length=3000)
    ticks: list[str] = Field(default_factory=list)


class Carried(BaseModel):
    """The ids the form carries: claims. `version` is what the writer began from, `seen` the newest they know."""

    cycle: int
    version: int
    seen: int


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("pdsa.edit")(open_edit)
    app.action("pdsa.unedit")(start_over)
    app.view("pdsa.edited")(save_edit)
    app.action("pdsa.delete")(delete_cycle)


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """Open everything the cycle holds at its stage; the prediction only while the test hasn't begun."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, _ = cycles.writable(session, actor, forms.pressed(body))
        saved = drafts.kept(session, person=actor.id, form=EDITED, subject=f"cycle:{cycle.id}")
        values = _values(session, cycle, saved, kit.now())
    answers.open_view(kit, body, "pdsa/edit", values)


def start_over(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the half-written words aside for good and show the cycle as it is saved."""
    ack()
    carried = forms.carried(body["view"], Carried)
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        cycle, _ = cycles.writable(session, actor, carried.cycle)
        drafts.discard(session, person=actor.id, form=EDITED, subject=f"cycle:{cycle.id}")
        values = _values(session, cycle, {}, kit.now())
    kit.typing.forget(str(body["view"]["id"]))
    answers.restart_view(kit, body, kit.templates.render("pdsa/edit", values))


def save_edit(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Save what changed and keep what stood there before; the second of two editors sees who changed what."""
    edited, carried = forms.read(view, Edited), forms.carried(view, Carried)
    try:
        _save(body, view, kit, edited, carried)
    except Conflict as conflict:
        ack(response_action="update", view=_with_conflict(view, kit, edited, conflict))
        return
    ack(**forms.closing(view))


def delete_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """Take the cycle off the lists; its card says so, its number stays."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "pdsa.delete", kit.now())
        actor = access.actor(session, body)
        cycles.writable(session, actor, forms.pressed(body))
        cycle = pdsa.for_change(session, forms.pressed(body))
        ramp = pdsa.ramp(session, cycle)
        pdsa_edit.delete(session, cycle, by=actor.id, now=kit.now())
        drafts.discard_about(session, f"cycle:{cycle.id}")
        audit.note(session, "pdsa.deleted", by=actor.id, subject=f"cycle:{cycle.id}", now=kit.now())
        cycles.show(session, cycle, kit, by=actor.id)
        for other in ramp:
            cycles.show_ramp(session, other, kit)
        sentence = pdsa_facts.gone(session, cycle)
    ack()
    answers.replace_view(kit, body, "pdsa/gone", {"number": cycle.number, "sentence": sentence})


def _save(body: Body, view: Body, kit: Kit, edited: Edited, carried: Carried) -> None:
    with kit.store.transaction() as session:
        inbox.form_once(session, body, EDITED, kit.now())
        actor = access.actor(session, body)
        _, team = cycles.writable(session, actor, carried.cycle)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        cycle = pdsa.for_change(session, carried.cycle)
        fields = _fields(session, edited, view, cycle, team, kit)
        began, seen = carried.version, carried.seen
        pdsa_edit.edit(session, cycle, fields, began=began, seen=seen, by=actor.id, now=kit.now())
        cycles.saved(session, kit, view, cycle, by=actor.id, confirmed=confirmed)
        cycles.show_ramp(session, cycle, kit)


def _fields(session: Session, edited: Edited, view: Body, cycle: Cycle, team: Team, kit: Kit) -> dict[str, Any]:
    """The fields the form showed, as the cycle names them. Raises FieldError for what can't stand there."""
    shown = {str(block.get("block_id")) for block in view["blocks"] if block.get("type") == "input"}
    _check(edited, shown, cycle)
    if cycle.stage == PLAN and edited.due != cycle.due and edited.due < times.local_day(kit.now(), team.timezone):
        raise FieldError("due", "By when should be today or later. If it already ran, press We ran it on the card.")
    cycle_forms.check_links(session, team.collaborative_id, idea=edited.idea, measure=edited.measure)
    boxes = {name: getattr(edited, name) for name in Edited.model_fields if name in shown}
    if "ticks" in boxes:
        boxes["ticks"] = [tick for tick in edited.ticks if tick in TICKS]
    return {COLUMNS.get(name, name): value for name, value in boxes.items()}


def _check(edited: Edited, shown: set[str], cycle: Cycle) -> None:
    for name in REQUIRED.get(cycle.stage, ()):
        if name in shown and not getattr(edited, name) and not cycle.stopped:
            raise FieldError(name, "Please leave some words here: they are what others learn from.")
    if "prediction" in shown and not edited.prediction:
        raise FieldError("prediction", cycle_forms.HUNCH)


def _values(session: Session, cycle: Cycle, saved: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What stands in the form: the record, and over it what this person had half-written, from whatever they began."""
    began = int(saved.get("_version", cycle.version))
    before = pdsa_edit.as_of(session, cycle, began)
    form = {name: getattr(cycle, COLUMNS.get(name, name)) for name in Edited.model_fields}
    form |= {"due": cycle.due.isoformat(), "prediction": cycle.prediction or ""}
    form |= {"idea": str(cycle.idea_id or ""), "measure": str(cycle.measure_id or "")}
    theirs = {
        name: value
        for name, value in saved.items()
        if name in form and value != _shown(before[COLUMNS.get(name, name)])
    }
    carried = Carried(cycle=cycle.id or 0, version=cycle.version, seen=cycle.version)
    today = times.local_day(now, session.get_one(Team, cycle.team_id).timezone)
    since = pdsa_edit.changes_since(session, cycle, began)
    return {
        "cycle": cycle,
        "form": {**form, **theirs},
        "package": change_choices.any_in(session, cycle.collaborative_id),
        "idea": change_choices.label(session, cycle.collaborative_id, str({**form, **theirs}["idea"])),
        "meta": json.dumps({**carried.model_dump(), "subject": f"cycle:{cycle.id}"}),
        "kept": bool(theirs),
        "since": pdsa_history.conflict(session, since) if theirs and since else "",
        "scales": SCALES,
        "ticks": TICKS,
        "measures": pdsa_facts.measures(session, cycle.collaborative_id, today, cycle.measure_id),
    }


def _shown(value: Any) -> Any:
    """A field's value as a form tells it: choices are told by text."""
    return str(value or "") if isinstance(value, int | None) else value


def _with_conflict(view: Body, kit: Kit, edited: Edited, conflict: Conflict) -> dict[str, Any]:
    """The form as it is, with who changed what above it; sent again, it saves the writer's own changes over that."""
    with kit.store.reading() as session:
        told = pdsa_history.conflict(session, conflict.since)
    sentence = f"{told} Your own words are below, untouched. Save again to put what you changed in place."
    blocks = forms.asking(view, {}, "conflict.")["blocks"]
    if conflict.cycle.stage != PLAN:
        blocks = [_as_it_stands(block, edited, conflict.cycle) for block in blocks]
    note = _note(f"conflict.{conflict.cycle.version}", sentence)
    meta = {**forms.meta(view), "seen": conflict.cycle.version}
    return {**forms.as_sent(view), "blocks": [note, *blocks], "private_metadata": json.dumps(meta)}


def _as_it_stands(block: dict[str, Any], edited: Edited, cycle: Cycle) -> dict[str, Any]:
    """The test began meanwhile: in place of the prediction's box stands what it is, and what the writer had put."""
    if block.get("block_id") != "prediction":
        return block
    stands = f"The test has begun meanwhile, so the prediction stands as it was: {(cycle.prediction or '')[:1200]}"
    yours = f"\n\nYou had written: {(edited.prediction or '')[:1200]}" if edited.prediction != cycle.prediction else ""
    return _note("predicted", f"{stands}{yours}")


def _note(block_id: str, sentence: str) -> dict[str, Any]:
    return {"type": "section", "block_id": block_id, "text": {"type": "plain_text", "text": sentence[:3000]}}

"""What stands in the form of a measure when it opens, and what is read from it when it is sent."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field
from sqlmodel import Session

from bot import drafts, forms, times
from bot.access import Actor
from bot.cards import measure_changes
from bot.domain import definitions, measure_edit, measures, months
from bot.domain.collaborative_file import values as file_values
from bot.domain.collaboratives import Collaborative
from bot.domain.measure_edit import FIELDS, Conflict
from bot.domain.measures import Measure
from bot.errors import FieldError, FieldErrors
from bot.kit import Kit

Body = dict[str, Any]
Values = dict[str, Any]
FORM = "measures.edited"
USUAL: Values = {
    "code": "", "name": "", "kind": "process", "unit": "percent", "shape": "proportion", "direction": "up",
    "goal": None, "baseline": None, "baseline_months": 0, "numerator": "", "denominator": "", "exclusions": "",
    "strata": [], "lag_months": 0, "due_day": 15, "required": False, "chart": "",
}  # fmt: skip
NUMBERS = ("goal", "baseline", "baseline_months", "lag_months", "due_day")
DEFINED = ("numerator", "denominator", "exclusions")
BEFORE, AFTER = 6, 6  # months from which a new measure may be asked, around this one
SURE, COUNTS = "sure", "sure.counts"


def _lines(text: Any) -> Any:
    """A stratum a line."""
    return [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else text


def _ticked(ticks: Any) -> Any:
    return bool(ticks)


Count = Annotated[float | None, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]


class Edited(BaseModel):
    """Everything that can stand in the form, each as the file would have it."""

    code: file_values.Code = ""
    name: file_values.Name = ""
    kind: Literal["outcome", "process", "balancing"] = "process"
    unit: Literal["percent", "rate", "count", "days"] = "percent"
    shape: Literal["proportion", "ratio", "value"] = "proportion"
    direction: Literal["up", "down", "hold"] = "up"
    goal: Count = None
    baseline: Count = None
    baseline_months: Count = 0
    numerator: file_values.Text = ""
    denominator: file_values.Text = ""
    exclusions: file_values.Text = ""
    strata: Annotated[list[file_values.Line], BeforeValidator(_lines)] = []
    lag_months: Count = 0
    due_day: Count = None
    required: Annotated[bool, BeforeValidator(_ticked)] = False
    chart: Literal["", "run", "p", "u", "xmr", "g", "t"] = ""


class Carried(BaseModel):
    """What the form carries: claims. `version` is what its writer began from, `seen` the newest that they know."""

    measure: int = 0  # none yet where one is added
    collaborative: int
    version: int = 0
    seen: int = 0
    more: bool = False
    subject: str


def written(session: Session, view: Body, measure: Measure | None, carried: Carried) -> Values:
    """The fields that the form showed. Raises FieldErrors for what can't stand there, each in words on its box."""
    edited, shown = forms.read(view, Edited), boxes(view)
    written = {name: getattr(edited, name) for name in FIELDS if name in shown}
    others = [one for one in measures.all_of(session, carried.collaborative) if one is not measure]
    whole = (_stands(measure) if measure else USUAL) | written
    found = measure_edit.faults(session, measure, whole, others)
    found |= {name: "Please fill this in." for name in ("name", "code") if not whole[name]}
    if found:
        first = shown[0]
        raise FieldErrors({name if name in shown else first: words for name, words in found.items()})
    return {name: int(value) if name in measure_edit.RANGES else value for name, value in written.items()}


def check_first(session: Session, collaborative: int, fields: Values, kit: Kit) -> None:
    """No team is asked for what was due before it was asked. Raises FieldError for such a first month."""
    due = measures.due_on(Measure(**fields), fields["begins"], session.get_one(Collaborative, collaborative).holidays)
    if due < _today(session, collaborative, kit):
        raise FieldError(
            "begins",
            f"Its numbers were due on {times.day(due)}, and no team was asked for them. Please choose a later month; "
            "earlier ones can come in a file.",
        )


def opened(session: Session, kit: Kit, actor: Actor, measure: Measure | None, collaborative: int) -> Values:
    """The form as it opens: the record, and over it what this person had half-written, from whatever they began."""
    subject = f"measure:{measure.id}" if measure else f"measures:{collaborative}"
    saved = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
    at = measure.version if measure else 0
    carried = Carried(
        measure=measure.id or 0 if measure else 0, collaborative=collaborative, version=at, seen=at,
        more=bool(saved.get("_more")), subject=subject,
    )  # fmt: skip
    if measure is None:
        return shown(session, kit, None, carried, saved, kept=bool(saved))
    began = int(saved.get("_version", at))
    before = _as_boxes(measure_edit.as_of(session, measure, began))
    theirs = {name: value for name, value in saved.items() if name in before and value != before[name]}
    since = measure_edit.changes_since(session, measure, began) if theirs else []
    told = measure_changes.conflict(session, since) if since else ""
    return shown(session, kit, measure, carried, theirs, kept=bool(theirs), since=told)


def shown(
    session: Session, kit: Kit, measure: Measure | None, carried: Carried, typed: Mapping[str, Any], *,
    kept: bool = False, since: str = "",
) -> Values:  # fmt: skip
    """Everything the form prints, with these words in it."""
    this = this_month(session, carried.collaborative, kit)
    zone = session.get_one(Collaborative, carried.collaborative).timezone
    offered = [measures.moved(this, count) for count in range(-BEFORE, AFTER + 1)]
    return {
        "measure": measure,
        "form": _as_boxes(_stands(measure) if measure else USUAL)
        | {"begins": _next_asked(session, carried, kit)}
        | {**typed},
        "version": len(definitions.versions(session, measure)) or 1 if measure else 1,
        "changed": measure_changes.newest(session, measure, zone) if measure else "",
        "more": carried.more,
        "kept": kept,
        "since": since,
        "months": [(f"{month:%Y-%m}", months.called(month)) for month in offered],
        "kinds": measure_changes.KINDS,
        "shapes": measure_changes.SHAPES,
        "units": measure_changes.UNITS,
        "directions": measure_changes.DIRECTIONS,
        "charts": measure_changes.CHARTS,
        "meta": carried.model_dump_json(),
    }


def with_theirs(view: Body, kit: Kit, conflict: Conflict) -> dict[str, Any]:
    """The form as it is, with who changed what above it; sent again, it saves the writer's own changes over that."""
    with kit.store.reading() as session:
        told = measure_changes.conflict(session, conflict.since)
    sentence = f"{told} Your own words are below, untouched. Save again to put what you changed in place."
    blocks = forms.asking(view, {}, "conflict.")["blocks"]
    note = {
        "type": "section", "block_id": f"conflict.{conflict.measure.version}",
        "text": {"type": "plain_text", "text": sentence[:3000]},
    }  # fmt: skip
    meta = {**forms.meta(view), "seen": conflict.measure.version}
    return {**forms.as_sent(view), "blocks": [note, *blocks], "private_metadata": json.dumps(meta)}


def question() -> dict[str, Any]:
    """Whether other words count something else."""
    options = {"anew": "Yes, from now on: a new version", "reworded": "No, the same in clearer words"}
    return {
        "type": "input", "block_id": COUNTS, "label": {"type": "plain_text", "text": "Is something else counted now?"},
        "element": {
            "type": "radio_buttons", "action_id": "value",
            "options": [
                {"text": {"type": "plain_text", "text": words}, "value": value} for value, words in options.items()
            ],
        },
    }  # fmt: skip


def _stands(measure: Measure) -> Values:
    return {name: getattr(measure, name) for name in FIELDS}


def _as_boxes(fields: Mapping[str, Any]) -> Values:
    """Fields as a form tells them."""
    told: Values = {**fields, "strata": "\n".join(fields["strata"]), "required": ["yes"] if fields["required"] else []}
    return told | {name: "" if fields[name] is None else f"{fields[name]:.12g}" for name in NUMBERS}


def boxes(view: Mapping[str, Any]) -> list[str]:
    """Which boxes the form shows."""
    return [str(block.get("block_id")) for block in view["blocks"] if block.get("type") == "input"]


def _next_asked(session: Session, carried: Carried, kit: Kit) -> str:
    """The newest month whose numbers are usually still to come."""
    today = _today(session, carried.collaborative, kit)
    month = measures.moved(measures.month_of(today), 0 if today.day > USUAL["due_day"] else -1)
    return f"{month:%Y-%m}"


def this_month(session: Session, collaborative: int, kit: Kit) -> date:
    """The month it is where the collaborative is."""
    return measures.month_of(_today(session, collaborative, kit))


def _today(session: Session, collaborative: int, kit: Kit) -> date:
    return times.local_day(kit.now(), session.get_one(Collaborative, collaborative).timezone)

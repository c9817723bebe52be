"""A form → a draft of the record, or a sentence on the right box; and the guard's question in the open form."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot import privacy
from bot.errors import BotError, FieldError, FieldErrors, Gone
from bot.guard import marks

VIEW_KEYS = "type title submit close blocks private_metadata callback_id clear_on_close notify_on_close".split()
TYPED = ("plain_text_input", "number_input")
BOXES = ("value", "value.anew")  # what is done in a box with words; the other one where it is shown anew
KEPT = "kept"  # the block that says whose words stand in the form; below a box, `kept.…` has those that it can't hold
Draft = TypeVar("Draft", bound=BaseModel)
SENTENCES = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "date_from_datetime_parsing": "Please choose a date.",
    "int_parsing": "Please give a whole number.",
}


class AskAgain(BotError):
    """The form stays open with the words in it; `view` carries the question."""

    def __init__(self, view: dict[str, Any]) -> None:
        super().__init__("The form asks something before it can be saved.")
        self.view = view


def values(view: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the form now: block id → text, date, option or options; empty boxes are left out."""
    found: dict[str, Any] = {}
    for block_id, elements in _state(view).items():
        for element in elements.values():
            value = _value(element)
            if value not in (None, "", []):
                found[block_id] = value
    return found


def shown_anew(view: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The form `after` it, in which each box shows what it says: in a box of the same name Slack keeps what stood."""
    names = {str(block.get("block_id")): block["element"]["action_id"] for block in _inputs(view)}
    typed = values(view)
    for block in _inputs(after):
        name, element = names.get(block["block_id"]), block["element"]
        if name in BOXES:
            says_else = _says(element) != typed.get(block["block_id"], "")
            element["action_id"] = BOXES[1 - BOXES.index(name)] if says_else else name
    return after


def _says(element: Mapping[str, Any]) -> str:
    """With what a box is opened."""
    chosen = (element.get("initial_option") or {}).get("value")
    return str(chosen or element.get("initial_value") or element.get("initial_date") or "")


def _inputs(view: Mapping[str, Any]) -> list[Any]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def menus(view: Mapping[str, Any], block: str) -> dict[str, Any]:
    """What is chosen in a block of several menus: action id → option or options."""
    chosen = {action: _value(element) for action, element in _state(view).get(block, {}).items()}
    return {action: value for action, value in chosen.items() if value not in (None, "", [])}


def read(view: Mapping[str, Any], draft: type[Draft]) -> Draft:
    """The form as a draft; each block id is a field's name. Raises FieldErrors with a sentence for each box."""
    return as_draft(values(view), draft)


def as_draft(filled_in: Mapping[str, Any], draft: type[Draft]) -> Draft:
    """The same for values that were already taken out of the form."""
    try:
        return draft.model_validate({name: value for name, value in filled_in.items() if name in draft.model_fields})
    except ValidationError as error:
        raise FieldErrors({str(fault["loc"][0]): _sentence(dict(fault)) for fault in error.errors()}) from error


def meta(view: Mapping[str, Any]) -> dict[str, Any]:
    """The ids a form carries for itself; they are claims, checked again at every use."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def carried(view: Mapping[str, Any], ids: type[Draft]) -> Draft:
    """The same ids, each of the kind it has to be. Raises Gone where they aren't."""
    try:
        return ids.model_validate(meta(view))
    except ValidationError as error:
        raise Gone(
            "This form isn't in use any more. Your words are still here: please copy them into a new one."
        ) from error


def pressed(body: Mapping[str, Any]) -> int:
    """The row a button speaks of: a claim, checked again. Raises Gone where it is none."""
    value = str(body["actions"][0].get("value", ""))
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Gone("This button isn't in use any more. The newest card and All actions have those that are.")
    return int(value)


def guard(view: Mapping[str, Any], known: privacy.Known) -> list[str]:
    """Ask, in the open form, about words that look like a patient's details.

    Returns the names of the fields the writer confirmed (for the audit trail). Raises AskAgain where something
    looks like an identifier and isn't confirmed; the words themselves go nowhere but back into the form.
    """
    typed = free_text(view)
    caught = {name: hits for name, text in typed.items() if (hits := privacy.look(text, known=known))}
    ticked = values(view)
    if any(ticked.get(marks.tick_of(name, typed[name])) != ["confirmed"] for name in caught):
        raise AskAgain({**as_sent(view), "blocks": marks.questions(view["blocks"], typed, caught)})
    return sorted(caught)


def asked_still(view: Mapping[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The form `after` it, with what the guard asked about words that still stand there: Slack keeps each tick."""
    return {**after, "blocks": marks.asked_still(view["blocks"], free_text(view), after["blocks"])}


def safe_to_keep(view: Mapping[str, Any], known: privacy.Known) -> dict[str, Any]:
    """What may be kept as a draft: everything but the boxes whose words the guard would ask about."""
    typed = free_text(view)
    return {
        name: value
        for name, value in values(view).items()
        if not name.startswith(marks.GUARD) and not (name in typed and privacy.look(typed[name], known=known))
    }


def faulted(view: Mapping[str, Any], fault: FieldError | FieldErrors) -> dict[str, Any]:
    """The form with what can't be so below each box: Slack says it there itself only where nothing else changes."""
    sentences = fault.sentences if isinstance(fault, FieldErrors) else {fault.field: str(fault)}
    blocks: list[dict[str, Any]] = []
    for block in view["blocks"]:
        blocks.append(block)
        if said := sentences.get(block.get("block_id", "")):
            blocks.append({"type": "section", "text": {"type": "plain_text", "text": said}})
    return {**view, "blocks": blocks}


def was_typed_in(view: Mapping[str, Any]) -> bool:
    """Whether any box holds other words or numbers than it was opened with."""
    typed = values(view)
    boxes = (block for block in view.get("blocks", ()) if block.get("type") == "input")
    return any(
        typed.get(str(box["block_id"]), "") != box["element"].get("initial_value", "")
        for box in boxes
        if box["element"].get("type") in TYPED
    )


def emptied(view: Mapping[str, Any]) -> dict[str, Any]:
    """The same form with nothing written in it."""
    blocks = [_emptied(one) for one in view["blocks"] if str(one.get("block_id")).partition(".")[0] != KEPT]
    return {**as_sent(view), "blocks": blocks}


def asking(view: Mapping[str, Any], below: Mapping[str, list[dict[str, Any]]], mark: str) -> dict[str, Any]:
    """The form with these blocks right below its boxes; those of before, whose ids begin with the mark, are gone.

    So is what the guard asked about other words than those that stand there.
    """
    blocks: list[dict[str, Any]] = []
    for block in marks.cleared(view["blocks"], free_text(view)):
        name = str(block.get("block_id", ""))
        blocks += [] if name.startswith(mark) else [block, *below.get(name, ())]
    return {**as_sent(view), "blocks": blocks}


def with_faults(view: Mapping[str, Any], sentences: Mapping[str, str]) -> dict[str, Any]:
    """The form with a sentence below each of these boxes, in place of what was marked in it before."""
    return {**as_sent(view), "blocks": marks.faults(view["blocks"], free_text(view), sentences)}


def free_text(view: Mapping[str, Any]) -> dict[str, str]:
    """The boxes in which people type."""
    found = {}
    for block_id, elements in _state(view).items():
        for element in elements.values():
            if element.get("type") == "plain_text_input" and element.get("value"):
                found[block_id] = str(element["value"])
    return found


def as_sent(view: Mapping[str, Any]) -> dict[str, Any]:
    """The view as it was opened, out of what Slack tells about it, to be shown again with a change."""
    return {key: view[key] for key in VIEW_KEYS if view.get(key) is not None}


def closing(view: Mapping[str, Any]) -> dict[str, Any]:
    """How a saved form goes: with the windows below it, whose buttons are of before."""
    return {"response_action": "clear"} if view.get("previous_view_id") else {}


def first_box(view: Mapping[str, Any]) -> str | None:
    """Where a sentence about the whole form can stand."""
    return next((str(block["block_id"]) for block in view.get("blocks", ()) if block.get("type") == "input"), None)


def _state(view: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What Slack tells of the boxes; of a form that was only looked at it may tell nothing."""
    state: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    return state


def _emptied(block: Mapping[str, Any]) -> dict[str, Any]:
    if block.get("type") != "input" or "initial_value" not in block["element"]:
        return dict(block)
    return {**block, "element": {name: value for name, value in block["element"].items() if name != "initial_value"}}


def _value(element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or ()]
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    for name in ("value", "selected_date", "selected_time", "selected_user", "selected_conversation"):
        if element.get(name):
            return element[name] if str(element[name]).strip() else None
    return None


def _sentence(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "string_too_long":
        return f"At most {fault['ctx']['max_length']:,} characters fit here. Please shorten it."
    return SENTENCES.get(str(fault["type"]), "This can't be used here. Please choose or write it again.")

"""The things people fill in: what each holds at first, what it accepts, and what Slack says when it is not right."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from bot.sandbox.things import Offered, Values

Json = dict[str, Any]
Given = str | int | float | list[str] | None

HOLDS: dict[str, str] = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
STARTS: dict[str, str] = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
MANY = frozenset(("selected_options", "selected_users", "selected_channels", "selected_conversations", "files"))
REQUIRED = "Please complete this required field."


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the block it stands in, top to bottom."""
    for block in blocks:
        if block["type"] == "input":
            yield block, block["element"]
        elif block["type"] == "section" and "accessory" in block:
            yield block, block["accessory"]
        elif block["type"] in ("actions", "context_actions"):
            for element in block["elements"]:
                yield block, element
        elif block["type"] == "card":
            for element in block.get("actions", []):
                yield block, element
        elif block["type"] == "carousel":
            yield from elements(block["elements"])
        elif block["type"] == "container":
            yield from elements(block["child_blocks"])


def fresh(blocks: list[Json]) -> Values:
    """What a form holds when it has just been opened."""
    values: Values = {}
    for block, element in elements(blocks):
        if element["type"] in HOLDS:
            values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def carried(before: Values, blocks: list[Json]) -> Values:
    """What a form holds after an update: words survive where block_id, action_id and the kind of input are the same."""
    values = fresh(blocks)
    for block_id, actions in values.items():
        for action_id, state in actions.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == state["type"]:
                actions[action_id] = old
    return values


def state_for(element: Json, given: Given) -> Json:
    """The state of an element after a person gave it a value; ValueError says in a sentence why it cannot take it."""
    kind = element["type"]
    holds = HOLDS[kind]
    if given is None or given == "" or given == []:
        return {"type": kind, holds: [] if holds in MANY else None}
    if holds == "selected_option":
        return {"type": kind, holds: option(element, str(given))}
    if holds == "selected_options":
        chosen = given if isinstance(given, list) else [str(given)]
        return {"type": kind, holds: [option(element, value) for value in chosen]}
    if holds in MANY:
        return {"type": kind, holds: given if isinstance(given, list) else [str(given)]}
    if holds == "rich_text_value":
        leaf = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(given)}]}
        return {"type": kind, holds: {"type": "rich_text", "elements": [leaf]}}
    if holds == "selected_date_time":
        return {"type": kind, holds: int(str(given))}
    _check_calendar(kind, str(given))
    return {"type": kind, holds: str(given)}


def offering(block: Json, element: Json, values: Values, offered: Offered) -> Json:
    """The element with its choices in it; those of a menu that asks are what the app gave last, and what is chosen."""
    if not element["type"].endswith("external_select"):
        return element
    there = list(offered.get((block["block_id"], element["action_id"]), ()))
    state = values.get(block["block_id"], {}).get(element["action_id"], {})
    chosen = state.get("selected_option"), *(state.get("selected_options") or ())
    first = element.get("initial_option"), *element.get("initial_options", ())
    return {**element, "options": [*there, *(one for one in (*chosen, *first) if one)]}


def choices(of: Json) -> list[Json]:
    """All options of an element, or of an app's answer, in groups or not."""
    grouped = [choice for group in of.get("option_groups", []) for choice in group["options"]]
    return [*of.get("options", []), *grouped]


def option(element: Json, value: str) -> Json:
    """The option a person means, by its value or else by its words."""
    offered = choices(element)
    for choice in offered:
        if choice.get("value") == value:
            return dict(choice)
    for choice in offered:
        if choice["text"]["text"] == value:
            return dict(choice)
    raise ValueError(f"“{value}” is not among the choices: {', '.join(o['text']['text'] for o in offered)}.")


def problems(blocks: list[Json], values: Values) -> dict[str, str]:
    """What Slack itself objects to before it sends a form, by block_id."""
    found = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or element["type"] not in HOLDS:
            continue
        state = values[block["block_id"]][element["action_id"]]
        sentence = _problem(element, state[HOLDS[element["type"]]], required=not block.get("optional"))
        if sentence:
            found[block["block_id"]] = sentence
    return found


def _initial(element: Json) -> Json:
    holds = HOLDS[element["type"]]
    start = element.get(STARTS.get(holds, ""))
    if start is None and holds in MANY:
        start = []
    return {"type": element["type"], holds: start}


def _problem(element: Json, value: Any, *, required: bool) -> str | None:
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return REQUIRED if required else None
    checks = {
        "plain_text_input": _length,
        "number_input": _number,
        "email_text_input": _email,
        "url_text_input": _url,
    }
    check = checks.get(element["type"])
    if check is not None:
        return check(element, value)
    most = element.get("max_selected_items")
    if most and isinstance(value, list) and len(value) > most:
        return f"Please choose {most} at most."
    return None


def _length(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {_characters(least)}."
    if len(value) > most:
        return f"Please enter {_characters(most)} at most; this is {len(value)}."
    return None


def _characters(count: int) -> str:
    return "1 character" if count == 1 else f"{count} characters"


def _number(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a number." if element["is_decimal_allowed"] else "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less."
    return None


def _email(element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Please enter an email address."


def _url(element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"https?://\S+", value) else "Please enter a web address that begins with https://."


def _check_calendar(kind: str, value: str) -> None:
    if kind == "datepicker":
        date.fromisoformat(value)
    elif kind == "timepicker":
        time.fromisoformat(value)

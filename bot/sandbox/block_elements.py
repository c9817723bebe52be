"""Buttons, menus, inputs and the small objects they are made of, with Slack's limits for each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.sandbox.rules import (
    Look,
    Rule,
    Shape,
    anything,
    boolean,
    exactly_one,
    listed,
    one_of,
    pattern,
    string,
    typed,
    whole,
)


def text(most: int, *kinds: str, least: int = 1) -> Rule:
    """A text object; plain_text and mrkdwn unless told which."""
    words = string(most, least=least)
    table = {
        "plain_text": Shape({"text": words}, {"emoji": boolean}),
        "mrkdwn": Shape({"text": words}, {"verbatim": boolean}),
    }
    return typed(table, *kinds)


def plain(most: int) -> Rule:
    """Text without markup, of at most so many characters."""
    return text(most, "plain_text")


WEB = r"https?://\S+"
ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]*:\S+"
url = pattern(ADDRESS, "a valid URL")
image_url = pattern(WEB, "an http or https URL")
alt_text = string(2000)
action_id = string(255)
clock_time = pattern(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
confirm = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
slack_file = Shape({}, {"id": string(255), "url": image_url}, also=(exactly_one("id", "url"),))
dispatch = Shape({}, {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
conversation_filter = Shape(
    {},
    {
        "include": listed(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def option(*kinds: str, links: bool = False) -> Shape:
    """One choice; only overflow menus have links in theirs."""
    more: dict[str, Rule] = {"description": text(75, *kinds), **({"url": url} if links else {})}
    return Shape({"text": text(75, *kinds), "value": string(150)}, more)


def group(choice: Shape) -> Shape:
    """Options under a label."""
    return Shape({"label": plain(75), "options": listed(choice, 1, 100)})


def _calendar_day(look: Look, value: Any, at: str) -> None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        look.fault(at, "must be a date as YYYY-MM-DD")


def _starts_among_choices(look: Look, value: Any, at: str) -> None:
    """What is chosen at first must be one of the choices, word for word."""
    offered = [*value.get("options", ()), *(o for g in value.get("option_groups", ()) for o in g["options"])]
    first = [value["initial_option"]] if "initial_option" in value else []
    for chosen in (*first, *value.get("initial_options", ())):
        if chosen not in offered:
            name = "initial_option" if first else "initial_options"
            look.fault(f"{at}/{name}", "must be one of the options, with the same text and value")


def _lengths_agree(look: Look, value: Any, at: str) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        look.fault(f"{at}/min_length", "must not be more than max_length")
    if len(value.get("initial_value", "")) > most:
        look.fault(f"{at}/initial_value", f"must be less than {most + 1} characters")


def _interactive(**more: Rule) -> dict[str, Rule]:
    return {"action_id": action_id, "confirm": confirm, **more}


def _input(**more: Rule) -> dict[str, Rule]:
    return {"action_id": action_id, "placeholder": plain(150), "focus_on_load": boolean, **more}


def _menu(**more: Rule) -> dict[str, Rule]:
    return {**_input(**more), "confirm": confirm}


def _multi(**more: Rule) -> dict[str, Rule]:
    return _menu(max_selected_items=whole(1, 10_000), **more)


_ids = listed(string(255), 0, 10_000)
_choice, _marked = option("plain_text"), option()
_choices: dict[str, Rule] = {"options": listed(_choice, 1, 100), "option_groups": listed(group(_choice), 1, 100)}
_either = exactly_one("options", "option_groups")
_suggestions: dict[str, Rule] = {**_choices, "options": listed(_choice, 0, 100)}  # of which there may be none
SUGGESTED = Shape({}, _suggestions, also=(_either,))
"""What an app may answer to what somebody typed in a menu that asks for its choices."""
_button_style = one_of("primary", "danger")
_readers = listed(string(255), 1, 100)
_number = pattern(r"-?\d+(\.\d+)?", "a number in a string")
_feedback = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_conversations: dict[str, Rule] = {"filter": conversation_filter, "default_to_current_conversation": boolean}
_answerable: dict[str, Rule] = {"response_url_enabled": boolean}

ELEMENTS: Mapping[str, Shape] = {
    "button": Shape(
        {"text": plain(75)},
        _interactive(
            url=url,
            value=string(2000, least=0),
            style=_button_style,
            accessibility_label=string(75),
            visible_to_user_ids=_readers,
            agent_prompt=string(4000),
            agent_prompt_display=anything,
        ),
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": anything},
        {"action_id": action_id, "style": _button_style, "accessibility_label": string(75)},
        surfaces=("message",),
    ),
    "feedback_buttons": Shape({"positive_button": _feedback, "negative_button": _feedback}, {"action_id": action_id}),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain(75)},
        _interactive(value=string(2000), accessibility_label=string(75), visible_to_user_ids=_readers),
    ),
    "overflow": Shape({"options": listed(option("plain_text", links=True), 1, 5)}, _interactive()),
    "image": Shape(
        {"alt_text": alt_text},
        {"image_url": image_url, "slack_file": slack_file},
        also=(exactly_one("image_url", "slack_file"),),
    ),
    "static_select": Shape({}, _menu(initial_option=_choice, **_choices), also=(_either, _starts_among_choices)),
    "multi_static_select": Shape(
        {}, _multi(initial_options=listed(_choice, 1, 100), **_choices), also=(_either, _starts_among_choices)
    ),
    "external_select": Shape({}, _menu(initial_option=_choice, min_query_length=whole(0, 255))),
    "multi_external_select": Shape({}, _multi(initial_options=listed(_choice, 1, 100), min_query_length=whole(0, 255))),
    "users_select": Shape({}, _menu(initial_user=string(255))),
    "multi_users_select": Shape({}, _multi(initial_users=_ids)),
    "channels_select": Shape({}, _menu(initial_channel=string(255), **_answerable)),
    "multi_channels_select": Shape({}, _multi(initial_channels=_ids)),
    "conversations_select": Shape({}, _menu(initial_conversation=string(255), **_conversations, **_answerable)),
    "multi_conversations_select": Shape({}, _multi(initial_conversations=_ids, **_conversations)),
    "checkboxes": Shape(
        {"options": listed(_marked, 1, 10)},
        _interactive(initial_options=listed(_marked, 1, 10), focus_on_load=boolean),
        also=(_starts_among_choices,),
    ),
    "radio_buttons": Shape(
        {"options": listed(_marked, 1, 10)},
        _interactive(initial_option=_marked, focus_on_load=boolean),
        also=(_starts_among_choices,),
    ),
    "datepicker": Shape({}, _menu(initial_date=_calendar_day)),
    "timepicker": Shape({}, _menu(initial_time=clock_time, timezone=string(255))),
    "datetimepicker": Shape(
        {},
        _interactive(initial_date_time=whole(10**9, 10**10 - 1), focus_on_load=boolean),
        surfaces=("message", "modal"),
    ),
    "plain_text_input": Shape(
        {},
        _input(
            initial_value=string(3000, least=0),
            multiline=boolean,
            min_length=whole(0, 3000),
            max_length=whole(1, 3000),
            dispatch_action_config=dispatch,
        ),
        also=(_lengths_agree,),
    ),
    "rich_text_input": Shape(
        {},
        _input(
            initial_value=anything, dispatch_action_config=dispatch, min_lines=whole(1, 100), max_lines=whole(1, 100)
        ),
    ),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        _input(initial_value=_number, min_value=_number, max_value=_number, dispatch_action_config=dispatch),
        surfaces=("modal",),
    ),
    "email_text_input": Shape(
        {}, _input(initial_value=string(3000), dispatch_action_config=dispatch), surfaces=("modal",)
    ),
    "url_text_input": Shape({}, _input(initial_value=url, dispatch_action_config=dispatch), surfaces=("modal",)),
    "file_input": Shape(
        {},
        {"action_id": action_id, "filetypes": listed(string(20), 1, 100), "max_files": whole(1, 10)},
        surfaces=("modal",),
    ),
}

MENUS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker")
IN_SECTION = ("button", "workflow_button", "overflow", "image", "checkboxes", "radio_buttons", *PICKERS, *MENUS)
IN_ACTIONS = (
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datetimepicker",
    *PICKERS,
    *MENUS,
)
IN_INPUT = (
    "plain_text_input",
    "rich_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "file_input",
    "checkboxes",
    "radio_buttons",
    "datetimepicker",
    *PICKERS,
    *MENUS,
)

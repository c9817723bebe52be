"""Every block of Slack's Block Kit, with its limits and the places it may be shown."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.block_elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    alt_text,
    image_url,
    plain,
    slack_file,
    text,
)
from bot.sandbox.rules import (
    EVERYWHERE,
    Look,
    Rule,
    Shape,
    Surface,
    anything,
    at_least_one,
    boolean,
    exactly_one,
    listed,
    one_of,
    pattern,
    string,
    typed,
    whole,
)

MESSAGE: tuple[Surface, ...] = ("message",)
MESSAGE_AND_HOME: tuple[Surface, ...] = ("message", "home")

_style = Shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean))
_styled: dict[str, Rule] = {"style": _style}
_leaf = typed(
    {
        "text": Shape({"text": string(40_000)}, _styled),
        "link": Shape({"url": string(3000)}, {"text": string(40_000, least=0), "unsafe": boolean, **_styled}),
        "user": Shape({"user_id": string(255)}, _styled),
        "channel": Shape({"channel_id": string(255)}, _styled),
        "usergroup": Shape({"usergroup_id": string(255)}, _styled),
        "team": Shape({"team_id": string(255)}, _styled),
        "emoji": Shape({"name": string(255)}, {"unicode": string(255), "skin_tone": whole(1, 6), **_styled}),
        "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, _styled),
        "color": Shape({"value": string(20)}, _styled),
        "date": Shape(
            {"timestamp": whole(0, 10**11), "format": string(255)},
            {"url": string(3000), "fallback": string(3000), **_styled},
        ),
    }
)
_leaves = listed(_leaf, 1, 10_000)
_passage = Shape({"elements": listed(_leaf, 0, 10_000)})
_sections = listed(typed({"rich_text_section": _passage}), 1, 10_000)
_rich = listed(
    typed(
        {
            "rich_text_section": _passage,
            "rich_text_preformatted": Shape({"elements": _leaves}, {"border": whole(0, 1), "language": string(50)}),
            "rich_text_quote": Shape({"elements": _leaves}, {"border": whole(0, 1)}),
            "rich_text_list": Shape(
                {"style": one_of("bullet", "ordered"), "elements": _sections},
                {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
            ),
        }
    ),
    1,
    10_000,
)
_rich_text = Shape({"elements": _rich}, {"block_id": string(255)})
_cell = typed(
    {
        "raw_text": Shape({"text": string(10_000)}),
        "raw_number": Shape({"value": anything}, {"text": string(10_000)}),
        "rich_text": Shape({"elements": _rich}),
    }
)


def _column(look: Look, value: Any, at: str) -> None:
    """Settings of a table's column; null leaves a column as it is."""
    if value is not None:
        Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})(look, value, at)


def _titled(look: Look, value: Any, at: str) -> None:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        look.fault(f"{at}/has_header_divider", "cannot be set where is_collapsible is")


def _still(look: Look, value: Any, at: str) -> None:
    if value["element"]["type"] == "file_input" and value.get("dispatch_action"):
        look.fault(f"{at}/dispatch_action", "is not supported with a file_input")


_image = typed(ELEMENTS, "image")
_beside = {
    "image": ELEMENTS["image"],
    "plain_text": Shape({"text": string(3000)}, {"emoji": boolean}),
    "mrkdwn": Shape({"text": string(3000)}, {"verbatim": boolean}),
}
_card = Shape(
    {},
    {
        "block_id": string(255),
        "hero_image": _image,
        "icon": _image,
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": listed(typed(ELEMENTS, "button"), 1, 3),
    },
    also=(at_least_one("hero_image", "title", "body", "actions"),),
)
_task = Shape(
    {"task_id": string(255), "title": string(255)},
    {
        "block_id": string(255),
        "status": one_of("pending", "in_progress", "complete", "error"),
        "details": anything,
        "output": anything,
        "sources": anything,
    },
    surfaces=MESSAGE,
)


def _block(
    required: Mapping[str, Rule],
    surfaces: tuple[Surface, ...] = EVERYWHERE,
    also: tuple[Rule, ...] = (),
    **optional: Rule,
) -> Shape:
    named: dict[str, Rule] = {"block_id": string(255), **optional}
    return Shape(required, named, surfaces=surfaces, also=also)


BLOCKS: dict[str, Shape] = {
    "section": _block(
        {},
        text=text(3000),
        fields=listed(text(2000), 1, 10),
        accessory=typed(ELEMENTS, *IN_SECTION),
        expand=boolean,
        also=(at_least_one("text", "fields"),),
    ),
    "header": _block({"text": plain(150)}, level=whole(1, 4)),
    "divider": _block({}),
    "context": _block({"elements": listed(typed(_beside), 1, 10)}),
    "actions": _block({"elements": listed(typed(ELEMENTS, *IN_ACTIONS), 1, 25)}),
    "context_actions": _block(
        {"elements": listed(typed(ELEMENTS, "feedback_buttons", "icon_button"), 1, 5)}, surfaces=MESSAGE
    ),
    "input": _block(
        {"label": plain(2000), "element": typed(ELEMENTS, *IN_INPUT)},
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
        also=(_still,),
    ),
    "image": _block(
        {"alt_text": alt_text},
        image_url=image_url,
        slack_file=slack_file,
        title=plain(2000),
        also=(exactly_one("image_url", "slack_file"),),
    ),
    "rich_text": _rich_text,
    "markdown": _block({"text": string(12_000)}, surfaces=MESSAGE),
    "video": _block(
        {
            "alt_text": alt_text,
            "title": plain(199),
            "video_url": pattern(r"https://\S+", "an https URL"),
            "thumbnail_url": image_url,
        },
        description=plain(199),
        author_name=string(49),
        title_url=pattern(r"https://\S+", "an https URL"),
        provider_name=string(255),
        provider_icon_url=image_url,
    ),
    "table": _block(
        {"rows": listed(listed(_cell, 1, 20), 1, 100)},
        surfaces=MESSAGE_AND_HOME,
        column_settings=listed(_column, 0, 20),
    ),
    "data_table": Shape(
        {"caption": anything, "rows": listed(anything, 1, 100)},
        {"block_id": string(255), "page_size": whole(1, 100)},
        surfaces=MESSAGE_AND_HOME,
        open=True,
    ),
    "data_visualization": Shape({"title": string(50)}, {"block_id": string(255)}, surfaces=MESSAGE, open=True),
    "card": _card,
    "carousel": _block({"elements": listed(typed({"card": _card}), 1, 10)}, surfaces=MESSAGE_AND_HOME),
    "alert": _block(
        {"text": text(200)},
        surfaces=("modal",),
        level=one_of("default", "info", "warning", "error", "success"),
    ),
    "task_card": _task,
    "plan": _block({"title": string(255)}, surfaces=MESSAGE, tasks=listed(typed({"task_card": _task}), 1, 50)),
    "call": _block({"call_id": string(255)}, surfaces=MESSAGE),
}
BLOCKS["container"] = _block(
    {"child_blocks": listed(typed(BLOCKS, *(set(BLOCKS) - {"card", "plan", "input"})), 1, 10)},
    surfaces=MESSAGE,
    title=plain(150),
    rich_text_title=anything,
    subtitle=text(150),
    width=one_of("narrow", "standard", "wide", "full"),
    icon=_image,
    is_collapsible=boolean,
    default_collapsed=boolean,
    has_header_divider=boolean,
    also=(at_least_one("title", "rich_text_title"), _titled),
)

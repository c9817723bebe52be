"""Slack's limits, one row each: at the limit it is shown, one over is refused, and the refusal points at the place."""

from collections.abc import Callable

import pytest

from bot.sandbox import blocks
from bot.sandbox.rules import Surface
from tests.sandbox_shapes import (
    DIVIDER,
    Json,
    actions,
    button,
    card,
    chart,
    confirming,
    container,
    group,
    home,
    image,
    marked,
    message,
    modal,
    option,
    options,
    plain,
    question,
    rich,
    section,
    select,
    table,
    video,
    words,
    written,
)

Row = tuple[str, int, Callable[[int], Json], str]


def without(name: str, whole: Json) -> Json:
    return {key: value for key, value in whole.items() if key != name}


def places(payload: Json) -> list[str]:
    """Where something was found, as JSON pointers."""
    surface: Surface = payload.get("type", "message")
    found = blocks.faults(payload, surface)
    return [line.rpartition("[json-pointer:")[2].removesuffix("]") for line in found]


def markdown(length: int) -> Json:
    return {"type": "markdown", "text": words(length)}


def trash(number: int) -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain(), "action_id": str(number)}


def table_of(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("most", "build", "at"), [row[1:] for row in rows], ids=[row[0] for row in rows])


PAYLOADS: list[Row] = [
    ("blocks in a message", 50, lambda n: message(*[DIVIDER] * n), "/blocks"),
    ("blocks in a modal", 100, lambda n: modal(*[DIVIDER] * n), "/blocks"),
    ("blocks on a Home tab", 100, lambda n: home(*[DIVIDER] * n), "/blocks"),
    ("text", 40_000, lambda n: {"text": words(n), "blocks": []}, "/text"),
    ("all text", 13_000, lambda n: message(*[section(words(2600))] * 4, section(words(n - 10_400))), "/blocks"),
    ("all markdown", 12_000, lambda n: message(markdown(6000), markdown(n - 6000)), "/blocks"),
    ("all cells", 10_000, lambda n: message(table(1, 2, words((n + 1) // 2))), "/blocks"),
    ("tables", 1, lambda n: message(*[table(1)] * n), "/blocks"),
    ("charts", 2, lambda n: message(*[chart()] * n), "/blocks"),
    ("title", 24, lambda n: modal(DIVIDER, title=plain(n)), "/title/text"),
    ("submit", 24, lambda n: modal(DIVIDER, submit=plain(n)), "/submit/text"),
    ("close", 24, lambda n: modal(DIVIDER, close=plain(n)), "/close/text"),
    ("private metadata", 3000, lambda n: modal(DIVIDER, private_metadata=words(n)), "/private_metadata"),
    ("callback_id", 255, lambda n: modal(DIVIDER, callback_id=words(n)), "/callback_id"),
    ("external_id", 255, lambda n: modal(DIVIDER, external_id=words(n)), "/external_id"),
]

BLOCKS: list[Row] = [
    ("block_id", 255, lambda n: {**DIVIDER, "block_id": words(n)}, "/block_id"),
    ("section", 3000, lambda n: section(words(n)), "/text/text"),
    ("fields", 10, lambda n: {"type": "section", "fields": [plain()] * n}, "/fields"),
    ("field", 2000, lambda n: {"type": "section", "fields": [plain(n)]}, "/fields/0/text"),
    ("header", 150, lambda n: {"type": "header", "text": plain(n)}, "/text/text"),
    ("header level", 4, lambda n: {"type": "header", "text": plain(), "level": n}, "/level"),
    ("context", 10, lambda n: {"type": "context", "elements": [plain()] * n}, "/elements"),
    ("context text", 3000, lambda n: {"type": "context", "elements": [plain(n)]}, "/elements/0/text"),
    ("actions", 25, lambda n: actions(*map(button, map(str, range(n)))), "/elements"),
    ("label", 2000, lambda n: question("q", label=plain(n)), "/label/text"),
    ("hint", 2000, lambda n: question("q", hint=plain(n)), "/hint/text"),
    ("image address", 3000, lambda n: image(image_url="https://" + words(n - 8)), "/image_url"),
    ("alt text", 2000, lambda n: image(alt_text=words(n)), "/alt_text"),
    ("image title", 2000, lambda n: image(title=plain(n)), "/title/text"),
    ("markdown", 12_000, markdown, "/text"),
    ("video title", 199, lambda n: video(title=plain(n)), "/title/text"),
    ("video description", 199, lambda n: video(description=plain(n)), "/description/text"),
    ("video author", 49, lambda n: video(author_name=words(n)), "/author_name"),
    ("table rows", 100, lambda n: table(n), "/rows"),
    ("table columns", 20, lambda n: table(1, n), "/rows/0"),
    ("column settings", 20, lambda n: table(1, column_settings=[None] * n), "/column_settings"),
    ("chart title", 50, lambda n: chart(title=words(n)), "/title"),
    ("data table", 100, lambda n: {"type": "data_table", "caption": "x", "rows": [[]] * n}, "/rows"),
    ("feedback", 5, lambda n: {"type": "context_actions", "elements": [trash(i) for i in range(n)]}, "/elements"),
    ("card title", 150, lambda n: card(title=plain(n)), "/title/text"),
    ("card subtitle", 150, lambda n: card(subtitle=plain(n)), "/subtitle/text"),
    ("card body", 200, lambda n: card(body=plain(n)), "/body/text"),
    ("card subtext", 200, lambda n: card(subtext=plain(n)), "/subtext/text"),
    ("card buttons", 3, lambda n: card(actions=[button(str(i)) for i in range(n)]), "/actions"),
    ("carousel", 10, lambda n: {"type": "carousel", "elements": [card()] * n}, "/elements"),
    ("container", 10, lambda n: container(*[DIVIDER] * n), "/child_blocks"),
    ("container title", 150, lambda n: container(DIVIDER, title=plain(n)), "/title/text"),
    ("container subtitle", 150, lambda n: container(DIVIDER, subtitle=plain(n)), "/subtitle/text"),
]

ELEMENTS: list[Row] = [
    ("button text", 75, lambda n: button(label=words(n)), "/text/text"),
    ("button value", 2000, lambda n: button(value=words(n)), "/value"),
    ("button address", 3000, lambda n: button(url="https://" + words(n - 8)), "/url"),
    ("spoken label", 75, lambda n: button(accessibility_label=words(n)), "/accessibility_label"),
    ("prompt", 4000, lambda n: button(agent_prompt=words(n)), "/agent_prompt"),
    ("action_id", 255, lambda n: button(words(n)), "/action_id"),
    ("confirm title", 100, lambda n: button(confirm=confirming(title=plain(n))), "/confirm/title/text"),
    ("confirm text", 300, lambda n: button(confirm=confirming(text=plain(n))), "/confirm/text/text"),
    ("confirm yes", 30, lambda n: button(confirm=confirming(confirm=plain(n))), "/confirm/confirm/text"),
    ("confirm no", 30, lambda n: button(confirm=confirming(deny=plain(n))), "/confirm/deny/text"),
    ("options", 100, lambda n: select(options=options(n)), "/options"),
    ("groups", 100, lambda n: select(option_groups=[group()] * n), "/option_groups"),
    ("group label", 75, lambda n: select(option_groups=[group(n)]), "/option_groups/0/label/text"),
    ("options in a group", 100, lambda n: select(option_groups=[group("x", n)]), "/option_groups/0/options"),
    ("option text", 75, lambda n: select(options=[option(n)]), "/options/0/text/text"),
    ("option value", 150, lambda n: select(options=[option(value=words(n))]), "/options/0/value"),
    ("option description", 75, lambda n: select(options=[option(description=plain(n))]), "/options/0/description/text"),
    ("placeholder", 150, lambda n: select(options=options(1), placeholder=plain(n)), "/placeholder/text"),
    ("overflow", 5, lambda n: {"type": "overflow", "options": options(n)}, "/options"),
    ("checkboxes", 10, lambda n: {"type": "checkboxes", "options": options(n)}, "/options"),
    ("radio buttons", 10, lambda n: {"type": "radio_buttons", "options": options(n)}, "/options"),
]

INPUTS: list[Row] = [
    ("most words", 3000, lambda n: written(max_length=n), "/max_length"),
    ("least words", 3000, lambda n: written(min_length=n), "/min_length"),
    ("words at first", 20, lambda n: written(max_length=20, initial_value=words(n)), "/initial_value"),
    ("lines", 100, lambda n: {"type": "rich_text_input", "max_lines": n}, "/max_lines"),
    ("files", 10, lambda n: {"type": "file_input", "max_files": n}, "/max_files"),
]


@table_of(PAYLOADS)
def test_a_message_or_view_is_fine_up_to_the_limit(most: int, build: Callable[[int], Json], at: str) -> None:
    assert places(build(most)) == []
    assert at in places(build(most + 1))


@table_of(BLOCKS)
def test_a_block_is_fine_up_to_the_limit(most: int, build: Callable[[int], Json], at: str) -> None:
    assert places(message(build(most))) == []
    assert f"/blocks/0{at}" in places(message(build(most + 1)))


@table_of(ELEMENTS)
def test_an_element_is_fine_up_to_the_limit(most: int, build: Callable[[int], Json], at: str) -> None:
    assert places(message(actions(build(most)))) == []
    assert f"/blocks/0/elements/0{at}" in places(message(actions(build(most + 1))))


@table_of(INPUTS)
def test_an_input_is_fine_up_to_the_limit(most: int, build: Callable[[int], Json], at: str) -> None:
    assert places(modal(question("q", build(most)))) == []
    assert f"/blocks/0/element{at}" in places(modal(question("q", build(most + 1))))


def test_an_alert_is_fine_up_to_the_limit_in_a_modal() -> None:
    assert places(modal({"type": "alert", "text": plain(200)})) == []
    assert places(modal({"type": "alert", "text": plain(201)})) == ["/blocks/0/text/text"]


REFUSED: list[tuple[str, Json, str]] = [
    ("an empty section", message(section("")), "/blocks/0/text/text"),
    ("a section with nothing in it", message({"type": "section"}), "/blocks/0"),
    ("actions without any", message(actions()), "/blocks/0/elements"),
    ("context without any", message({"type": "context", "elements": []}), "/blocks/0/elements"),
    ("a menu without choices", message(actions(select(options=[]))), "/blocks/0/elements/0/options"),
    ("a table without rows", message(table(0)), "/blocks/0/rows"),
    ("an empty cell", message(table(1, text="")), "/blocks/0/rows/0/0/text"),
    ("an empty leaf", message(rich({"type": "text", "text": ""})), "/blocks/0/elements/0/elements/0/text"),
    ("an empty carousel", message({"type": "carousel", "elements": []}), "/blocks/0/elements"),
    ("a form without blocks", modal(), "/blocks"),
    ("inputs without a submit button", without("submit", modal(question("q"))), "/submit"),
    ("a modal without a title", without("title", modal(DIVIDER)), "/"),
    ("a field Slack does not know", message(section(colour="red")), "/blocks/0"),
    ("a block Slack does not know", message({"type": "banner"}), "/blocks/0"),
    ("a block that is not an object", {"blocks": ["x"]}, "/blocks/0"),
    ("blocks that are not a list", {"blocks": {}}, "/blocks"),
    ("a posted file", message({"type": "file", "external_id": "x", "source": "remote"}), "/blocks/0"),
    ("an alert in a message", message({"type": "alert", "text": plain()}), "/blocks/0"),
    ("markdown in a modal", modal({"type": "markdown", "text": "x"}), "/blocks/0"),
    ("a table in a modal", modal(table(1)), "/blocks/0"),
    ("an email input in a message", message(question("q", {"type": "email_text_input"})), "/blocks/0/element"),
    ("a date and time on a Home tab", home(actions({"type": "datetimepicker"})), "/blocks/0/elements/0"),
    ("a date and time in a section", modal(section(accessory={"type": "datetimepicker"})), "/blocks/0/accessory"),
    ("a button in an input", modal(question("q", button())), "/blocks/0/element"),
    ("words to type among buttons", message(actions(written())), "/blocks/0/elements/0"),
    ("mrkdwn on a button", message(actions(button(text=marked()))), "/blocks/0/elements/0/text"),
    ("mrkdwn in a header", message({"type": "header", "text": marked()}), "/blocks/0/text"),
    ("emoji in mrkdwn", message({"type": "section", "text": marked(emoji=True)}), "/blocks/0/text"),
    ("a picture from two places", message(image(slack_file={"id": "F1"})), "/blocks/0"),
    ("a picture from nowhere", message(without("image_url", image())), "/blocks/0"),
    ("a picture without words", message(without("alt_text", image())), "/blocks/0"),
    ("a link that is none", message(actions(button(url="nowhere"))), "/blocks/0/elements/0/url"),
    ("a style of one's own", message(actions(button(style="loud"))), "/blocks/0/elements/0/style"),
    (
        "two sorts of choices",
        message(actions(select(options=options(1), option_groups=[group()]))),
        "/blocks/0/elements/0",
    ),
    (
        "a first choice from elsewhere",
        message(actions(select(options=options(1), initial_option=option("y")))),
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "a link in a menu",
        message(actions(select(options=[option(url="https://x.org")]))),
        "/blocks/0/elements/0/options/0",
    ),
    (
        "a day that is none",
        message(actions({"type": "datepicker", "initial_date": "2026-02-30"})),
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "an hour that is none",
        message(actions({"type": "timepicker", "initial_time": "24:00"})),
        "/blocks/0/elements/0/initial_time",
    ),
    ("a number of no kind", modal(question("q", {"type": "number_input"})), "/blocks/0/element"),
    (
        "a file input that reports",
        modal(question("q", {"type": "file_input"}, dispatch_action=True)),
        "/blocks/0/dispatch_action",
    ),
    ("least above most", modal(question("q", written(min_length=5, max_length=4))), "/blocks/0/element/min_length"),
    ("a block_id twice", message(section(block_id="a"), section(block_id="a")), "/blocks/1/block_id"),
    ("an action_id twice in a block", message(actions(button("a"), button("a"))), "/blocks/0/elements"),
    (
        "two inputs with the cursor",
        modal(question("q", written(focus_on_load=True)), question("r", written(focus_on_load=True))),
        "/blocks",
    ),
    ("a card in a container", message(container(card())), "/blocks/0/child_blocks/0"),
    ("a view that is too large", modal(*[section(words(2990), fields=[plain(1990)])] * 60), "/"),
]


@pytest.mark.parametrize(("payload", "at"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_slack_does_not_show_is_refused(payload: Json, at: str) -> None:
    assert places(payload) == [at]


SHOWN: list[tuple[str, Json]] = [
    ("an action_id in two blocks", message(actions(button("a")), actions(button("a")))),
    ("a modal without inputs or submit", without("submit", modal(section()))),
    ("inputs on a Home tab", home(question("q"))),
    ("inputs in a message", message(question("q", {"type": "datetimepicker"}))),
    ("an empty value", message(actions(button(value="")))),
    ("many choices among buttons", message(actions(select(type="multi_static_select", options=options(2))))),
    ("mrkdwn beside a box", message(actions({"type": "checkboxes", "options": [{"text": marked(), "value": "x"}]}))),
    ("a link in an overflow menu", message(actions({"type": "overflow", "options": [option(url="https://x.org")]}))),
    ("a message of text alone", {"text": "x"}),
    ("metadata beside the blocks", {**message(section()), "metadata": {"event_type": "x"}}),
    ("rich text", message(rich({"type": "text", "text": "x", "style": {"bold": True}}))),
]


@pytest.mark.parametrize("payload", [row[1] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_slack_shows_is_fine(payload: Json) -> None:
    assert places(payload) == []


def test_a_home_tab_is_not_shown_in_a_modals_place() -> None:
    assert "must be one of modal [json-pointer:/type]" in blocks.faults(home(DIVIDER), "modal")

"""What an app wants to show, checked and made ready to keep."""

import json
from typing import Any

from bot.sandbox import blocks as checker
from bot.sandbox import files
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.world import World

Json = dict[str, Any]

MOST_METADATA_BYTES = 8_000


def message_blocks(world: World, arguments: Arguments) -> list[Json] | None:
    """The blocks of a message, or None when none were sent. Refuses what Slack refuses."""
    blocks = arguments.structure("blocks", refusal="invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if checker.length(blocks) > checker.MOST_BLOCK_TEXT:
        raise Refusal("msg_blocks_too_long")
    found = checker.faults({"blocks": blocks}, "message") or files.faults(world, blocks)
    if found:
        raise Refusal("invalid_blocks", messages=[f"[ERROR] {line}" for line in found], errors=found)
    return _with_ids(world, blocks)


def message_text(arguments: Arguments, blocks: list[Json] | None) -> str:
    """The text of a message, cut where Slack cuts it; a message needs words or blocks."""
    if arguments.given("markdown_text") and (arguments.given("text") or blocks):
        raise Refusal("markdown_text_conflict")
    text = arguments.text("text") or arguments.text("markdown_text")
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    return text[: checker.MOST_TEXT]


def metadata(arguments: Arguments) -> Json | None:
    """The metadata of a message: None when none was sent, {} when it is to be taken away."""
    sent = arguments.structure("metadata", refusal="invalid_metadata_format")
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise Refusal("invalid_metadata_format")
    if not sent:
        return {}
    if not isinstance(sent.get("event_type"), str):
        raise Refusal("invalid_metadata_format")
    if not isinstance(sent.get("event_payload"), dict) or set(sent) - {"event_type", "event_payload", "entities"}:
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(sent)) > MOST_METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return sent


def view_body(world: World, arguments: Arguments, kinds: tuple[str, ...]) -> Json:
    """A view as the app sent it, with an id on every block."""
    body = arguments.structure("view", refusal="invalid_arguments")
    if not isinstance(body, dict):
        raise Refusal("invalid_arguments", messages=["[ERROR] missing required field: view"])
    return checked_view(world, body, kinds)


def checked_view(world: World, body: Json, kinds: tuple[str, ...] = ("modal",)) -> Json:
    """A view that Slack would show; `kinds` says which sort the place has room for."""
    kind = body.get("type")
    if kind not in kinds:
        wanted = " or ".join(kinds)
        raise Refusal("invalid_arguments", messages=[f"[ERROR] expected type {wanted} [json-pointer:/view/type]"])
    if checker.size(body) > checker.MOST_VIEW_BYTES:
        raise Refusal("view_too_large")
    found = checker.faults(body, "home" if kind == "home" else "modal") or files.faults(world, body["blocks"])
    if found:
        messages = [f"[ERROR] {line.replace('[json-pointer:', '[json-pointer:/view')}" for line in found]
        raise Refusal("invalid_arguments", messages=messages)
    return {**body, "blocks": _with_ids(world, body["blocks"])}


def _with_ids(world: World, blocks: list[Json]) -> list[Json]:
    """Slack names every block and every interactive element that the app left without a name."""
    return [_named(world, block) for block in blocks]


def _named(world: World, block: Json) -> Json:
    named = dict(block)
    if "block_id" not in named:
        named["block_id"] = world.new_id("b")
    for key in ("element", "accessory"):
        if key in named:
            named[key] = _with_action(world, named[key])
    if named["type"] in ("actions", "context_actions"):
        named["elements"] = [_with_action(world, element) for element in named["elements"]]
    if named["type"] == "card" and "actions" in named:
        named["actions"] = [_with_action(world, element) for element in named["actions"]]
    for key, kind in (("elements", "carousel"), ("child_blocks", "container")):
        if named["type"] == kind:
            named[key] = _with_ids(world, named[key])
    return named


def _with_action(world: World, element: Json) -> Json:
    if "action_id" in element or element["type"] == "image":
        return element
    return {**element, "action_id": world.new_id("a")}

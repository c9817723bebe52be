"""Slack's limits on what may be shown: the practice Slack refuses by them, and templates are tested with them."""

import json
from collections.abc import Iterator
from typing import Any

from bot.sandbox.block_elements import plain
from bot.sandbox.block_kinds import BLOCKS
from bot.sandbox.rules import Look, Shape, Surface, anything, boolean, listed, one_of, string, typed

Json = dict[str, Any]

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_TEXT = 40_000
MOST_BLOCK_TEXT = 13_000
MOST_MARKDOWN = 12_000
MOST_CELL_TEXT = 10_000
MOST_TABLES = 1
MOST_CHARTS = 2
MOST_VIEW_BYTES = 250_000

_block = typed(BLOCKS)
_kept = {"callback_id": string(255, least=0), "external_id": string(255, least=0)}
_hidden = {"private_metadata": string(3000, least=0), **_kept}
SHAPES: dict[Surface, Shape] = {
    "message": Shape({}, {"blocks": listed(_block, 0, MOST_IN_MESSAGE), "text": string(MOST_TEXT, least=0)}, open=True),
    "modal": Shape(
        {"type": one_of("modal"), "title": plain(24), "blocks": listed(_block, 1, MOST_IN_VIEW)},
        {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
            **_hidden,
        },
    ),
    "home": Shape({"type": one_of("home"), "blocks": listed(_block, 1, MOST_IN_VIEW)}, {**_hidden, "title": anything}),
}


def faults(payload: Json, surface: Surface) -> list[str]:
    """Everything Slack would refuse in a message or view: a sentence each, ending in a JSON pointer."""
    look = Look(surface)
    SHAPES[surface](look, payload, "")
    sent = payload.get("blocks")
    blocks = [block for block in sent if isinstance(block, dict)] if isinstance(sent, list) else []
    _names_are_unique(look, blocks)
    _one_focus(look, blocks)
    if surface == "message":
        _fits_together(look, blocks)
    else:
        _view_fits(look, payload, blocks)
    return look.found


def length(blocks: Any) -> int:
    """How many characters of text all blocks hold together."""
    return sum(map(len, _texts(blocks)))


def size(view: Json) -> int:
    """How many bytes a view has, written down as JSON."""
    return len(json.dumps(view, ensure_ascii=False).encode(errors="surrogatepass"))


def _names_are_unique(look: Look, blocks: list[Json]) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            look.fault(f"/blocks/{index}/block_id", f"`block_id` {name!r} already exists")
        seen.add(str(name))
        elements = block.get("elements")
        actions = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
        known = [action for action in actions if isinstance(action, str)]
        for action in sorted({action for action in known if known.count(action) > 1}):
            look.fault(f"/blocks/{index}/elements", f"`action_id` {action!r} already exists in this block")


def _one_focus(look: Look, blocks: list[Json]) -> None:
    focused = sum(bool(element.get("focus_on_load")) for element in _inside(blocks, "focus_on_load"))
    if focused > 1:
        look.fault("/blocks", "only one element can have focus_on_load")


def _fits_together(look: Look, blocks: list[Json]) -> None:
    """What a message may hold as a whole."""
    together = length(blocks)
    if together > MOST_BLOCK_TEXT:
        most = MOST_BLOCK_TEXT + 1
        look.fault("/blocks", f"all text together must be less than {most} characters; this is {together}")
    markdown = length([block for block in blocks if block.get("type") == "markdown"])
    if markdown > MOST_MARKDOWN:
        look.fault("/blocks", f"markdown blocks together must be less than {MOST_MARKDOWN + 1} characters")
    tables = [block for block in blocks if block.get("type") in ("table", "data_table")]
    if len(tables) > MOST_TABLES:
        look.fault("/blocks", f"no more than {MOST_TABLES} table allowed")
    if length(tables) > MOST_CELL_TEXT:
        look.fault("/blocks", f"table cells together must be less than {MOST_CELL_TEXT + 1} characters")
    if sum(block.get("type") == "data_visualization" for block in blocks) > MOST_CHARTS:
        look.fault("/blocks", f"no more than {MOST_CHARTS} charts allowed")


def _view_fits(look: Look, view: Json, blocks: list[Json]) -> None:
    """What a view may hold as a whole; inputs in a modal need a button that submits them."""
    has_input = any(block.get("type") == "input" for block in blocks)
    if look.surface == "modal" and has_input and not view.get("submit"):
        look.fault("/submit", "missing required field: submit (there are input blocks)")
    if size(view) > MOST_VIEW_BYTES:
        look.fault("", f"the view must be smaller than {MOST_VIEW_BYTES} bytes; this is {size(view)}")


def _texts(node: Any) -> Iterator[str]:
    for holder in _inside(node, "text"):
        if isinstance(holder["text"], str):
            yield holder["text"]


def _inside(node: Any, name: str) -> Iterator[Json]:
    """Every object with that field, however deep."""
    if isinstance(node, dict):
        if name in node:
            yield node
        for part in node.values():
            yield from _inside(part, name)
    elif isinstance(node, list):
        for part in node:
            yield from _inside(part, name)

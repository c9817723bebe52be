"""What stands in an open form after Send, beside its boxes: why nothing is saved yet, below each box that it is about.

Each time it is put anew: what was asked or refused before and isn't any more goes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot import privacy

Block = dict[str, Any]
GUARD = "guard"
ABOVE, WRONG = f"{GUARD}.above", f"{GUARD}.wrong"
TAKE_IT_OUT = "Please take it out, or confirm below that it isn't about a person you serve."
NOT_SAVED = "Nothing is saved yet: please look at what is marked below {boxes}."
MOST_BLOCKS, MOST_TEXT = 100, 3000


def tick_of(name: str, words: str) -> str:
    """The tick below a box is for the words that stand in it: other words are asked about anew."""
    return f"{GUARD}.{hashlib.sha256(json.dumps([name, words]).encode()).hexdigest()[:16]}"


def are_in(blocks: Iterable[Block]) -> bool:
    """Whether something is marked already."""
    return any(block.get("block_id") == ABOVE for block in blocks)


def cleared(blocks: Iterable[Block], typed: Mapping[str, str]) -> list[Block]:
    """The form without its marks; only a question about words that still stand there stays, with its tick."""
    ticks = tuple(tick_of(name, words) for name, words in typed.items())
    return [one for one in blocks if not _id(one).startswith(GUARD) or (ticks and _id(one).endswith(ticks))]


def asked_still(blocks: Iterable[Block], typed: Mapping[str, str], after: Iterable[Block]) -> list[Block]:
    """Another form with those questions of this one below the same boxes."""
    kept = [one for one in cleared(blocks, typed) if _id(one).startswith(GUARD)]
    below = {name: [one for one in kept if _id(one).endswith(tick_of(name, words))] for name, words in typed.items()}
    return [part for block in after for part in (block, *below.get(_id(block), ()))]


def questions(
    blocks: Iterable[Block], typed: Mapping[str, str], caught: Mapping[str, list[privacy.Hit]]
) -> list[Block]:
    """The guard's question right below each box, and above all a line that sends the writer there."""
    bare, asked = cleared(blocks, {}), dict[str, list[Block]]()
    for name, hits in caught.items():
        tick = tick_of(name, typed[name])
        asked[name] = [_note(f"{GUARD}.{name}.{tick}", f"{privacy.question(hits)} {TAKE_IT_OUT}"), _tick(tick)]
    return _marked(bare, asked)


def faults(blocks: Iterable[Block], typed: Mapping[str, str], sentences: Mapping[str, str]) -> list[Block]:
    """What is wrong, right below each box, and the line above; all of it in that line where a form is full."""
    bare = cleared(blocks, typed)
    marked = _marked(bare, {name: [_note(f"{WRONG}.{name}", words)] for name, words in sentences.items()})
    if len(marked) <= MOST_BLOCKS:
        return marked
    told = " ".join(f"“{label}”: {sentences[name]}" for name, label in _labels(bare, sentences).items())
    return [_note(ABOVE, f"Nothing is saved yet. {told}"), *bare]


def instead(blocks: Iterable[Block], sentence: str) -> list[Block]:
    """This one sentence above the form, in place of all that was marked in it."""
    return [_note(ABOVE, sentence), *cleared(blocks, {})][:MOST_BLOCKS]


def _marked(blocks: list[Block], below: Mapping[str, list[Block]]) -> list[Block]:
    labels = ", ".join(f"“{label}”" for label in _labels(blocks, below).values())
    above = _note(ABOVE, NOT_SAVED.format(boxes=labels))
    return [above, *(part for block in blocks for part in (block, *below.get(_id(block), ())))]


def _labels(blocks: Iterable[Block], names: Iterable[str]) -> dict[str, str]:
    """How the form calls these boxes, from above."""
    meant = {*names}
    return {_id(block): block["label"]["text"] for block in blocks if _id(block) in meant}


def _id(block: Block) -> str:
    return str(block.get("block_id", ""))


def _note(block_id: str, sentence: str) -> Block:
    text = {"type": "plain_text", "text": f"⚠ {sentence}"[:MOST_TEXT]}
    return {"type": "section", "block_id": block_id, "text": text}


def _tick(block_id: str) -> Block:
    confirmed = {"text": {"type": "plain_text", "text": "This isn't about a person served"}, "value": "confirmed"}
    return {
        "type": "input", "block_id": block_id, "optional": True,
        "label": {"type": "plain_text", "text": "Or, to save these words as they are"},
        "element": {"type": "checkboxes", "action_id": "value", "options": [confirmed]},
    }  # fmt: skip

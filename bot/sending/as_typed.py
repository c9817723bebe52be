"""Words with stars or underscores in them: where Slack would make them bold, the block is rich text, with nothing bold.

Slack knows no escape for `*`, `_`, `~` and its code marks. What our own templates mark up in such a text (bold,
instants, mentions, links) becomes the elements that rich text has for it.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
COMMAND = re.compile(r"\*/[a-z][\w ]*\*")
NOTHING = re.compile(r"(?!)")
MARKED = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)")
OURS = re.compile(
    r"(?P<bold>\*)|<!date\^(?P<timestamp>\d+)\^(?P<format>[^|<>]*)\|(?P<fallback>[^<>]*)>"
    r"|<@(?P<user>\w+)>|<#(?P<channel>\w+)>|<(?P<url>https?://[^|<>]+)\|(?P<label>[^<>]*)>"
)


def shown(message: Json, value: re.Pattern[str]) -> Json:
    """A message or view in which Slack marks up nothing that somebody typed.

    `value` finds what is somebody's words, between the marks of a template that isn't settled yet.
    """
    return {
        name: [_block(block, value) for block in held] if name == "blocks" else held for name, held in message.items()
    }


def is_marked(sentence: str) -> bool:
    """Whether Slack would mark up something in it besides the commands that we name."""
    return MARKED.search(COMMAND.sub("", sentence)) is not None


def elements(text: str, value: re.Pattern[str] = NOTHING) -> Iterator[Json]:
    """Somebody's words as they are, and what we marked up between them."""
    bold, at = False, 0
    for found in re.finditer(f"(?P<value>{value.pattern})|{OURS.pattern}", text, re.DOTALL):
        yield from _words(text[at : found.start()], bold=bold)
        at = found.end()
        if found["bold"]:
            bold = not bold
        elif found["value"]:
            yield from _words(found["value"] if found[2] else "", bold=bold)
        else:
            yield {**_made(found), **_style(bold=bold)}
    yield from _words(text[at:], bold=bold)


def _block(block: Any, value: re.Pattern[str]) -> Any:
    """The block as it is or, where Slack would mark something up in it, rich text; beside a button plain text."""
    text = _parsed(block)
    if not any(MARKED.search(found[0]) for found in value.finditer(text)):
        return block
    told = [*elements(text, value)]
    if "accessory" in block:  # which rich text has no room for: it says a date as it is where we are
        plain = "".join(one.get("text") or one.get("fallback", "") for one in told)
        return {**block, "text": {"type": "plain_text", "text": plain, "emoji": False}}
    named = {"block_id": block["block_id"]} if "block_id" in block else {}
    return {"type": "rich_text", **named, "elements": [{"type": "rich_text_section", "elements": told}]}


def _parsed(block: Any) -> str:
    """What Slack would read in a section, or in a line that says nothing else; empty for all others.

    A text of our own that is marked up before it is printed says so by being told how Slack is to read it.
    """
    if not isinstance(block, dict):
        return ""
    alone = block.get("elements", ())[:1] if block.get("type") == "context" and len(block["elements"]) == 1 else ()
    text = next(iter(alone), block.get("text") if block.get("type") == "section" else None)
    is_read = isinstance(text, dict) and text.get("type") == "mrkdwn" and "verbatim" not in text
    return str(text["text"]) if is_read and text else ""


def _made(found: re.Match[str]) -> Json:
    if found["timestamp"]:
        dated = {"format": found["format"], "fallback": found["fallback"]}
        return {"type": "date", "timestamp": int(found["timestamp"]), **dated}
    if found["user"]:
        return {"type": "user", "user_id": found["user"]}
    if found["channel"]:
        return {"type": "channel", "channel_id": found["channel"]}
    return {"type": "link", "url": found["url"], "text": found["label"]}


def _words(text: str, *, bold: bool) -> Iterator[Json]:
    if text:
        yield {"type": "text", "text": text, **_style(bold=bold)}


def _style(*, bold: bool) -> Json:
    return {"style": {"bold": True}} if bold else {}

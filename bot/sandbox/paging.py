"""Long answers in pages, with the cursors Slack hands out."""

from base64 import b64decode, b64encode
from typing import Any

from bot.sandbox.arguments import Arguments, Refusal

Json = dict[str, Any]


def answer(name: str, found: list[Any], arguments: Arguments) -> Json:
    """One page of a list; an empty cursor says that it was the last."""
    limit = limit_of(arguments)
    start = int(position(arguments) or 0)
    more = start + limit < len(found)
    cursor = cursor_for(str(start + limit)) if more else ""
    return {"ok": True, name: found[start : start + limit], "response_metadata": {"next_cursor": cursor}}


def limit_of(arguments: Arguments) -> int:
    """How many a page holds: 100 unless the caller says, 1,000 at the most."""
    limit = arguments.number("limit", 100)
    if not 0 < limit <= 1000:
        raise Refusal("invalid_limit")
    return limit


def cursor_for(place: str) -> str:
    """A cursor that leads to this place."""
    return b64encode(f"next:{place}".encode()).decode()


def position(arguments: Arguments) -> str | None:
    """What a cursor stands for, or None without one."""
    if not arguments.given("cursor"):
        return None
    try:
        word, _, place = b64decode(arguments.text("cursor"), validate=True).decode().partition(":")
    except ValueError:
        raise Refusal("invalid_cursor") from None
    if word != "next" or not place.replace(".", "").isdigit():
        raise Refusal("invalid_cursor")
    return place

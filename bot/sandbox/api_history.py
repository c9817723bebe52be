"""conversations.history and replies, and pins: finding what was said before."""

import re
from typing import Any

from bot.sandbox import events, paging, shapes
from bot.sandbox.api_conversations import conversation
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT_USER, Channel, Message
from bot.sandbox.world import World

Json = dict[str, Any]
MOST_PINS = 100


def history(world: World, arguments: Arguments) -> Json:
    """What was said, newest first; replies stay in their threads unless they were sent to the channel too."""
    channel = conversation(world, arguments.required("channel"), member=True)
    limit = paging.limit_of(arguments)
    whole = arguments.flag("include_all_metadata")
    after, before = _bounds(arguments)
    found: list[Message] = []
    for message in reversed(channel.messages.values()):
        at = micros(message.ts)
        if at < after:
            break
        if at <= before and (not message.is_reply or message.broadcast):
            found.append(message)
        if len(found) > limit:
            break
    page = {"messages": [_told(world, message, whole) for message in found[:limit]], "pin_count": _pins(channel)}
    return {"ok": True, **page, **_more(found, limit)}


def replies(world: World, arguments: Arguments) -> Json:
    """A thread from its first message on, oldest first."""
    channel = conversation(world, arguments.required("channel"), member=True)
    root = channel.messages.get(arguments.required("ts"))
    if root is None:
        raise Refusal("thread_not_found")
    root = channel.messages.get(root.thread_ts or "", root)
    limit = paging.limit_of(arguments)
    whole = arguments.flag("include_all_metadata")
    after, before = _bounds(arguments)
    if (place := paging.position(arguments)) is not None:
        after, before = micros(place), before if arguments.given("latest") else _FOREVER
    told = [channel.messages[ts] for ts in root.replies if after <= micros(ts) <= before]
    found = [root, *told] if paging.position(arguments) is None else told
    messages = [_told(world, message, whole) for message in found[:limit]]
    if len(found) <= limit:
        return {"ok": True, "messages": messages, "has_more": False}
    cursor = paging.cursor_for(found[limit].ts)
    return {"ok": True, "messages": messages, "has_more": True, "response_metadata": {"next_cursor": cursor}}


def pin(world: World, arguments: Arguments) -> Json:
    """pins.add: keep a message in reach."""
    channel, message = _pinnable(world, arguments)
    if message.pinned_by:
        raise Refusal("already_pinned")
    if _pins(channel) >= MOST_PINS:
        raise Refusal("too_many_pins")
    message.pinned_by, message.pinned_at = BOT_USER, int(world.clock.now().timestamp())
    world.touch()
    events.pin(world, "pin_added", message)
    return {"ok": True}


def unpin(world: World, arguments: Arguments) -> Json:
    """pins.remove: let it go again."""
    _, message = _pinnable(world, arguments)
    if not message.pinned_by:
        raise Refusal("no_pin")
    message.pinned_by = None
    world.touch()
    events.pin(world, "pin_removed", message)
    return {"ok": True}


def pins(world: World, arguments: Arguments) -> Json:
    """pins.list: what is pinned in a channel."""
    channel = conversation(world, arguments.required("channel"), member=True)
    pinned = [message for message in channel.messages.values() if message.pinned_by]
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": message.pinned_at,
            "created_by": message.pinned_by,
            "message": shapes.message(world, message),
        }
        for message in sorted(pinned, key=lambda message: message.pinned_at, reverse=True)
    ]
    return {"ok": True, "items": items}


def micros(ts: str) -> int:
    """A message time as whole microseconds; also takes the plain numbers people pass as `oldest`."""
    if not re.fullmatch(r"\d+(\.\d+)?", ts):
        raise ValueError(ts)
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


_FOREVER = 2**63


def _bounds(arguments: Arguments) -> tuple[int, int]:
    """The first and the last microsecond wanted, both included."""
    inside = arguments.flag("inclusive")
    after = _instant(arguments, "oldest", 0) if arguments.given("oldest") else -1
    before = _instant(arguments, "latest", _FOREVER) if arguments.given("latest") else _FOREVER
    first, last = (after, before) if inside or after < 0 else (after + 1, before)
    last = last if inside or before == _FOREVER else last - 1
    place = paging.position(arguments)
    return first, last if place is None else min(last, micros(place))


def _instant(arguments: Arguments, name: str, otherwise: int) -> int:
    try:
        return micros(arguments.text(name))
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None


def _told(world: World, message: Message, whole: bool) -> Json:
    """A message from the past; its metadata shows only the event type unless the caller asked for all."""
    shape = shapes.message(world, message)
    if message.metadata and not whole:
        shape["metadata"] = {"event_type": message.metadata["event_type"]}
    return shape


def _more(found: list[Message], limit: int) -> Json:
    if len(found) <= limit:
        return {"has_more": False}
    return {"has_more": True, "response_metadata": {"next_cursor": paging.cursor_for(found[limit].ts)}}


def _pinnable(world: World, arguments: Arguments) -> tuple[Channel, Message]:
    channel = conversation(world, arguments.required("channel"), member=True)
    if not arguments.given("timestamp"):
        raise Refusal("no_item_specified")
    message = channel.messages.get(arguments.text("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    return channel, message


def _pins(channel: Channel) -> int:
    return sum(message.pinned_by is not None for message in channel.messages.values())

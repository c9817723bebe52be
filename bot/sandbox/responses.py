"""Response URLs, and the answers that ride on an acknowledgement: what the app says back to one interaction."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox import api_chat, content, events
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.doors import Door, told
from bot.sandbox.things import BOT_USER, Channel, Message, ResponseUrl
from bot.sandbox.world import World

Json = dict[str, Any]


class ResponseUrls:
    """Everything under /response/: five answers in half an hour, and only what Slack would show."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        await self.door.answer(
            "response_url", scope, receive, send, lambda call: respond(self.door.world, request, body, call)
        )


def respond(world: World, request: Request, body: bytes, call: Json) -> Response:
    """Take one answer; a refused one does not count."""
    right = world.response_urls.get(request.path_params["key"])
    try:
        arguments = Arguments.read(b"", body, request.headers.get("content-type", ""))
        call["arguments"] = arguments.values
        if right is None or time.monotonic() > right.expires:
            raise Refusal("expired_url", status=404)
        if right.uses <= 0:
            raise Refusal("used_url", status=404)
        answer(world, right, arguments)
    except Refusal as refusal:
        call["outcome"] = refusal.error
        return told(world, refusal.answer, status=400 if refusal.status == 200 else refusal.status)
    right.uses -= 1
    call["outcome"] = "ok"
    return told(world, {"ok": True})


def answer(world: World, right: ResponseUrl, arguments: Arguments) -> None:
    """Say, replace or take away what an interaction is answered with."""
    channel = world.channels[right.channel]
    original = _original(channel, right)
    if arguments.flag("delete_original"):
        if original is not None:
            _take_away(world, channel, original)
        return
    blocks = content.message_blocks(world, arguments)
    text = content.message_text(arguments, blocks)
    if original is not None and arguments.flag("replace_original"):
        original.values.clear()
        api_chat.edit(world, original, text=text, blocks=blocks or [])
        return
    right.original = _say(world, right, arguments, text, blocks).ts


def _say(world: World, right: ResponseUrl, arguments: Arguments, text: str, blocks: list[Json] | None) -> Message:
    """Ephemeral unless the app asks for the channel; posting here needs no membership."""
    in_channel = arguments.text("response_type") == "in_channel"
    message = Message(world.clock.ts(), right.channel, BOT_USER, text, blocks or [], from_app=True)
    message.seen_by = None if in_channel else right.user
    message.thread_ts = arguments.text("thread_ts") or None
    message.metadata = content.metadata(arguments) or None
    world.add_message(message)
    if in_channel:
        events.said(world, message)
    return message


def _original(channel: Channel, right: ResponseUrl) -> Message | None:
    ts = right.original or ""
    return channel.ephemerals.get(ts) or channel.messages.get(ts)


def _take_away(world: World, channel: Channel, message: Message) -> None:
    if message.seen_by is None:
        api_chat.remove(world, channel, message)
    else:
        del channel.ephemerals[message.ts]
        world.touch()

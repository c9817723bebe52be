"""The control side: looking over a person's shoulder, acting for them, and making trouble."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import acts, keeping, sight, sockets, staging, turning
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.world import World

Json = dict[str, Any]
Answer = Callable[[World, Arguments], Awaitable[Json]]
LONGEST_WAIT = 60.0


async def see(world: World, arguments: Arguments) -> Json:
    """What a person sees, now or as soon as something is newer than `after`."""
    person = world.users.get(arguments.text("user"))
    if person is None:
        raise Refusal(f"There is nobody here with the id {arguments.text('user')!r}.", status=404)
    if arguments.given("after"):
        wait = min(float(arguments.text("wait", "0")), LONGEST_WAIT)
        await world.change(arguments.number("after", 0), wait)
    return sight.see(world, person, channel=arguments.text("channel"), limit=arguments.number("limit", 100))


async def set_limits(world: World, arguments: Arguments) -> Json:
    """Change pace and patience by the names of `Limits`."""
    limits = world.limits
    for name, value in arguments.values.items():
        if name not in LIMITS:
            raise Refusal(f"There is no limit {name!r}. There is: {', '.join(LIMITS)}.", status=400)
        setattr(limits, name, tuple(value) if name == "retry_delays" else value)
    return {"ok": True, **{name: getattr(limits, name) for name in LIMITS}}


async def add_fault(world: World, arguments: Arguments) -> Json:
    """Plan trouble for the next calls of a method."""
    if arguments.text("what") not in KINDS:
        raise Refusal(f"Trouble comes as one of: {', '.join(sorted(KINDS))}.", status=400)
    world.faults.add(Fault(**arguments.values))
    return {"ok": True}


async def clear_faults(world: World, arguments: Arguments) -> Json:
    """Plan no more trouble."""
    world.faults.clear()
    return {"ok": True}


async def cut_sockets(world: World, arguments: Arguments) -> Json:
    """Close every socket: after a disconnect frame with `reason`, or without a word with `abrupt`."""
    frame = None if arguments.flag("abrupt") else sockets.goodbye(world, arguments.text("reason", "refresh_requested"))
    return {"ok": True, "cut": await world.deliveries.cut(frame)}


async def redeliver(world: World, arguments: Arguments) -> Json:
    """Send the last envelope again, or the one given."""
    if arguments.given("envelope"):
        ack = await world.deliveries.raw(arguments.structure("envelope", refusal="invalid_json"))
        return {"ok": True, "acked": int(ack.acked), "response": ack.response}
    return {"ok": True, "acked": await world.deliveries.again(arguments.number("times", 1))}


async def expire_triggers(world: World, arguments: Arguments) -> Json:
    """Let every trigger be too old at once."""
    for trigger in world.triggers.values():
        trigger.expires = 0.0
    return {"ok": True}


async def set_down(world: World, arguments: Arguments) -> Json:
    """Be away altogether, or be back."""
    world.down = arguments.flag("down", True)
    if world.down:
        await world.deliveries.cut(None)
    return {"ok": True, "down": world.down}


async def calls(world: World, arguments: Arguments) -> Json:
    """Every call of the Web API so far, or those of one method."""
    wanted = arguments.text("method")
    return {"calls": [call for call in world.calls if wanted in ("", call["method"])]}


async def posts(world: World, arguments: Arguments) -> Json:
    """Every message the app ever posted, deleted ones included."""
    return {"posts": list(world.posts)}


async def state(world: World, arguments: Arguments) -> Json:
    """The workspace from above, or every message of one channel."""
    if arguments.given("channel"):
        channel = world.channels.get(arguments.text("channel"))
        if channel is None:
            raise Refusal("There is no such channel.", status=404)
        return {"messages": [sight.message(world, message) for message in channel.messages.values()]}
    return {
        "version": world.version,
        "now": world.clock.now().isoformat(),
        "sockets": len(world.deliveries.lines),
        "users": [{**sight.me(user), "joined": user.joined, "deleted": user.deleted} for user in world.users.values()],
        "channels": [staging.summary(channel) for channel in world.channels.values()],
    }


async def reset(world: World, arguments: Arguments) -> Json:
    """Begin again with an empty workspace."""
    world.empty()
    return {"ok": True}


async def set_out(request: Request) -> Response:
    """Turn the clock, and answer before it stands there: a page has only so many lines, and sees when it does."""
    world: World = request.app.state.world
    try:
        to = turning.set_out(world, await _arguments(request))
    except Refusal as refusal:
        return _json(refusal.answer, refusal.status)
    response = _json({"ok": True, "to": to.isoformat(), "version": world.version})
    response.background = BackgroundTask(turning.arrive, world, to)
    return response


async def stream(request: Request) -> Response:
    """Server-sent events: the version, whenever there is a new one."""
    world: World = request.app.state.world

    async def versions() -> AsyncIterator[str]:
        seen = -1
        while not world.closed:
            await world.change(seen, 15.0)
            yield f"data: {json.dumps({'version': world.version})}\n\n" if world.version > seen else ": still here\n\n"
            seen = world.version
            await asyncio.sleep(0.03)

    return StreamingResponse(versions(), media_type="text/event-stream", headers={"cache-control": "no-store"})


def routes() -> list[Route]:
    """Everything under /practice."""
    table: list[tuple[str, str, Answer]] = [
        ("GET", "see", see),
        ("POST", "users", staging.add_user),
        ("POST", "channels", staging.add_channel),
        ("POST", "app", staging.configure),
        ("POST", "clock", turning.turn),
        ("POST", "limits", set_limits),
        ("POST", "faults", add_fault),
        ("DELETE", "faults", clear_faults),
        ("POST", "sockets/cut", cut_sockets),
        ("POST", "redeliver", redeliver),
        ("POST", "expire_triggers", expire_triggers),
        ("POST", "down", set_down),
        ("GET", "calls", calls),
        ("GET", "posts", posts),
        ("GET", "state", state),
        ("POST", "reset", reset),
    ]
    made = [Route(f"/practice/{path}", _route(answer), methods=[verb]) for verb, path, answer in table]
    others = [
        Route("/practice/stream", stream),
        Route("/practice/clock/set_out", set_out, methods=["POST"]),
        Route("/practice/keep", keeping.keep, methods=["POST"]),
    ]
    return [Route("/practice/act/{what}", _act, methods=["POST"]), *others, *made]


LIMITS = (
    "on",
    "ack_seconds",
    "trigger_seconds",
    "turn_seconds",
    "busy_seconds",
    "retry_delays",
    "response_uses",
    "response_seconds",
    "posts_per_minute",
    "posts_per_second_per_channel",
    "post_burst",
    "per_minute",
    "sockets",
    "echo",
    "file_seconds",
)


def _route(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        try:
            return _json(await answer(request.app.state.world, await _arguments(request)))
        except Refusal as refusal:
            return _json(refusal.answer, 400 if refusal.status == 200 else refusal.status)

    return respond


async def _act(request: Request) -> Response:
    try:
        arguments = await _arguments(request)
        return _json(await acts.perform(request.app.state.world, request.path_params["what"], arguments))
    except Refusal as refusal:
        return _json(refusal.answer, 400)


async def _arguments(request: Request) -> Arguments:
    """Control calls are JSON whatever their content type says."""
    return Arguments.read(request.scope["query_string"], await request.body(), "json")


def _json(answer: Json, status: int = 200) -> Response:
    return Response(json.dumps(answer), status, media_type="application/json", headers={"cache-control": "no-store"})

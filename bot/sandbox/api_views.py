"""views.*: the modals and Home tabs that the app puts before people."""

import secrets
import time
from typing import Any

from bot.sandbox import content, inputs, shapes
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import View
from bot.sandbox.world import World

Json = dict[str, Any]
MOST_STACKED = 3


def open_modal(world: World, arguments: Arguments) -> Json:
    """Open a modal for whoever caused the trigger; one that is open already makes room."""
    body = content.view_body(world, arguments, ("modal",))
    user = redeem(world, _trigger(arguments))
    _refuse_taken(world, body, None)
    for old in world.stacks.pop(user, []):
        world.views.pop(old.id, None)
    return {"ok": True, "view": shapes.view(stack(world, user, body))}


def push(world: World, arguments: Arguments) -> Json:
    """Put another modal on top of the one that is open."""
    body = content.view_body(world, arguments, ("modal",))
    user = redeem(world, _trigger(arguments))
    if not world.stacks.get(user):
        raise Refusal("not_found")
    if len(world.stacks[user]) >= MOST_STACKED:
        raise Refusal("push_limit_reached")
    _refuse_taken(world, body, None)
    return {"ok": True, "view": shapes.view(stack(world, user, body))}


def update(world: World, arguments: Arguments) -> Json:
    """Change a view that is on a screen. A `hash` from an older version of it is refused."""
    view = _wanted(world, arguments)
    body = content.view_body(world, arguments, (view.body["type"],))
    _refuse_stale(view, arguments)
    _refuse_taken(world, body, view)
    redraw(world, view, body)
    return {"ok": True, "view": shapes.view(view)}


def publish(world: World, arguments: Arguments) -> Json:
    """Set somebody's Home tab; this works at any time, without a trigger."""
    user = arguments.required("user_id")
    if user not in world.users or world.users[user].is_bot:
        raise Refusal("invalid_arguments", messages=["[ERROR] no such user [json-pointer:/user_id]"])
    if not world.app.home:
        raise Refusal("not_enabled")
    body = content.view_body(world, arguments, ("home",))
    view = world.homes.get(user)
    if view is None:
        _refuse_taken(world, body, None)
        view = world.homes[user] = _new(world, user, body)
        world.touch()
    else:
        _refuse_stale(view, arguments)
        _refuse_taken(world, body, view)
        redraw(world, view, body)
    return {"ok": True, "view": shapes.view(view)}


def redeem(world: World, trigger_id: str) -> str:
    """Whose trigger this is; each lives a moment and works once."""
    trigger = world.triggers.get(trigger_id)
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise Refusal("expired_trigger_id")
    trigger.used = True
    return trigger.user


def stack(world: World, user: str, body: Json) -> View:
    """Lay a checked view on top of what the person has open."""
    below = world.stacks.setdefault(user, [])
    view = _new(world, user, body)
    if below:
        view.previous, view.root = below[-1].id, below[0].id
    below.append(view)
    world.touch()
    return view


def redraw(world: World, view: View, body: Json) -> None:
    """Show something else in the same place; what was typed stays where the inputs are the same."""
    view.body = body
    view.values = inputs.carried(view.values, body["blocks"])
    view.errors = {}
    view.hash = _hash()
    world.touch()


def close(world: World, user: str, *, all_of_them: bool = False) -> list[View]:
    """Take the top modal away, or the whole stack; returns what went, top first."""
    below = world.stacks.get(user, [])
    gone = list(reversed(below)) if all_of_them else below[-1:]
    for view in gone:
        below.remove(view)
        world.views.pop(view.id, None)
    if not below:
        world.stacks.pop(user, None)
    world.touch()
    return gone


def _new(world: World, user: str, body: Json) -> View:
    view_id = world.new_id("V")
    view = View(view_id, user, body, _hash(), view_id, values=inputs.fresh(body["blocks"]))
    world.views[view_id] = view
    return view


def _trigger(arguments: Arguments) -> str:
    if not arguments.given("trigger_id") and arguments.given("interactivity_pointer"):
        return arguments.text("interactivity_pointer")
    return arguments.required("trigger_id")


def _wanted(world: World, arguments: Arguments) -> View:
    if arguments.given("view_id"):
        view = world.views.get(arguments.text("view_id"))
    else:
        external = arguments.required("external_id")
        view = next((v for v in world.views.values() if v.body.get("external_id") == external), None)
    if view is None:
        raise Refusal("not_found")
    return view


def _refuse_stale(view: View, arguments: Arguments) -> None:
    if arguments.given("hash") and arguments.text("hash") != view.hash:
        raise Refusal("hash_conflict")


def _refuse_taken(world: World, body: Json, own: View | None) -> None:
    external = body.get("external_id")
    if external and any(v is not own and v.body.get("external_id") == external for v in world.views.values()):
        raise Refusal("duplicate_external_id")


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_urlsafe(6)}"

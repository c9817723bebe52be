"""What a person does with buttons and forms: press, type, fill in, submit, close."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox import api_views, asks, content, inputs
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.asks import Refused
from bot.sandbox.places import Place, shown
from bot.sandbox.things import User, View
from bot.sandbox.world import World

Json = dict[str, Any]


async def click(world: World, person: User, arguments: Arguments) -> Json:
    """Press a button or choose from a menu, in a message, in the open form or on the Home tab."""
    place = shown(world, person, arguments)
    block, element = found(place, arguments)
    action = _action(block, inputs.offering(block, element, place.values, place.offered), arguments)
    if element["type"] in inputs.HOLDS:
        state = inputs.state_for(inputs.offering(block, element, place.values, place.offered), _chosen(arguments))
        place.values.setdefault(block["block_id"], {})[element["action_id"]] = state
        world.touch()
    return await _dispatch(world, person, place, action)


async def type_in(world: World, person: User, arguments: Arguments) -> Json:
    """Put a value into one input; the app hears of it when the input asks for that.

    For words, `enter: false` stops short of the Enter key, which only matters to inputs that wait for it.
    """
    place = shown(world, person, arguments, otherwise_modal=True)
    block, element = _input(place.blocks, arguments.required("block_id"))
    _set(place, block, element, arguments.values.get("value"))
    world.touch()
    if not block.get("dispatch_action") or not _listens(element, enter=arguments.flag("enter", True)):
        return {"ok": True, "acked": False, "response": None, "version": world.version}
    return await _dispatch(world, person, place, _state_action(place.values, block, element))


async def fill(world: World, person: User, arguments: Arguments) -> Json:
    """Fill in several inputs of the open form at once; the app hears nothing of it."""
    view = _open_view(world, person)
    _fill(view, arguments)
    world.touch()
    return {"ok": True, "acked": False, "response": None, "version": world.version}


async def submit(world: World, person: User, arguments: Arguments) -> Json:
    """Press the submit button: Slack checks the form, then the app does, and its answer decides what is shown."""
    view = _open_view(world, person)
    if view.body.get("submit") is None:
        raise Refused("This form has no button to submit it.")
    if arguments.given("values"):
        _fill(view, arguments)
    view.errors = inputs.problems(view.blocks, view.values)
    world.touch()
    if view.errors:
        return {"ok": False, "acked": False, "response": None, "errors": view.errors, "version": world.version}
    payload = {**asks.in_view(world, person, "view_submission", view), "response_urls": _response_urls(world, view)}
    ack = await asks.ask(world, person, "interactive", payload, about="Submitting the form", answers=True)
    if ack.acked:
        _follow(world, person, view, ack.response or {})
    result = asks.outcome(world, person, ack)
    if view.errors:
        result.update(ok=False, errors=view.errors)
    return result


async def close(world: World, person: User, arguments: Arguments) -> Json:
    """Cancel the form on top, or with `all` the whole stack; the app hears of it where it asked to."""
    if not world.stacks.get(person.id):
        raise Refused("No form is open.")
    top = world.stacks[person.id][-1]
    cleared = arguments.flag("all") or bool(top.body.get("clear_on_close"))
    gone = api_views.close(world, person.id, all_of_them=cleared)
    told = gone[-1] if cleared else gone[0]
    if not told.body.get("notify_on_close"):
        return {"ok": True, "acked": False, "response": None, "version": world.version}
    payload = {**asks.in_view(world, person, "view_closed", told), "is_cleared": cleared}
    payload.pop("trigger_id")
    return asks.outcome(world, person, await asks.ask(world, person, "interactive", payload, about="Closing the form"))


def _follow(world: World, person: User, view: View, response: Json) -> None:
    """Do what the app's answer to a submitted form says; without one, the form closes."""
    action = response.get("response_action")
    try:
        if action == "errors":
            view.errors = _errors(view, response.get("errors"))
        elif action == "update":
            api_views.redraw(world, view, content.checked_view(world, response.get("view") or {}))
        elif action == "push":
            api_views.stack(world, person.id, content.checked_view(world, response.get("view") or {}))
        elif action == "clear":
            api_views.close(world, person.id, all_of_them=True)
        elif view in world.stacks.get(person.id, []):
            world.stacks[person.id].remove(view)
            world.views.pop(view.id, None)
            if not world.stacks[person.id]:
                del world.stacks[person.id]
    except Refusal as refusal:
        why = "; ".join(refusal.more.get("response_metadata", {}).get("messages", [])) or refusal.error
        world.notify(person.id, f"The app answered the form with something Slack does not show: {why}")
    world.touch()


def _errors(view: View, errors: Any) -> dict[str, str]:
    known = {block["block_id"] for block, _ in inputs.elements(view.blocks) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - known:
        raise Refusal(f"errors for {sorted(errors or {})} where the inputs are {sorted(known)}")
    return {str(key): str(value) for key, value in errors.items()}


def _fill(view: View, arguments: Arguments) -> None:
    values = arguments.structure("values", refusal="invalid_json")
    if not isinstance(values, dict):
        raise Refused("`values` is a table of block_id and value.")
    chosen = [(_input(view.blocks, block_id), value) for block_id, value in values.items()]
    for (block, element), value in chosen:
        _set(view, block, element, value)
        view.errors.pop(block["block_id"], None)


def _set(place: Place | View, block: Json, element: Json, value: Any) -> None:
    try:
        state = inputs.state_for(inputs.offering(block, element, place.values, place.offered), value)
    except ValueError as error:
        raise Refused(f"{block['block_id']}: {error}") from None
    place.values.setdefault(block["block_id"], {})[element["action_id"]] = state


def _open_view(world: World, person: User) -> View:
    if not world.stacks.get(person.id):
        raise Refused("No form is open.")
    return world.stacks[person.id][-1]


def _input(blocks: list[Json], block_id: str) -> tuple[Json, Json]:
    found = [(b, e) for b, e in inputs.elements(blocks) if e["type"] in inputs.HOLDS]
    for block, element in found:
        if block["block_id"] == block_id:
            return block, element
    raise Refused(f"There is no input {block_id!r}. There is: {', '.join(b['block_id'] for b, _ in found) or 'none'}.")


def found(place: Place, arguments: Arguments) -> tuple[Json, Json]:
    """The element a person points at: by action_id, and by block_id or value where several share one.

    A message that was edited while somebody reached for its button has new block ids; the button is still meant.
    """
    wanted = arguments.required("action_id")
    named = [found for found in inputs.elements(place.blocks) if found[1].get("action_id") == wanted]
    matches = [found for found in named if found[0]["block_id"] == arguments.text("block_id")] or named
    if not matches:
        offered = ", ".join(_names(place)) or "nothing"
        raise Refused(f"There is no {wanted!r} to press. There is: {offered}.")
    if arguments.given("value"):
        return next((m for m in matches if m[1].get("value") == arguments.text("value")), matches[0])
    return matches[0]


def _names(place: Place) -> Iterator[str]:
    return (str(element.get("action_id")) for _, element in inputs.elements(place.blocks))


def _chosen(arguments: Arguments) -> Any:
    return arguments.values.get("selected", arguments.values.get("value"))


def _action(block: Json, element: Json, arguments: Arguments) -> Json:
    """The one entry of `actions` for a press or a choice."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    action["action_ts"] = asks.action_ts()
    if element["type"] in inputs.HOLDS:
        try:
            return {**action, **inputs.state_for(element, _chosen(arguments))}
        except ValueError as error:
            raise Refused(str(error)) from None
    if element["type"] == "overflow":
        try:
            return {**action, "selected_option": inputs.option(element, str(_chosen(arguments)))}
        except ValueError as error:
            raise Refused(str(error)) from None
    shown_keys = ("text", "value", "url", "style", "accessibility_label")
    return {**action, **{key: element[key] for key in shown_keys if key in element}}


def _state_action(values: Any, block: Json, element: Json) -> Json:
    state = values[block["block_id"]][element["action_id"]]
    named = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": asks.action_ts()}
    return {**state, **named}


def _listens(element: Json, *, enter: bool) -> bool:
    """Whether typing reaches the app: words only as `dispatch_action_config` says, choices always."""
    if not element["type"].endswith("_input"):
        return True
    triggers = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return "on_character_entered" in triggers or (enter and "on_enter_pressed" in triggers)


def _response_urls(world: World, view: View) -> list[Json]:
    """Ways to answer in a conversation the person picked, where an input asked for them."""
    found = []
    for block, element in inputs.elements(view.blocks):
        if not element.get("response_url_enabled"):
            continue
        state = view.values[block["block_id"]][element["action_id"]]
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if channel in world.channels:
            url = world.response_url_for(view.user, channel)
            named = {"block_id": block["block_id"], "action_id": element["action_id"]}
            found.append({**named, "channel_id": channel, "response_url": url})
    return found


async def _dispatch(world: World, person: User, place: Place, action: Json) -> Json:
    payload = {**asks.interaction(world, person, "block_actions"), **place.payload, "actions": [action]}
    if place.answerable is not None:
        payload["response_url"] = place.answerable()
    about = action.get("text", {}).get("text") if isinstance(action.get("text"), dict) else None
    ack = await asks.ask(world, person, "interactive", payload, about=f"“{about}”" if about else "That")
    return asks.outcome(world, person, ack)

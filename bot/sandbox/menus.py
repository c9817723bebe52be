"""Menus whose choices come from the app, for what a person types in them."""

from typing import Any

from bot.sandbox import asks, forms, inputs
from bot.sandbox.arguments import Arguments
from bot.sandbox.asks import Refused
from bot.sandbox.block_elements import SUGGESTED
from bot.sandbox.places import shown
from bot.sandbox.rules import Look
from bot.sandbox.things import User
from bot.sandbox.world import World

Json = dict[str, Any]
ASKS_FROM = 3  # letters, where a menu doesn't say


async def suggest(world: World, person: User, arguments: Arguments) -> Json:
    """Type into a menu whose choices come from the app; `response` carries them, and one of them can be chosen."""
    place = shown(world, person, arguments, otherwise_modal=True)
    block, element = forms.found(place, arguments)
    typed, least = arguments.text("value"), element.get("min_query_length", ASKS_FROM)
    if len(typed) < least:
        raise Refused(f"This menu asks the app from {least} letters on.")
    payload = {
        **asks.interaction(world, person, "block_suggestion"),
        **place.payload,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    payload.pop("trigger_id")
    ack = await asks.ask(world, person, "interactive", payload, about="The menu", answers=True)
    if not ack.acked:
        return asks.outcome(world, person, ack)
    look = Look("modal")
    SUGGESTED(look, ack.response or {}, "")
    if look.found:
        why = "; ".join(look.found)
        world.notify(person.id, f"The app answered the menu with something Slack does not show: {why}")
        return {"ok": False, "acked": True, "response": None, "errors": look.found, "version": world.version}
    before = place.offered.get((block["block_id"], element["action_id"]), [])
    place.offered[block["block_id"], element["action_id"]] = [*inputs.choices(ack.response or {}), *before]
    return asks.outcome(world, person, ack)

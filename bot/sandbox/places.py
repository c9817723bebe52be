"""Where a person can press something: a message, the form that is open, or the Home tab."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox import asks, inputs, shapes
from bot.sandbox.arguments import Arguments
from bot.sandbox.asks import Refused
from bot.sandbox.things import Channel, Message, Offered, User, Values, View
from bot.sandbox.world import World

Json = dict[str, Any]


@dataclass
class Place:
    """What stands there, what has been filled in, and what a payload from there says about it."""

    blocks: list[Json]
    values: Values
    offered: Offered
    describe: Callable[[], Json]
    answerable: Callable[[], str] | None = None

    @property
    def payload(self) -> Json:
        """What the app is sent of it."""
        return self.describe()


def shown(world: World, person: User, arguments: Arguments, *, otherwise_modal: bool = False) -> Place:
    """The place the arguments speak of: `home`, `view`, or `channel` and `ts`."""
    if arguments.flag("home"):
        if person.id not in world.homes:
            raise Refused("The app has not published a Home tab to this person yet.")
        return _of_view(world.homes[person.id])
    if arguments.flag("view") or (otherwise_modal and not arguments.given("ts")):
        if not world.stacks.get(person.id):
            raise Refused("No form is open.")
        return _of_view(world.stacks[person.id][-1])
    channel = world.channels.get(arguments.text("channel"))
    if channel is None or person.id not in channel.members:
        raise Refused(f"{person.real_name} is not in a channel with the id {arguments.text('channel')!r}.")
    message = channel.messages.get(arguments.text("ts")) or channel.ephemerals.get(arguments.text("ts"))
    if message is None or message.seen_by not in (None, person.id):
        raise Refused("That message is not there any more.")
    return _of_message(world, person, channel, message)


def _of_view(view: View) -> Place:
    return Place(
        view.blocks,
        view.values,
        view.offered,
        lambda: {"container": {"type": "view", "view_id": view.id}, "view": shapes.view(view)},
    )


def _of_message(world: World, person: User, channel: Channel, message: Message) -> Place:
    """Slack does not send an ephemeral message back to the app, only where it was."""
    values = message.values.setdefault(person.id, inputs.fresh(message.blocks))
    ephemeral = message.seen_by is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts

    def describe() -> Json:
        about: Json = {"container": container, "channel": asks.place(channel), "state": {"values": values}}
        return about if ephemeral else {**about, "message": shapes.message(world, message)}

    def answerable() -> str:
        return world.response_url_for(person.id, channel.id, original=message.ts, ephemeral=ephemeral)

    return Place(message.blocks, values, message.offered.setdefault(person.id, {}), describe, answerable)

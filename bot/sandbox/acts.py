"""What a person does in channels: commands, messages, shortcuts, coming and going."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox import api_chat, asks, attachments, comings, dnd, events, forms, menus, responses, shapes
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.asks import Refused
from bot.sandbox.things import Channel, Message, ResponseUrl, User
from bot.sandbox.world import World

Json = dict[str, Any]
Act = Callable[[World, User, Arguments], Awaitable[Json]]


async def perform(world: World, what: str, arguments: Arguments) -> Json:
    """Do it as that person; a refusal comes back as a sentence, and nothing has happened."""
    person = world.users.get(arguments.text("user"))
    if person is None or person.is_bot:
        return {"ok": False, "refused": f"There is nobody here with the id {arguments.text('user')!r}."}
    if what not in ACTS:
        return {"ok": False, "refused": f"A person cannot {what!r} here. There is: {', '.join(ACTS)}."}
    try:
        return await ACTS[what](world, person, arguments)
    except Refused as refused:
        return {"ok": False, "acked": False, "refused": str(refused), "version": world.version}


async def run_command(world: World, person: User, arguments: Arguments) -> Json:
    """Type a slash command. Slack allows none in threads, and none from people outside the app's reach."""
    name, text = arguments.text("command"), arguments.text("text")
    name = name if name.startswith("/") else f"/{name}"
    channel = asks.own_channel(world, person, arguments)
    if not person.reaches_app:
        raise Refused("Commands of this app are for members and multi-channel guests of this workspace.")
    if arguments.given("thread") or arguments.given("thread_ts"):
        raise Refused(f"{name} is not supported in threads. Sorry!")
    known = {command["command"]: command for command in world.app.commands or []}
    if world.app.commands is not None and name not in known:
        raise Refused(f"{name} is not a command here. Commands of the app: {', '.join(known) or 'none'}.")
    if known.get(name, {}).get("should_escape"):
        text = _with_ids(world, text)
    payload = asks.command(world, person, channel, name, text)
    ack = await asks.ask(world, person, "slash_commands", payload, about=name, answers=True)
    if ack.response:
        _show(world, person, payload["response_url"], ack.response)
    return asks.outcome(world, person, ack)


async def write_message(world: World, person: User, arguments: Arguments) -> Json:
    """Write in a channel, in a thread, or to the app itself."""
    to_app = arguments.flag("app")
    channel = world.conversation_with(person.id) if to_app else asks.own_channel(world, person, arguments)
    if channel.archived:
        raise Refused(f"#{channel.name} is archived; nobody can write there.")
    text = _escaped(arguments.text("text"))
    message = Message(world.clock.ts(), channel.id, person.id, text, shapes.rich_text(arguments.text("text")))
    message.thread_ts = _root(channel, arguments)
    message.files = attachments.taken(world, person.id, arguments)
    world.add_message(message)
    return {**await asks.heard(world, events.said(world, message)), "ts": message.ts, "channel": channel.id}


async def delete_message(world: World, person: User, arguments: Arguments) -> Json:
    """Take back one's own message, with the files attached to it."""
    channel = asks.own_channel(world, person, arguments)
    message = channel.messages.get(arguments.text("ts"))
    if message is None:
        raise Refused("That message is not there any more.")
    if message.user != person.id and not person.admin:
        raise Refused("Only the person who wrote a message, or an admin, can delete it.")
    api_chat.remove(world, channel, message)
    attachments.taken_back(world, message)
    return await asks.heard(world, None)


async def run_shortcut(world: World, person: User, arguments: Arguments) -> Json:
    """Start a global shortcut; it carries no channel and no way back but its trigger."""
    callback_id = _shortcut(world, person, arguments, "global")
    payload = asks.interaction(world, person, "shortcut")
    payload.update(callback_id=callback_id, action_ts=asks.action_ts())
    return asks.outcome(world, person, await asks.ask(world, person, "interactive", payload, about="The shortcut"))


async def run_message_shortcut(world: World, person: User, arguments: Arguments) -> Json:
    """Start a shortcut on a message; the app is given the whole message."""
    callback_id = _shortcut(world, person, arguments, "message")
    channel = asks.own_channel(world, person, arguments)
    message = channel.messages.get(arguments.text("ts"))
    if message is None:
        raise Refused("That message is not there any more.")
    payload = asks.interaction(world, person, "message_action")
    payload.update(
        callback_id=callback_id,
        action_ts=asks.action_ts(),
        channel=asks.place(channel),
        message_ts=message.ts,
        message=shapes.message(world, message),
        response_url=world.response_url_for(person.id, channel.id, original=message.ts),
    )
    return asks.outcome(world, person, await asks.ask(world, person, "interactive", payload, about="The shortcut"))


async def open_home(world: World, person: User, arguments: Arguments) -> Json:
    """Look at the app's Home tab, or its Messages tab with `tab: messages`."""
    tab = arguments.text("tab") or "home"
    if tab == "home" and not (person.reaches_app and world.app.home):
        raise Refused("The Home tab of this app is for members and multi-channel guests of this workspace.")
    return await asks.heard(world, events.home_opened(world, person, tab))


async def mark_read(world: World, person: User, arguments: Arguments) -> Json:
    """Have read a conversation to its end."""
    channel = asks.own_channel(world, person, arguments)
    channel.read[person.id] = world.clock.ts()
    world.touch()
    return await asks.heard(world, None)


ACTS: dict[str, Act] = {
    "command": run_command,
    "message": write_message,
    "delete_message": delete_message,
    "click": forms.click,
    "type": forms.type_in,
    "fill": forms.fill,
    "submit": forms.submit,
    "close": forms.close,
    "suggest": menus.suggest,
    "shortcut": run_shortcut,
    "message_shortcut": run_message_shortcut,
    "home": open_home,
    "read": mark_read,
    "join": comings.join_channel,
    "leave": comings.leave_channel,
    "invite": comings.invite_person,
    "remove": comings.remove_person,
    "archive": comings.archive_channel,
    "join_workspace": comings.join_workspace,
    "leave_workspace": comings.leave_workspace,
    "pause_notifications": dnd.pause,
    "resume_notifications": dnd.resume,
}


def _shortcut(world: World, person: User, arguments: Arguments, kind: str) -> str:
    callback_id = arguments.text("callback_id")
    if not person.reaches_app:
        raise Refused("Shortcuts of this app are for members and multi-channel guests of this workspace.")
    if world.app.shortcuts is None:
        return callback_id
    names = [shortcut["callback_id"] for shortcut in world.app.shortcuts if shortcut["type"] == kind]
    if callback_id not in names:
        raise Refused(f"There is no {kind} shortcut {callback_id!r}. There is: {', '.join(names) or 'none'}.")
    return callback_id


def _show(world: World, person: User, response_url: str, response: Json) -> None:
    """Show the words that came with the acknowledgement of a command."""
    right: ResponseUrl = world.response_urls[response_url.rpartition("/")[2]]
    try:
        responses.answer(world, right, Arguments(response))
    except Refusal as refusal:
        world.notify(person.id, f"The app answered with something Slack does not show ({refusal.error}).")


def _root(channel: Channel, arguments: Arguments) -> str | None:
    if not arguments.given("thread_ts"):
        return None
    root = channel.messages.get(arguments.text("thread_ts"))
    if root is None:
        raise Refused("That thread is not there any more.")
    return root.thread_ts or root.ts


def _escaped(text: str) -> str:
    """What Slack makes of typed words: & < > are escaped, mentions of people and channels by id stay."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"&lt;([@#][A-Z0-9]+)&gt;", r"<\1>", text)


def _with_ids(world: World, text: str) -> str:
    """@name and #channel as Slack sends them to commands that ask for it."""
    people = {person.name: person for person in world.users.values()}
    channels = {channel.name: channel for channel in world.channels.values()}

    def mention(found: re.Match[str]) -> str:
        name = found[2]
        if found[1] == "@" and name in people:
            return f"<@{people[name].id}|{name}>"
        if found[1] == "#" and name in channels:
            return f"<#{channels[name].id}|{name}>"
        return found[0]

    return re.sub(r"([@#])([\w.-]+)", mention, _escaped(text))

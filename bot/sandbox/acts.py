"""What a person does in channels: commands, messages, shortcuts, coming and going."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox import api_chat, api_conversations, asks, events, forms, responses, shapes
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.asks import Refused
from bot.sandbox.world import Channel, Message, ResponseUrl, User, World

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
    channel = _channel(world, person, arguments)
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
    if arguments.flag("app"):
        channel = world.conversation_with(person.id)
    else:
        channel = _channel(world, person, arguments)
    if channel.archived:
        raise Refused(f"#{channel.name} is archived; nobody can write there.")
    text = _escaped(arguments.text("text"))
    message = Message(world.clock.ts(), channel.id, person.id, text, shapes.rich_text(arguments.text("text")))
    message.thread_ts = _root(channel, arguments)
    world.add_message(message)
    return {**await _heard(world, events.said(world, message)), "ts": message.ts, "channel": channel.id}


async def delete_message(world: World, person: User, arguments: Arguments) -> Json:
    """Take back one's own message."""
    channel = _channel(world, person, arguments)
    message = channel.messages.get(arguments.text("ts"))
    if message is None:
        raise Refused("That message is not there any more.")
    if message.user != person.id and not person.admin:
        raise Refused("Only the person who wrote a message, or an admin, can delete it.")
    api_chat.remove(world, channel, message)
    return await _heard(world, None)


async def run_shortcut(world: World, person: User, arguments: Arguments) -> Json:
    """Start a global shortcut; it carries no channel and no way back but its trigger."""
    callback_id = _shortcut(world, person, arguments, "global")
    payload = asks.interaction(world, person, "shortcut")
    payload.update(callback_id=callback_id, action_ts=asks.action_ts())
    return asks.outcome(world, person, await asks.ask(world, person, "interactive", payload, about="The shortcut"))


async def run_message_shortcut(world: World, person: User, arguments: Arguments) -> Json:
    """Start a shortcut on a message; the app is given the whole message."""
    callback_id = _shortcut(world, person, arguments, "message")
    channel = _channel(world, person, arguments)
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
    return await _heard(world, events.home_opened(world, person, tab))


async def join_channel(world: World, person: User, arguments: Arguments) -> Json:
    """Walk into a public channel."""
    channel = world.channels.get(arguments.text("channel"))
    if channel is None or channel.private or channel.archived or person.guest or person.is_external:
        raise Refused("Only members of this workspace can join a channel by themselves, and only an open public one.")
    if person.id in channel.members:
        raise Refused(f"You are in #{channel.name} already.")
    return await _heard(world, api_conversations.enter(world, channel, person, inviter=None))


async def leave_channel(world: World, person: User, arguments: Arguments) -> Json:
    channel = _channel(world, person, arguments)
    if channel.is_im or channel.group:
        raise Refused("A direct conversation cannot be left.")
    return await _heard(world, api_conversations.depart(world, channel, person))


async def invite_person(world: World, person: User, arguments: Arguments) -> Json:
    """Bring somebody else, or the app, into a channel one is in."""
    channel = _channel(world, person, arguments)
    invited = world.users.get(arguments.text("invited"))
    if invited is None or channel.is_im or channel.group or person.guest:
        raise Refused("Members can invite a person of this workspace, or the app, into a channel they are in.")
    if invited.id in channel.members:
        raise Refused(f"{invited.real_name} is in #{channel.name} already.")
    return await _heard(world, api_conversations.enter(world, channel, invited, inviter=person.id))


async def remove_person(world: World, person: User, arguments: Arguments) -> Json:
    """Take somebody else, or the app, out of a channel."""
    channel = _channel(world, person, arguments)
    removed = world.users.get(arguments.text("removed"))
    if removed is None or removed.id not in channel.members or channel.is_im:
        raise Refused("Nobody of that name is in the channel.")
    return await _heard(world, api_conversations.depart(world, channel, removed))


async def archive_channel(world: World, person: User, arguments: Arguments) -> Json:
    """Archive a channel one is in; `undo` brings it back."""
    channel = _channel(world, person, arguments)
    if channel.is_im or person.guest:
        raise Refused("Members can archive a channel they are in.")
    channel.archived = not arguments.flag("undo")
    world.touch()
    kind = "archive" if channel.archived else "unarchive"
    return await _heard(world, events.channel_state(world, kind, channel, person.id))


async def mark_read(world: World, person: User, arguments: Arguments) -> Json:
    """Have read a conversation to its end."""
    channel = _channel(world, person, arguments)
    channel.read[person.id] = world.clock.ts()
    world.touch()
    return await _heard(world, None)


async def join_workspace(world: World, person: User, arguments: Arguments) -> Json:
    """Accept the invitation to the workspace."""
    if person.joined:
        raise Refused(f"{person.real_name} is in the workspace already.")
    person.joined = True
    world.touch()
    return await _heard(world, events.joined_team(world, person))


async def leave_workspace(world: World, person: User, arguments: Arguments) -> Json:
    """Have one's account switched off; the app hears of a changed user."""
    person.deleted = True
    for channel in list(world.channels_of(person.id)):
        if not channel.is_im:
            del channel.members[person.id]
    world.touch()
    return await _heard(world, events.person_changed(world, person))


ACTS: dict[str, Act] = {
    "command": run_command,
    "message": write_message,
    "delete_message": delete_message,
    "click": forms.click,
    "type": forms.type_in,
    "fill": forms.fill,
    "submit": forms.submit,
    "close": forms.close,
    "suggest": forms.suggest,
    "shortcut": run_shortcut,
    "message_shortcut": run_message_shortcut,
    "home": open_home,
    "read": mark_read,
    "join": join_channel,
    "leave": leave_channel,
    "invite": invite_person,
    "remove": remove_person,
    "archive": archive_channel,
    "join_workspace": join_workspace,
    "leave_workspace": leave_workspace,
}


async def _heard(world: World, telling: Any) -> Json:
    """What an act answers when the app is told by an event, or not at all."""
    acked = bool(await telling) if telling is not None else False
    return {"ok": True, "acked": acked, "response": None, "version": world.version}


def _channel(world: World, person: User, arguments: Arguments) -> Channel:
    """A conversation this person is in; without one, the conversation with the app."""
    if not arguments.given("channel"):
        return world.conversation_with(person.id)
    channel = world.channels.get(arguments.text("channel"))
    if channel is None or person.id not in channel.members:
        raise Refused(f"{person.real_name} is not in a channel with the id {arguments.text('channel')!r}.")
    return channel


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

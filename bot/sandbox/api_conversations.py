"""conversations.*: channels and who is in them."""

import re
from typing import Any

from bot.sandbox import events, paging, shapes
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT_USER, Channel
from bot.sandbox.world import World

Json = dict[str, Any]
MOST_IN_A_GROUP = 8
MOST_TOPIC = 250


def conversation(world: World, wanted: str, *, member: bool = False, by_name: bool = False) -> Channel:
    """The conversation the app means; private ones it is not in do not exist for it."""
    channel = world.channels.get(wanted)
    if channel is None and by_name:
        channel = world.named(wanted.removeprefix("#"))
    if channel is None or (channel.private and BOT_USER not in channel.members):
        raise Refusal("channel_not_found")
    if member and BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def create(world: World, arguments: Arguments) -> Json:
    """conversations.create: the app opens a channel and is in it."""
    name = checked_name(world, arguments.text("name"))
    private = arguments.flag("is_private")
    channel = world.add_channel(name, private=private, creator=BOT_USER)
    if not private:
        told = {"id": channel.id, "name": name, "created": channel.created, "creator": BOT_USER}
        events.tell(world, "channel_created", {"channel": told})
    events.joined_channel(world, channel, world.users[BOT_USER], None)
    return answer(world, channel)


def checked_name(world: World, name: str) -> str:
    """A channel name Slack accepts, or its refusal."""
    name = name.removeprefix("#")
    if not name:
        raise Refusal("invalid_name_required")
    if len(name) > 80:
        raise Refusal("invalid_name_maxlength")
    if not re.search(r"\w", name):
        raise Refusal("invalid_name_punctuation")
    if name != name.lower() or re.search(r"[^\w-]", name):
        raise Refusal("invalid_name_specials")
    if world.named(name) is not None:
        raise Refusal("name_taken")
    return name


def list_all(world: World, arguments: Arguments) -> Json:
    """The conversations the app can see, by `types`; public channels unless told otherwise."""
    types = set(arguments.several("types") or ["public_channel"])
    leave_out_archived = arguments.flag("exclude_archived")
    found = [
        shapes.channel(world, channel)
        for channel in world.channels.values()
        if _sort(channel) in types
        and not (leave_out_archived and channel.archived)
        and (not channel.private or BOT_USER in channel.members)
    ]
    return paging.answer("channels", found, arguments)


def of_user(world: World, arguments: Arguments) -> Json:
    """users.conversations: where a person is, as far as the app may know; without `user`, where the app is."""
    user = arguments.text("user") or BOT_USER
    if user not in world.users:
        raise Refusal("user_not_found")
    types = set(arguments.several("types") or ["public_channel"])
    leave_out_archived = arguments.flag("exclude_archived")
    found = [
        shapes.channel(world, channel)
        for channel in world.channels_of(user)
        if _sort(channel) in types
        and not (leave_out_archived and channel.archived)
        and (not channel.private or BOT_USER in channel.members)
    ]
    return paging.answer("channels", found, arguments)


def info(world: World, arguments: Arguments) -> Json:
    """conversations.info: one channel as the app may see it."""
    channel = conversation(world, arguments.required("channel"))
    shape = shapes.channel(world, channel)
    if arguments.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"ok": True, "channel": shape}


def members(world: World, arguments: Arguments) -> Json:
    """conversations.members: who is in it, page by page."""
    channel = conversation(world, arguments.required("channel"))
    return paging.answer("members", list(channel.members), arguments)


def open_direct(world: World, arguments: Arguments) -> Json:
    """Open the conversation with one person, or with up to eight; a second time finds the same one."""
    if arguments.given("channel"):
        opened = answer(world, conversation(world, arguments.text("channel")))
        return {**opened, "no_op": True, "already_open": True}
    users = list(dict.fromkeys(arguments.several("users")))
    if not users:
        raise Refusal("users_list_not_supplied")
    if any(user not in world.users for user in users):
        raise Refusal("user_not_found")
    if any(world.users[user].deleted for user in users):
        raise Refusal("user_disabled")
    if len(users) > MOST_IN_A_GROUP:
        raise Refusal("too_many_users")
    if len(users) == 1:
        already = users[0] in world.direct
        channel = world.conversation_with(users[0])
    else:
        already, channel = _group(world, users)
    seen = {"no_op": True, "already_open": True} if already else {}
    short: Json = {"id": channel.id}
    return {"ok": True, **seen, "channel": shapes.channel(world, channel) if arguments.flag("return_im") else short}


def set_topic(world: World, arguments: Arguments) -> Json:
    """conversations.setTopic."""
    channel = _changeable(world, arguments)
    channel.topic = _short(arguments.text("topic"))
    world.touch()
    return answer(world, channel)


def set_purpose(world: World, arguments: Arguments) -> Json:
    """conversations.setPurpose."""
    channel = _changeable(world, arguments)
    channel.purpose = _short(arguments.text("purpose"))
    world.touch()
    return answer(world, channel)


def rename(world: World, arguments: Arguments) -> Json:
    """conversations.rename: the same name again is no change."""
    channel = _changeable(world, arguments)
    if arguments.text("name") != channel.name:
        channel.name = checked_name(world, arguments.text("name"))
    world.touch()
    events.channel_state(world, "rename", channel, BOT_USER)
    return answer(world, channel)


def archive(world: World, arguments: Arguments) -> Json:
    """conversations.archive: it can be read and not written in."""
    channel = conversation(world, arguments.required("channel"), member=True)
    refuse_direct(channel)
    if channel.archived:
        raise Refusal("already_archived")
    channel.archived = True
    world.touch()
    events.channel_state(world, "archive", channel, BOT_USER)
    return {"ok": True}


def unarchive(world: World, arguments: Arguments) -> Json:
    """conversations.unarchive: open again, with its members."""
    channel = conversation(world, arguments.required("channel"))
    if not channel.archived:
        raise Refusal("not_archived")
    channel.archived = False
    world.touch()
    events.channel_state(world, "unarchive", channel, BOT_USER)
    return {"ok": True}


def refuse_direct(channel: Channel) -> None:
    """Turn away what only channels can do."""
    if channel.is_im or channel.group:
        raise Refusal("method_not_supported_for_channel_type")


def answer(world: World, channel: Channel) -> Json:
    """A channel as these methods answer with it."""
    return {"ok": True, "channel": shapes.channel(world, channel)}


def _group(world: World, users: list[str]) -> tuple[bool, Channel]:
    inside = {BOT_USER, *users}
    for channel in world.channels_of(BOT_USER):
        if channel.group and set(channel.members) == inside:
            return True, channel
    names = "--".join(world.users[user].name for user in users)
    channel = world.add_channel(f"mpdm-{names}-1", private=True, creator=BOT_USER, group=True)
    channel.members.update(dict.fromkeys(users))
    return False, channel


def _sort(channel: Channel) -> str:
    names = {"im": "im", "mpim": "mpim", "group": "private_channel", "channel": "public_channel"}
    return names[channel.kind]


def _changeable(world: World, arguments: Arguments) -> Channel:
    channel = conversation(world, arguments.required("channel"), member=True)
    refuse_direct(channel)
    if channel.archived:
        raise Refusal("is_archived")
    return channel


def _short(text: str) -> str:
    if len(text) > MOST_TOPIC:
        raise Refusal("too_long")
    return text

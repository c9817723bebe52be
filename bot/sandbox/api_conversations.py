"""conversations.*: channels and who is in them."""

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox import events, pages_of, shapes
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.world import BOT_USER, Channel, User, World

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
    name = checked_name(world, arguments.text("name"))
    private = arguments.flag("is_private")
    channel = world.add_channel(name, private=private, creator=BOT_USER)
    if not private:
        told = {"id": channel.id, "name": name, "created": channel.created, "creator": BOT_USER}
        events.tell(world, "channel_created", {"channel": told})
    events.joined_channel(world, channel, world.users[BOT_USER], None)
    return _answer(world, channel)


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
    return pages_of.answer("channels", found, arguments)


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
    return pages_of.answer("channels", found, arguments)


def info(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"))
    shape = shapes.channel(world, channel)
    if arguments.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"ok": True, "channel": shape}


def members(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"))
    return pages_of.answer("members", list(channel.members), arguments)


def open_direct(world: World, arguments: Arguments) -> Json:
    """Open the conversation with one person, or with up to eight; a second time finds the same one."""
    if arguments.given("channel"):
        return {"ok": True, "no_op": True, "already_open": True, **_answer(world, conversation(world, arguments.text("channel")))}
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


def join(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"))
    _refuse_direct(channel)
    if channel.private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER in channel.members:
        return {**_answer(world, channel), "warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    enter(world, channel, world.users[BOT_USER], inviter=None)
    return _answer(world, channel)


def invite(world: World, arguments: Arguments) -> Json:
    """Bring people in. One who cannot come keeps all out, unless `force` is set."""
    channel = conversation(world, arguments.required("channel"), member=True)
    _refuse_direct(channel)
    if channel.archived:
        raise Refusal("is_archived")
    users = list(dict.fromkeys(arguments.several("users")))
    if not users:
        raise Refusal("no_user")
    if len(users) > 100:
        raise Refusal("too_many_users")
    errors = [
        {"user": user, "ok": False, "error": error}
        for user in users
        if (error := _why_not(world, channel, user)) is not None
    ]
    kept_out = {error["user"] for error in errors}
    if errors and (not arguments.flag("force") or len(errors) == len(users)):
        raise Refusal(str(errors[0]["error"]), errors=errors)
    for user in users:
        if user not in kept_out:
            enter(world, channel, world.users[user], inviter=BOT_USER)
    return {**_answer(world, channel), **({"errors": errors} if errors else {})}


def kick(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"), member=True)
    _refuse_direct(channel)
    user = arguments.required("user")
    if user == BOT_USER:
        raise Refusal("cant_kick_self")
    if user not in world.users:
        raise Refusal("user_not_found")
    if user not in channel.members:
        raise Refusal("not_in_channel")
    depart(world, channel, world.users[user])
    return {"ok": True, "errors": {}}


def leave(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"))
    _refuse_direct(channel)
    if BOT_USER not in channel.members:
        return {"ok": False, "not_in_channel": True, "error": "not_in_channel"}
    depart(world, channel, world.users[BOT_USER])
    return {"ok": True}


def set_topic(world: World, arguments: Arguments) -> Json:
    channel = _changeable(world, arguments)
    channel.topic = _short(arguments.text("topic"))
    world.touch()
    return _answer(world, channel)


def set_purpose(world: World, arguments: Arguments) -> Json:
    channel = _changeable(world, arguments)
    channel.purpose = _short(arguments.text("purpose"))
    world.touch()
    return _answer(world, channel)


def rename(world: World, arguments: Arguments) -> Json:
    channel = _changeable(world, arguments)
    if arguments.text("name") != channel.name:
        channel.name = checked_name(world, arguments.text("name"))
    world.touch()
    events.channel_state(world, "rename", channel, BOT_USER)
    return _answer(world, channel)


def archive(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"), member=True)
    _refuse_direct(channel)
    if channel.archived:
        raise Refusal("already_archived")
    channel.archived = True
    world.touch()
    events.channel_state(world, "archive", channel, BOT_USER)
    return {"ok": True}


def unarchive(world: World, arguments: Arguments) -> Json:
    channel = conversation(world, arguments.required("channel"))
    if not channel.archived:
        raise Refusal("not_archived")
    channel.archived = False
    world.touch()
    events.channel_state(world, "unarchive", channel, BOT_USER)
    return {"ok": True}


def enter(world: World, channel: Channel, person: User, *, inviter: str | None) -> Any:
    """Put somebody into a channel and tell the app; returns the future of that telling."""
    channel.members[person.id] = None
    world.touch()
    return events.joined_channel(world, channel, person, inviter)


def depart(world: World, channel: Channel, person: User) -> Any:
    """Take somebody out of a channel and tell the app; returns the future of that telling."""
    del channel.members[person.id]
    world.touch()
    return events.left_channel(world, channel, person)


def _why_not(world: World, channel: Channel, user: str) -> str | None:
    person = world.users.get(user)
    checks: list[tuple[str, Callable[[User], bool]]] = [
        ("cant_invite_self", lambda p: p.id == BOT_USER),
        ("user_not_found", lambda p: p.deleted or not p.joined),
        ("already_in_channel", lambda p: p.id in channel.members),
        ("ura_max_channels", lambda p: p.guest == "single" and _has_a_channel(world, p)),
        ("user_team_not_in_channel", lambda p: p.is_external and not _team_inside(world, channel, p.team_id)),
    ]
    if person is None:
        return "user_not_found"
    return next((error for error, holds in checks if holds(person)), None)


def _has_a_channel(world: World, person: User) -> bool:
    return any(not channel.is_im and not channel.group for channel in world.channels_of(person.id))


def _team_inside(world: World, channel: Channel, team: str) -> bool:
    return any(world.users[member].team_id == team for member in channel.members)


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
    _refuse_direct(channel)
    if channel.archived:
        raise Refusal("is_archived")
    return channel


def _refuse_direct(channel: Channel) -> None:
    if channel.is_im or channel.group:
        raise Refusal("method_not_supported_for_channel_type")


def _short(text: str) -> str:
    if len(text) > MOST_TOPIC:
        raise Refusal("too_long")
    return text


def _answer(world: World, channel: Channel) -> Json:
    return {"ok": True, "channel": shapes.channel(world, channel)}

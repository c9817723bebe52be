"""conversations.join, invite, kick and leave: who is in a channel."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.sandbox import events
from bot.sandbox.api_conversations import answer, conversation, refuse_direct
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT_USER, Channel, User
from bot.sandbox.world import World

Json = dict[str, Any]
Heard = asyncio.Future[bool] | None


def join(world: World, arguments: Arguments) -> Json:
    """conversations.join: the app comes into a public channel by itself."""
    channel = conversation(world, arguments.required("channel"))
    refuse_direct(channel)
    if channel.private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER in channel.members:
        warnings = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {**answer(world, channel), **warnings}
    enter(world, channel, world.users[BOT_USER], inviter=None)
    return answer(world, channel)


def invite(world: World, arguments: Arguments) -> Json:
    """Bring people in. One who cannot come keeps all out, unless `force` is set."""
    channel = conversation(world, arguments.required("channel"), member=True)
    refuse_direct(channel)
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
    return {**answer(world, channel), **({"errors": errors} if errors else {})}


def kick(world: World, arguments: Arguments) -> Json:
    """conversations.kick: somebody else has to go."""
    channel = conversation(world, arguments.required("channel"), member=True)
    refuse_direct(channel)
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
    """conversations.leave: the app goes."""
    channel = conversation(world, arguments.required("channel"))
    refuse_direct(channel)
    if BOT_USER not in channel.members:
        return {"ok": False, "not_in_channel": True, "error": "not_in_channel"}
    depart(world, channel, world.users[BOT_USER])
    return {"ok": True}


def enter(world: World, channel: Channel, person: User, *, inviter: str | None) -> Heard:
    """Put somebody into a channel and tell the app; returns the future of that telling."""
    channel.members[person.id] = None
    world.touch()
    return events.joined_channel(world, channel, person, inviter)


def depart(world: World, channel: Channel, person: User) -> Heard:
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

"""Coming and going: how people get into channels and out of them, and into the workspace itself."""

from typing import Any

from bot.sandbox import api_membership, asks, events
from bot.sandbox.arguments import Arguments
from bot.sandbox.asks import Refused
from bot.sandbox.things import User
from bot.sandbox.world import World

Json = dict[str, Any]


async def join_channel(world: World, person: User, arguments: Arguments) -> Json:
    """Walk into a public channel."""
    channel = world.channels.get(arguments.text("channel"))
    if channel is None or channel.private or channel.archived or person.guest or person.is_external:
        raise Refused("Only members of this workspace can join a channel by themselves, and only an open public one.")
    if person.id in channel.members:
        raise Refused(f"You are in #{channel.name} already.")
    return await asks.heard(world, api_membership.enter(world, channel, person, inviter=None))


async def leave_channel(world: World, person: User, arguments: Arguments) -> Json:
    """Go out of a channel, as this person."""
    channel = asks.own_channel(world, person, arguments)
    if channel.is_im or channel.group:
        raise Refused("A direct conversation cannot be left.")
    return await asks.heard(world, api_membership.depart(world, channel, person))


async def invite_person(world: World, person: User, arguments: Arguments) -> Json:
    """Bring somebody else, or the app, into a channel one is in."""
    channel = asks.own_channel(world, person, arguments)
    invited = world.users.get(arguments.text("invited"))
    if invited is None or channel.is_im or channel.group or person.guest:
        raise Refused("Members can invite a person of this workspace, or the app, into a channel they are in.")
    if invited.id in channel.members:
        raise Refused(f"{invited.real_name} is in #{channel.name} already.")
    return await asks.heard(world, api_membership.enter(world, channel, invited, inviter=person.id))


async def remove_person(world: World, person: User, arguments: Arguments) -> Json:
    """Take somebody else, or the app, out of a channel."""
    channel = asks.own_channel(world, person, arguments)
    removed = world.users.get(arguments.text("removed"))
    if removed is None or removed.id not in channel.members or channel.is_im:
        raise Refused("Nobody of that name is in the channel.")
    return await asks.heard(world, api_membership.depart(world, channel, removed))


async def archive_channel(world: World, person: User, arguments: Arguments) -> Json:
    """Archive a channel one is in; `undo` brings it back."""
    channel = asks.own_channel(world, person, arguments)
    if channel.is_im or person.guest:
        raise Refused("Members can archive a channel they are in.")
    channel.archived = not arguments.flag("undo")
    world.touch()
    kind = "archive" if channel.archived else "unarchive"
    return await asks.heard(world, events.channel_state(world, kind, channel, person.id))


async def join_workspace(world: World, person: User, arguments: Arguments) -> Json:
    """Accept the invitation to the workspace."""
    if person.joined:
        raise Refused(f"{person.real_name} is in the workspace already.")
    person.joined = True
    world.touch()
    return await asks.heard(world, events.joined_team(world, person))


async def leave_workspace(world: World, person: User, arguments: Arguments) -> Json:
    """Have one's account switched off; the app hears of a changed user."""
    person.deleted = True
    for channel in list(world.channels_of(person.id)):
        if not channel.is_im:
            del channel.members[person.id]
    world.touch()
    return await asks.heard(world, events.person_changed(world, person))

"""What one person sees: the channels they are in, the messages they may read, and what is open on their screen."""

from typing import Any

from bot.sandbox import dnd, shapes
from bot.sandbox.things import BOT_USER, Channel, File, Message, User, View
from bot.sandbox.world import World

Json = dict[str, Any]


def see(world: World, person: User, *, channel: str = "", limit: int = 100) -> Json:
    """Everything on this person's screen; `channel` asks for the messages of one conversation only."""
    shown = [c for c in world.channels_of(person.id) if not c.archived]
    stack = world.stacks.get(person.id, [])
    return {
        "version": world.version,
        "clock": _clock(world),
        "app": {"id": BOT_USER, "name": world.app.name, "connected": bool(world.deliveries.lines)},
        "me": me(person),
        "paused_until": dnd.paused_until(person, world.clock.now()),
        "people": [me(other) for other in world.users.values() if _knows(world, person, other)],
        "channels": [_channel(world, person, c, limit if channel in ("", c.id) else 0) for c in shown],
        "joinable": _joinable(world, person),
        "modal": _view(stack[-1]) if stack else None,
        "modal_depth": len(stack),
        "home": _view(world.homes[person.id]) if person.id in world.homes and _has_home(world, person) else None,
        "can": {
            "home": _has_home(world, person),
            "commands": person.reaches_app,
            "shortcuts": person.reaches_app,
        },
        "commands": (world.app.commands or []) if person.reaches_app else [],
        "shortcuts": (world.app.shortcuts or []) if person.reaches_app else [],
        "notices": list(world.notices.get(person.id, ())),
    }


def me(person: User) -> Json:
    """A person in the few words a page needs."""
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "guest": person.guest,
        "team_id": person.team_id,
        "email": person.email,
        "admin": person.admin,
        "is_bot": person.is_bot,
    }


def message(world: World, said: Message) -> Json:
    """A message in the few words a page needs, `bot` telling the app's own from people's."""
    shape: Json = {
        "ts": said.ts,
        "user": said.user,
        "bot": said.from_app,
        "text": said.text,
        "blocks": said.blocks,
        "thread_ts": said.thread_ts,
        "broadcast": said.broadcast,
        "reply_count": len(said.replies),
        "edited": said.edited is not None,
        "pinned": said.pinned_by is not None,
        "ephemeral": said.seen_by is not None,
    }
    if said.metadata:
        shape["metadata"] = said.metadata
    if said.files:
        shape["files"] = [_file(world.files[one]) for one in said.files]
    return shape


def _clock(world: World) -> Json:
    clock = world.clock
    to = clock.to.isoformat() if clock.to else None
    return {"now": clock.now().isoformat(), "turned": clock.turned, "turning_to": to, "trouble": clock.trouble}


def _knows(world: World, person: User, other: User) -> bool:
    if not other.joined or other.deleted or other.id == "USLACKBOT":
        return False
    if person.id == other.id or (not person.guest and not person.is_external and not other.is_external):
        return True
    return any(other.id in channel.members for channel in world.channels_of(person.id))


def _channel(world: World, person: User, channel: Channel, limit: int) -> Json:
    visible = _visible(channel, person, limit)
    peer = world.app.name if channel.is_im else channel.name
    return {
        "id": channel.id,
        "name": peer,
        "is_private": channel.private,
        "is_im": channel.is_im,
        "is_mpim": channel.group,
        "is_ext_shared": shapes.is_shared(world, channel),
        "topic": channel.topic,
        "peer": BOT_USER if channel.is_im else None,
        "unread": _unread(channel, person),
        "members": list(channel.members),
        "messages": [_for(world, person, m) for m in visible],
    }


def _unread(channel: Channel, person: User) -> int:
    """How many messages by others came after the last one this person has read."""
    read = channel.read.get(person.id, "")
    count = sum(whisper.ts > read and whisper.seen_by == person.id for whisper in channel.ephemerals.values())
    for said in reversed(channel.messages.values()):
        if said.ts <= read:
            break
        count += said.user != person.id
    return count


def _for(world: World, person: User, said: Message) -> Json:
    shape = message(world, said)
    if person.id in said.values:
        shape["values"] = said.values[person.id]
    return shape


def _visible(channel: Channel, person: User, limit: int) -> list[Message]:
    """The latest messages with this person's ephemeral ones among them, before them whatever older is pinned."""
    if not limit:
        return []
    latest = [m for _, m in zip(range(limit), reversed(channel.messages.values()), strict=False)][::-1]
    whispers = [m for m in channel.ephemerals.values() if m.seen_by == person.id]
    if whispers:
        latest = sorted((*latest, *whispers), key=lambda m: (len(m.ts), m.ts))[-limit:]
    shown = {m.ts for m in latest}
    return [*(m for m in channel.messages.values() if m.pinned_by and m.ts not in shown), *latest]


def _file(file: File) -> Json:
    return {"id": file.id, "name": file.name, "size": file.length}


def _joinable(world: World, person: User) -> list[Json]:
    """Public channels a member may walk into; guests and outsiders see only where they are."""
    if person.guest or person.is_external:
        return []
    return [
        {"id": c.id, "name": c.name, "topic": c.topic}
        for c in world.channels.values()
        if not c.private and not c.archived and person.id not in c.members
    ]


def _has_home(world: World, person: User) -> bool:
    return person.reaches_app and world.app.home


def _view(view: View) -> Json:
    return {**shapes.view(view), "errors": view.errors}

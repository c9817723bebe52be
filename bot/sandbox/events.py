"""What Slack tells the app unasked: the Events API's payloads, and which of them the app has asked for."""

import asyncio
from typing import Any

from bot.sandbox import shapes
from bot.sandbox.things import APP, BOT_USER, TEAM, Channel, Message, User
from bot.sandbox.world import World

Json = dict[str, Any]
MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def said(world: World, message: Message) -> asyncio.Future[bool] | None:
    """A message was written, by a person or by the app itself, where the app can hear it."""
    channel = world.channels[message.channel]
    if BOT_USER not in channel.members or (message.from_app and not world.limits.echo):
        return None
    shape = shapes.message(world, message)
    shape.pop("metadata", None)
    if not message.from_app:
        shape["client_msg_id"] = f"{message.ts}-{message.user}"
    mention = f"<@{BOT_USER}>" in message.text and not message.from_app and not channel.is_im
    if mention:
        tell(world, "app_mention", {**shape, "type": "app_mention", "channel": channel.id}, channel=channel)
    return _message(world, channel, {**shape, "channel": channel.id, "event_ts": message.ts})


def changed(world: World, message: Message, before: Json) -> None:
    """A message now reads differently."""
    channel = world.channels[message.channel]
    if message.seen_by is None:
        now = {"message": shapes.message(world, message), "previous_message": before}
        _hidden(world, channel, {"subtype": "message_changed", **now})


def deleted(world: World, channel: Channel, before: Json) -> None:
    """A message is gone."""
    gone = {"subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before}
    _hidden(world, channel, gone)


def joined_channel(world: World, channel: Channel, person: User, inviter: str | None) -> asyncio.Future[bool] | None:
    """Somebody is in a channel now; the app hears of it where it is a member itself."""
    event = {"user": person.id, "channel": channel.id, "channel_type": channel.id[0], "team": person.team_id}
    if inviter:
        event["inviter"] = inviter
    return _in_channel(world, "member_joined_channel", event, channel)


def left_channel(world: World, channel: Channel, person: User) -> asyncio.Future[bool] | None:
    """Somebody left a channel, or was removed from it; the app hears of its own leaving too."""
    event = {"user": person.id, "channel": channel.id, "channel_type": channel.id[0], "team": person.team_id}
    if person.id == BOT_USER:
        return tell(world, "member_left_channel", event, channel=channel)
    return _in_channel(world, "member_left_channel", event, channel)


def channel_state(world: World, kind: str, channel: Channel, user: str) -> asyncio.Future[bool] | None:
    """A channel was archived, brought back or renamed; private ones say so under a name of their own."""
    event: Json = {"channel": channel.id, "user": user}
    if kind == "rename":
        event = {"channel": {"id": channel.id, "name": channel.name, "created": channel.created}}
    prefix = "group" if channel.private else "channel"
    return _in_channel(world, f"{prefix}_{kind}", event, channel)


def joined_team(world: World, person: User) -> asyncio.Future[bool] | None:
    """Tell the app that somebody is new here."""
    return tell(world, "team_join", {"user": shapes.user(world, person)})


def person_changed(world: World, person: User) -> asyncio.Future[bool] | None:
    """Tell the app that a profile is another."""
    event_ts = world.clock.ts()
    return tell(world, "user_change", {"user": shapes.user(world, person), "event_ts": event_ts})


def home_opened(world: World, person: User, tab: str) -> asyncio.Future[bool] | None:
    """A person looks at the app; `view` is there once something was published to them."""
    channel = world.conversation_with(person.id)
    event: Json = {"user": person.id, "channel": channel.id, "tab": tab}
    if tab == "home" and person.id in world.homes:
        event["view"] = shapes.view(world.homes[person.id])
    return tell(world, "app_home_opened", event)


def pin(world: World, kind: str, message: Message) -> asyncio.Future[bool] | None:
    """A message was pinned (`pin_added`) or unpinned (`pin_removed`)."""
    item = {"type": "message", "channel": message.channel, "message": shapes.message(world, message)}
    event = {"user": BOT_USER, "channel_id": message.channel, "item": item}
    return _in_channel(world, kind, event, world.channels[message.channel])


def tell(
    world: World, kind: str, event: Json, *, channel: Channel | None = None, subscription: str | None = None
) -> asyncio.Future[bool] | None:
    """Send one event, unless the app's manifest says that it does not listen to this sort."""
    if world.app.events is not None and (subscription or kind) not in world.app.events:
        return None
    now = world.clock.now().timestamp()
    event = {"type": kind, **event}
    event.setdefault("event_ts", f"{int(now)}.{int(now * 1e6) % 1_000_000:06d}")
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return world.deliveries.tell(
        {
            "token": "practice-verification-token",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": int(now),
            "authorizations": [authorization],
            "is_ext_shared_channel": channel is not None and shapes.is_shared(world, channel),
            "event_context": f"4-{kind}-{TEAM}-{channel.id if channel else ''}",
        }
    )


def _message(world: World, channel: Channel, event: Json) -> asyncio.Future[bool] | None:
    event = {**event, "channel_type": channel.kind}
    person = world.users.get(str(event.get("user")))
    if person is not None and person.is_external:
        event["user_team"] = event["source_team"] = person.team_id
    return tell(world, "message", event, channel=channel, subscription=MESSAGE_EVENTS[channel.kind])


def _hidden(world: World, channel: Channel, event: Json) -> None:
    if BOT_USER in channel.members and world.limits.echo:
        ts = world.clock.ts()
        _message(world, channel, {**event, "channel": channel.id, "hidden": True, "ts": ts, "event_ts": ts})


def _in_channel(world: World, kind: str, event: Json, channel: Channel) -> asyncio.Future[bool] | None:
    if BOT_USER not in channel.members:
        return None
    return tell(world, kind, event, channel=channel)

"""Setting the scene: people, channels and what the installed app offers."""

import re
from typing import Any

from bot.sandbox import api_conversations, events
from bot.sandbox.arguments import Arguments, Refusal
from bot.sandbox.things import BOT_USER, TEAM, Channel, User
from bot.sandbox.world import World

Json = dict[str, Any]
GUESTS = (None, "single", "multi")


async def add_user(world: World, arguments: Arguments) -> Json:
    """Add a person, or change one who is there (the app then hears `user_change`)."""
    values = arguments.values
    user_id = arguments.text("id") or world.new_id("U")
    guest = values.get("guest") or None
    if guest not in GUESTS:
        raise Refusal('A guest is "single", "multi", or nothing.', status=400)
    if arguments.given("dnd") and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", values["dnd"]):
        raise Refusal(f"{values['dnd']!r} are no nights such as 22:00-08:00.", status=400)
    if user_id in world.users:
        return _change_user(world, world.users[user_id], values)
    real_name = arguments.text("real_name") or arguments.text("name") or user_id
    world.users[user_id] = User(
        user_id,
        arguments.text("name") or real_name.lower().replace(" ", "."),
        real_name,
        email=arguments.text("email"),
        tz=arguments.text("tz", "America/New_York"),
        guest=guest,
        team_id=arguments.text("team_id") or TEAM,
        admin=arguments.flag("admin"),
        joined=arguments.flag("joined", True),
        dnd=arguments.text("dnd"),
    )
    world.touch()
    return {"ok": True, "id": user_id}


async def add_channel(world: World, arguments: Arguments) -> Json:
    """Open a channel with these members; the app is in it only when its id is among them."""
    name = api_conversations.checked_name(world, arguments.required("name"))
    members = arguments.several("members")
    unknown = [member for member in members if member not in world.users]
    if unknown:
        raise Refusal(f"Nobody here has the id {', '.join(unknown)}.", status=400)
    creator = members[0] if members else BOT_USER
    channel = world.add_channel(name, private=arguments.flag("private"), creator=creator)
    channel.members = dict.fromkeys(members)
    channel.topic = arguments.text("topic")
    world.touch()
    return {"ok": True, "id": channel.id}


async def configure(world: World, arguments: Arguments) -> Json:
    """Install the app as its manifest describes it, or piece by piece."""
    if arguments.given("manifest"):
        _install(world, arguments.structure("manifest", refusal="invalid_json"))
    values, app = arguments.values, world.app
    app.commands = values.get("commands", app.commands)
    app.shortcuts = values.get("shortcuts", app.shortcuts)
    app.scopes = values.get("scopes", app.scopes)
    app.home = arguments.flag("home", app.home)
    if "events" in values:
        app.events = frozenset(values["events"])
    world.touch()
    return {"ok": True}


def summary(channel: Channel) -> Json:
    """A channel from above, without its messages."""
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.private,
        "is_im": channel.is_im,
        "user": channel.peer,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "archived": channel.archived,
        "members": list(channel.members),
        "messages": len(channel.messages),
    }


def _install(world: World, manifest: Json) -> None:
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    app = world.app
    app.name = features.get("bot_user", {}).get("display_name") or manifest["display_information"]["name"]
    app.commands = features.get("slash_commands", [])
    app.shortcuts = features.get("shortcuts", [])
    app.home = bool(features.get("app_home", {}).get("home_tab_enabled"))
    app.scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    app.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
    world.users[BOT_USER].real_name = app.name


def _change_user(world: World, person: User, values: Json) -> Json:
    for name in ("name", "real_name", "email", "tz", "guest", "team_id", "admin", "deleted", "dnd"):
        if name in values:
            setattr(person, name, values[name])
    world.touch()
    events.person_changed(world, person)
    return {"ok": True, "id": person.id}

"""How Slack writes down a person, a channel, a message or a view."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox import attachments
from bot.sandbox.things import APP, BOT, BOT_USER, DOMAIN, TEAM, Channel, Message, User, View
from bot.sandbox.world import World

Json = dict[str, Any]


def user(world: World, person: User, *, email: bool = True) -> Json:
    """A person as users.info and user_change show them. People of another workspace show no address."""
    shape: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": _profile(person, email=email and not person.is_external),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(world.clock.now().timestamp()),
    }
    if person.is_external:
        return {**shape, "real_name": person.real_name, "is_stranger": False, "tz": person.tz}
    now = datetime.now(ZoneInfo(person.tz))
    offset = now.utcoffset()
    return {
        **shape,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": now.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": person.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.guest is not None,
        "is_ultra_restricted": person.guest == "single",
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
        "color": "9f69e7",
        "locale": "en-US",
    }


def channel(world: World, conversation: Channel) -> Json:
    """A conversation as conversations.info shows it to the app."""
    shape: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": conversation.archived,
        "is_im": conversation.is_im,
        "is_org_shared": False,
        "context_team_id": TEAM,
        "updated": conversation.created * 1000,
    }
    if conversation.is_im:
        return {**shape, "user": conversation.peer, "is_user_deleted": False, "priority": 0}
    shared = is_shared(world, conversation)
    return {
        **shape,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.private,
        "is_group": conversation.private and not conversation.group,
        "is_mpim": conversation.group,
        "is_private": conversation.private,
        "is_general": False,
        "unlinked": 0,
        "is_shared": shared,
        "is_ext_shared": shared,
        "pending_shared": [],
        "is_pending_ext_shared": False,
        "shared_team_ids": sorted({TEAM, *(world.users[member].team_id for member in conversation.members)}),
        "creator": conversation.creator,
        "is_member": BOT_USER in conversation.members,
        "topic": _words(conversation.topic, conversation),
        "purpose": _words(conversation.purpose, conversation),
        "previous_names": [],
    }


def is_shared(world: World, conversation: Channel) -> bool:
    """Whether people of another workspace are in there."""
    return any(world.users[member].is_external for member in conversation.members)


def message(world: World, said: Message) -> Json:
    """A message as the app gets it back, metadata included."""
    shape: Json = {"type": "message", "user": said.user, "text": said.text, "ts": said.ts}
    shape["team"] = world.users[said.user].team_id
    if said.from_app:
        shape.update({"bot_id": BOT, "app_id": APP, "bot_profile": _bot_profile(world)})
    if said.blocks:
        shape["blocks"] = said.blocks
    if said.metadata:
        shape["metadata"] = said.metadata
    if said.edited:
        shape["edited"] = said.edited
    if said.thread_ts:
        shape["thread_ts"] = said.thread_ts
    if said.broadcast:
        shape["subtype"] = "thread_broadcast"
    if said.files:
        shape["subtype"] = "file_share"
        shape["files"] = attachments.of_message(world, said)
        shape["upload"] = True
    if said.replies:
        shape.update(_thread(world, said))
    parent = world.channels[said.channel].messages.get(said.thread_ts or "") if said.is_reply else None
    if parent is not None:
        shape["parent_user_id"] = parent.user
    if said.pinned_by:
        shape["pinned_to"] = [said.channel]
        shape["pinned_info"] = {"channel": said.channel, "pinned_by": said.pinned_by, "pinned_ts": said.pinned_at}
    return shape


def view(screen: View) -> Json:
    """A view as views.open answers it and as interactions carry it."""
    body = screen.body
    return {
        "id": screen.id,
        "team_id": TEAM,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": screen.values},
        "hash": screen.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "submit_disabled": bool(body.get("submit_disabled")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": screen.previous,
        "root_view_id": screen.root,
        "app_id": APP,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
    }


def team(person: User) -> Json:
    """The workspace an interaction came from: the person's own, also in a shared channel."""
    if person.is_external:
        return {"id": person.team_id, "domain": person.team_id.lower()}
    return {"id": TEAM, "domain": DOMAIN}


def rich_text(text: str) -> list[Json]:
    """What a person's composer makes of plain words."""
    leaf = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "typed", "elements": [leaf]}]


def _profile(person: User, *, email: bool) -> Json:
    names = {"real_name": person.real_name, "display_name": person.name}
    profile: Json = {
        **names,
        **{f"{key}_normalized": value for key, value in names.items()},
        "title": "",
        "phone": "",
        "status_text": "",
        "status_emoji": "",
        "team": person.team_id,
    }
    if person.email and email:
        profile["email"] = person.email
    if person.is_bot:
        profile.update({"api_app_id": APP, "bot_id": BOT, "always_active": True})
    return profile


def _words(text: str, conversation: Channel) -> Json:
    return {"value": text, "creator": conversation.creator if text else "", "last_set": conversation.created}


def _bot_profile(world: World) -> Json:
    profile = {"id": BOT, "app_id": APP, "user_id": BOT_USER, "name": world.app.name, "deleted": False}
    return {**profile, "updated": 0, "icons": {}, "team_id": TEAM}


def _thread(world: World, parent: Message) -> Json:
    messages = world.channels[parent.channel].messages
    users = list(dict.fromkeys(messages[ts].user for ts in parent.replies))
    return {
        "thread_ts": parent.ts,
        "reply_count": len(parent.replies),
        "reply_users": users[:5],
        "reply_users_count": len(users),
        "latest_reply": parent.replies[-1],
        "subscribed": False,
        "is_locked": False,
    }

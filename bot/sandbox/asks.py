"""Sending the app what a person did, and showing that person what came of it."""

import asyncio
import time
from typing import Any

from bot.sandbox import shapes
from bot.sandbox.arguments import Arguments
from bot.sandbox.deliveries import Ack
from bot.sandbox.things import APP, TEAM, Channel, User, View
from bot.sandbox.world import World

Json = dict[str, Any]


class Refused(Exception):
    """Something a person cannot do here; the sentence says why."""


def interaction(world: World, person: User, kind: str) -> Json:
    """What every interactive payload begins with."""
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": APP,
        "token": "practice-verification-token",
        "team": shapes.team(person),
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": world.trigger_for(person.id),
    }


def in_view(world: World, person: User, kind: str, view: View) -> Json:
    """A payload about an open view."""
    return {**interaction(world, person, kind), "view": shapes.view(view)}


def place(channel: Channel) -> Json:
    """A channel as payloads name it."""
    return {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name}


def command(world: World, person: User, channel: Channel, name: str, text: str) -> Json:
    """A slash command; its words after the first space are one string."""
    team = shapes.team(person)
    return {
        "token": "practice-verification-token",
        "team_id": TEAM,
        "team_domain": team["domain"],
        "channel_id": channel.id,
        "channel_name": place(channel)["name"],
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": world.response_url_for(person.id, channel.id),
        "trigger_id": world.trigger_for(person.id),
    }


def action_ts() -> str:
    """When something was pressed, as Slack writes it."""
    return f"{time.time():.6f}"


async def ask(world: World, person: User, kind: str, payload: Json, *, about: str, answers: bool = False) -> Ack:
    """Send it and wait; when nothing comes back the person is told, in Slack's words, by a notice."""
    ack = await world.deliveries.ask(kind, payload, answers=answers)
    if not ack.acked:
        world.notify(person.id, f"{about} did not work: the app did not answer in time ({ack.reason}). Try it again.")
    return ack


def outcome(world: World, person: User, ack: Ack) -> Json:
    """What an act answers once the app had its chance."""
    result: Json = {"ok": ack.acked, "acked": ack.acked, "response": ack.response, "version": world.version}
    if not ack.acked:
        result["reason"] = ack.reason
        result["notice"] = world.notices[person.id][-1]["text"]
    return result


async def heard(world: World, telling: asyncio.Future[bool] | None) -> Json:
    """What an act answers when the app is told by an event, or not at all."""
    acked = bool(await telling) if telling is not None else False
    return {"ok": True, "acked": acked, "response": None, "version": world.version}


def own_channel(world: World, person: User, arguments: Arguments) -> Channel:
    """A conversation this person is in; without one, the conversation with the app."""
    if not arguments.given("channel"):
        return world.conversation_with(person.id)
    channel = world.channels.get(arguments.text("channel"))
    if channel is None or person.id not in channel.members:
        raise Refused(f"{person.real_name} is not in a channel with the id {arguments.text('channel')!r}.")
    return channel

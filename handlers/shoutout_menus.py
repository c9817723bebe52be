"""Choosing whom one thanks while typing a name or a team."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack

from bot import access, forms
from bot.domain import shoutout_facts
from bot.kit import Kit
from bot.routes import Registrar
from handlers import change_menus

Body = dict[str, Any]


class Carried(BaseModel):
    """The collaborative of the form: a claim, checked again."""

    collaborative: int


def register(app: Registrar) -> None:
    """Which list is asked for."""
    app.options("shoutouts.people")(suggest)


def suggest(ack: Ack, body: Body, kit: Kit) -> None:
    """The people of the collaborative who fit what was typed, each with their team."""
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.carried(body["view"], Carried).collaborative
        actor.must("shoutout.give", collaborative=row)
        others = shoutout_facts.circle(session, row, actor.id)
        found = shoutout_facts.people_like(others, actor.id, str(body.get("value", "")))
    ack(options=change_menus.options(found))

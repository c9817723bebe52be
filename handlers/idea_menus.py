"""Choosing a shared idea while typing: the one that another comes from."""

from typing import Any

from slack_bolt import Ack

from bot import access
from bot.domain import idea_choices
from bot.kit import Kit
from bot.routes import Registrar
from handlers import change_menus

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """Which list is asked for."""
    app.options("ideas.origin")(suggest_origins)


def suggest_origins(ack: Ack, body: Body, kit: Kit) -> None:
    """Other teams' ideas that fit what was typed."""
    view = body.get("view") or {}
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        here, team = change_menus.of_form(session, actor, view), change_menus.team_of_form(session, view)
        teams = [team.id or 0] if team else actor.team_ids
        found = idea_choices.others_like(session, here, teams, str(body.get("value", "")))
    ack(options=change_menus.options(found))

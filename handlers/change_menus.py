"""Choosing from the change package while typing, in whatever form asks for an idea of it."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, forms
from bot.access import Actor
from bot.domain import change_choices
from bot.domain.change_choices import Group
from bot.domain.teams import Team
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
Looking = Callable[[Session, list[int], str], list[Group]]


def register(app: Registrar) -> None:
    """Which lists are asked for."""
    app.options("changes.idea")(suggest_ideas)
    app.options("changes.place")(suggest_places)


def suggest_ideas(ack: Ack, body: Body, kit: Kit) -> None:
    """The ideas that fit what was typed."""
    _suggest(ack, body, kit, change_choices.ideas_like)


def suggest_places(ack: Ack, body: Body, kit: Kit) -> None:
    """The drivers too."""
    _suggest(ack, body, kit, change_choices.places_like)


def _suggest(ack: Ack, body: Body, kit: Kit, looking: Looking) -> None:
    with kit.store.reading() as session:
        here = of_form(session, access.actor(session, body), body.get("view") or {})
        found = looking(session, here, str(body.get("value", "")))
    if found:
        ack(option_groups=[{"label": _plain(name), "options": options(offered)} for name, offered in found])
    else:
        ack(options=[])


def of_form(session: Session, actor: Actor, view: Body) -> list[int]:
    """The collaborative of the form's team, where the form names one; else all that they are in."""
    allowed = [one.id or 0 for one in access.collaboratives_of(session, actor, "idea.read")]
    team = team_of_form(session, view)
    return [one for one in allowed if team is None or one == team.collaborative_id]


def team_of_form(session: Session, view: Body) -> Team | None:
    """The team that a form is for, as it claims; None where it names none."""
    named = str(forms.values(view).get("team") or forms.meta(view).get("team") or "")
    return session.get(Team, int(named)) if named.isdecimal() and len(named) < 10 else None


def options(offered: list[tuple[str, str]]) -> list[Body]:
    """Choices as Slack takes them."""
    return [{"text": _plain(label), "value": value} for value, label in offered]


def _plain(words: str) -> Body:
    return {"type": "plain_text", "text": words}

"""Launch: a preview of who will get what, and one button."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack

from bot import access, answers, forms, inbox, launch
from bot.domain import pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.errors import Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("collaborative.preview")(preview)
    app.view("collaborative.launch")(press_launch)


class Carried(BaseModel):
    """The collaborative the preview is of: a claim, checked again."""

    collaborative: int


def preview(ack: Ack, body: Body, kit: Kit) -> None:
    """Who will be welcomed, who is waited for, which channels aren't ready."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        collaborative = _collaborative(session.get(Collaborative, forms.pressed(body)))
        actor.must("collaborative.launch", collaborative=collaborative.id or 0)
        values = {"collaborative": collaborative, "preview": launch.preview(session, collaborative)}
    answers.open_view(kit, body, "launch/preview", {**values, "meta": json.dumps({"collaborative": collaborative.id})})


def press_launch(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Invite and welcome everybody, once; whoever presses a moment later is told that it is done."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "collaborative.launch", kit.now())
        actor = access.actor(session, body)
        collaborative = _collaborative(session.get(Collaborative, forms.carried(view, Carried).collaborative))
        actor.must("collaborative.launch", collaborative=collaborative.id or 0)
        launched = launch.launch(session, collaborative, by=actor.id, now=kit.now())
        by = pdsa_facts.name_of(session, collaborative.launched_by) if collaborative.launched_by else "somebody"
    ack()
    if not launched:
        answers.tell(kit, body, f"{collaborative.name} was launched already, by {by}. Nobody is welcomed twice.")


def _collaborative(found: Collaborative | None) -> Collaborative:
    if found is None:
        raise Gone("This collaborative isn't in the record any more.")
    return found

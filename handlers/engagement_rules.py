"""From when on a team counts as quiet, passive or stuck in a collaborative: its coordinators set it."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.domain import engagement_scope
from bot.domain.collaboratives import Collaborative
from bot.domain.engagement import Rules
from bot.errors import Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("engagement.rules")(open_form)
    app.view("engagement.ruled")(save)


class Carried(BaseModel):
    """The collaborative whose rules they are: a claim, checked again."""

    collaborative: int


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Every rule with its figure."""
    ack()
    with kit.store.reading() as session:
        _, here = _whose(session, body, forms.pressed(body))
        rules = engagement_scope.rules_of(here)
    values = {
        "collaborative": here,
        "rules": [(name, one.description, getattr(rules, name)) for name, one in Rules.model_fields.items()],
        "meta": Carried(collaborative=here.id or 0).model_dump_json(),
    }
    answers.open_view(kit, body, "engagement/rules", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """They hold from now on; a rule that is left empty is as usual."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "engagement.ruled", kit.now())
        actor, here = _whose(session, body, forms.carried(view, Carried).collaborative)
        own = forms.read(view, Rules).model_dump(exclude_defaults=True)
        here.engagement = own
        session.add(here)
        audit.note(session, "engagement.ruled", by=actor.id, subject=f"collaborative:{here.id}", now=kit.now(), **own)
    ack()


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Collaborative]:
    actor, here = access.actor(session, body), session.get(Collaborative, row)
    actor.must("engagement.set", collaborative=row)
    if here is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, here

"""What all that coordinators do around a call shares: which date is meant, and whether it is theirs to steer."""

from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from bot import access, forms
from bot.access import Actor
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.errors import Gone
from handlers import calls

Body = dict[str, Any]


class Which(BaseModel):
    """The date that a form is about: a claim, checked again."""

    which: str = ""


def steered(session: Session, body: Body, which: str) -> tuple[Actor, Meeting, Collaborative]:
    """Who acts, on which date, of which collaborative; the check is on the record."""
    actor, date = access.actor(session, body), calls.meant(session, which)
    if date is None:
        steered_by(session, actor)
        raise Gone(calls.NOT_ANY_MORE)
    actor.must("call.steer", collaborative=date.event.collaborative_id)
    return actor, date, session.get_one(Collaborative, date.event.collaborative_id)


def steered_by(session: Session, actor: Actor) -> None:
    """Raises Refused for whoever steers no collaborative's calls."""
    if not access.collaboratives_of(session, actor, "call.steer"):
        actor.must("call.steer", collaborative=actor.collaborative_ids[0])


def pressed(body: Body) -> str:
    """The date a button names: a claim, checked again."""
    return str(body["actions"][0].get("value", ""))


def carried(view: Body) -> str:
    """The date a form names, likewise."""
    return forms.carried(view, Which).which

"""One's own line on the team card: in one's own words, and only by oneself."""

import json
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, audit, forms, inbox, outbox
from bot.access import Actor
from bot.domain.people import Membership
from bot.domain.teams import Team
from bot.errors import Refused
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("line.open")(open_form)
    app.view("line.saved")(save)


class Carried(BaseModel):
    """The team whose card it is: a claim, checked again."""

    team: int


class OwnLine(BaseModel):
    """What stands behind one's name instead of one's roles; empty to show those again."""

    line: str = Field(default="", max_length=120)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What stands there now, to be written anew."""
    ack()
    with kit.store.reading() as session:
        team, membership = _own(session, access.actor(session, body), forms.pressed(body))
    values = {"team": team, "line": membership.own_words, "meta": json.dumps({"team": team.id})}
    answers.open_view(kit, body, "people/line", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands on the card; a line about oneself may still hold somebody else's details."""
    told = forms.read(view, OwnLine)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "line.saved", kit.now())
        actor = access.actor(session, body)
        team, membership = _own(session, actor, forms.carried(view, Carried).team)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        membership.own_words = " ".join(told.line.split())
        session.add(membership)
        if confirmed:
            subject = f"membership:{membership.id}"
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
        outbox.say_again(session, f"team:{team.id}", now=kit.now())
    ack()


def _own(session: Session, actor: Actor, team_id: int) -> tuple[Team, Membership]:
    """The actor's own place in the team; nobody writes another's line."""
    team = access.team_of(session, team_id)
    mine = select(Membership).where(
        Membership.team_id == team.id, Membership.person_id == actor.id, col(Membership.left_at).is_(None)
    )
    membership = session.exec(mine).first()
    if membership is None:
        raise Refused(f"Only people of {team.name} stand on its card.")
    return team, membership

"""Whose numbers are in, as a picture: asked for in the window that has it as text, answered in one's conversation."""

from typing import Any

from slack_bolt import Ack

from bot import access, forms, inbox, outbox
from bot.cards import completeness
from bot.domain.collaboratives import Collaborative
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
NOTHING_YET = "Nothing was due yet, so there is nothing to draw."


def register(app: Registrar) -> None:
    """What coaches, faculty and coordinators can do."""
    app.action("completeness.draw")(draw)


def draw(ack: Ack, body: Body, kit: Kit) -> None:
    """The picture of a collaborative's teams by months."""
    with kit.store.transaction() as session:
        key, row = inbox.click_key(body), forms.pressed(body)
        inbox.once(session, key, "completeness.draw", kit.now())
        actor, collaborative = access.actor(session, body), session.get(Collaborative, row)
        actor.must("teams.see", collaborative=row)
        if collaborative is None:
            raise Gone("This collaborative isn't in the record any more.")
        if completeness.of(session, actor, collaborative, kit.now()) is None:
            raise BotError(NOTHING_YET)
        outbox.say(
            session, "completeness/grid", key=f"grid:{key}", to=f"person:{actor.id}", now=kit.now(), collaborative=row,
            person=actor.id,
        )  # fmt: skip
    ack()

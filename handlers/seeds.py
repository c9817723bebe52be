"""Whether Allteach asks the teams something where they have shared nothing for ten days: a coordinator says so."""

from typing import Any

from slack_bolt import Ack

from bot import access, answers, audit, forms, home, inbox
from bot.domain import seeds
from bot.domain.collaboratives import Collaborative
from bot.errors import Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
OFF = "Where teams share nothing I don't ask them anything any more; everything else stays as it is."
ON = "Where teams have shared nothing for ten days I ask them something, and no second time before somebody shares."


def register(app: Registrar) -> None:
    """What a coordinator can do."""
    app.action("seeds.switch")(switch)


def switch(ack: Ack, body: Body, kit: Kit) -> None:
    """The button at Home: off, and on again."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "seeds.switch", kit.now())
        actor = access.actor(session, body)
        collaborative = session.get(Collaborative, forms.pressed(body))
        if collaborative is None:
            raise Gone("This collaborative isn't in the record any more.")
        actor.must("seeds.switch", collaborative=collaborative.id or 0)
        seeds.switch(session, collaborative, actor.id, kit.now())
        on = seeds.is_on(session, collaborative)
        subject = f"collaborative:{collaborative.id}"
        audit.note(session, "seeds.on" if on else "seeds.off", by=actor.id, subject=subject, now=kit.now())
        home.refresh(session, [actor.id], kit.now())
    ack()
    answers.tell(kit, body, ON if on else OFF)

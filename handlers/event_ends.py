"""All dates to come of a call are canceled, once a coordinator saw which they are and whom that reaches."""

from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import answers, audit, forms, inbox
from bot.access import Actor
from bot.cards import event_ends
from bot.cards.event_ends import Ending
from bot.domain import event_changes, event_facts, event_repeats
from bot.domain.events import Event
from bot.errors import BotError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import event_forms

Body = dict[str, Any]
FORM = "events.ended"
NOTHING = "None of its dates is to come, so there is nothing to cancel. Please open the list anew."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("events.end")(open_form)
    app.view(FORM)(end)


class Carried(BaseModel):
    """The event, as it stood when the window was opened: claims, checked again."""

    event: int
    sequence: int = 0


class Chosen(BaseModel):
    """The form."""

    words: str = Field(default="", max_length=event_changes.MOST)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Which dates these are, and whom it reaches when."""
    ack()
    with kit.store.reading() as session:
        actor, ending = _ending(session, body, forms.pressed(body), kit)
        event, zone = ending.event, ending.collaborative.timezone
        found = event_ends.audience(session, ending, actor.id, kit)
        values = {
            "title": event.title,
            "rhythm": event_repeats.words(event.repeats, event.starts, zone),
            "count": event_facts.counted(len(ending.ahead), "date"),
            "dates": event_ends.dates(ending),
            "reach": event_ends.reach(session, ending, found, kit.now()),
            "zone": zone,
            "first": ending.ahead[0].known_as,
            "last": ending.ahead[-1].known_as,
            "ends": len(ending.ahead),
            "told": bool(found.told or found.channels),
            "meta": Carried(event=event.id or 0, sequence=event.sequence).model_dump_json(),
        }
    answers.open_view(kit, body, "events/end", values)


def end(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """They are canceled, and whoever knew of one is told, once, that there are no more."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now(), {"response_action": "clear"})
        carried, words = forms.carried(view, Carried), " ".join(forms.read(view, Chosen).words.split())
        actor, ending = _ending(session, body, carried.event, kit)
        if ending.event.sequence != carried.sequence:
            raise BotError(event_forms.CHANGED.format(by=event_facts.changer(session, ending.event)))
        confirmed = forms.guard(view, known.of(session, kit, ending.collaborative.id or 0))
        found = event_ends.audience(session, ending, actor.id, kit)
        told = " ".join(event_ends.reach(session, ending, found, kit.now()))
        event_ends.end(session, ending, found, words=words, by=actor.id, kit=kit)
        subject = f"event:{ending.event.id}"
        audit.note(session, "event.ended", by=actor.id, subject=subject, now=kit.now(), dates=len(ending.ahead))
        if confirmed:
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
        title, count = ending.event.title, event_facts.counted(len(ending.ahead), "date")
    ack(response_action="clear")
    answers.tell(kit, body, f"Saved. {title} takes place no more: {count} to come {_are(ending)} canceled. {told}")


def _are(ending: Ending) -> str:
    return "is" if len(ending.ahead) == 1 else "are"


def _ending(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Ending]:
    """Who ends which event; raises where it is gone, or has nothing to come."""
    event = session.get(Event, row)
    actor, collaborative = event_forms.whose(session, body, event.collaborative_id if event else 0)
    if event is None:
        raise Gone(event_forms.GONE)
    ending = event_ends.of(session, collaborative, event, kit.now())
    if not ending.ahead:
        raise BotError(NOTHING)
    return actor, ending

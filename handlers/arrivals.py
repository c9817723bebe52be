"""How I come to a session: in the room or by video, and what I need there."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.cards import call_cards
from bot.domain import arrivals, event_facts, rsvps
from bot.domain.arrivals import Told
from bot.domain.events import Meeting
from bot.errors import Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering, calls

Body = dict[str, Any]
ON_A_SCREEN = "Everybody comes to this one by its link, so there is nothing more to tell."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("arrivals.open")(open_form)
    app.view("arrivals.told")(tell)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """In the room or by video, and what do you need?"""
    ack()
    with kit.store.reading() as session:
        actor, date = _mine(session, body, call_steering.pressed(body), kit)
        before = arrivals.of_person(session, date, actor.id)
    meta = call_steering.Which(which=event_facts.key(date)).model_dump_json()
    shown = {
        "title": date.event.title, "place": before.place if before else "", "needs": before.needs if before else "",
        "places": arrivals.PLACES, "most": arrivals.MOST_NEEDS, "meta": meta,
    }  # fmt: skip
    answers.open_view(kit, body, "arrivals/form", shown)


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Coordinators see it where they see who comes; whoever tells how they come, comes."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "arrivals.told", kit.now())
        actor, date = _mine(session, body, call_steering.carried(view), kit)
        told = forms.read(view, Told)
        confirmed = forms.guard(view, known.of(session, kit, date.event.collaborative_id))
        arrivals.tell(session, date, actor.id, told, kit.now())
        teams = rsvps.speaks_for(session, date.event, actor.id)
        if teams and not rsvps.says(session, date, actor.id):
            rsvps.answer(session, date, actor.id, coming=True, by=actor.id, now=kit.now())
            call_cards.settle(session, kit, date, teams, by=actor.id)
        if confirmed:
            subject = f"event:{date.event.id}"
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    ack()
    place = arrivals.PLACES[told.place].lower()
    answers.tell(
        kit, body, f"Thank you: you're coming to {date.event.title} {place}. Only coordinators see what you need."
    )


def _mine(session: Session, body: Body, which: str, kit: Kit) -> tuple[Actor, Meeting]:
    actor, date = access.actor(session, body), calls.meant(session, which)
    if date is None:
        raise Gone(calls.NOT_ANY_MORE)
    actor.must("call.attend", collaborative=date.event.collaborative_id)
    calls.must_be_for(session, actor, date.event)
    calls.must_be_open(date, kit.now())
    if not arrivals.is_asked(date):
        raise Gone(ON_A_SCREEN)
    return actor, date

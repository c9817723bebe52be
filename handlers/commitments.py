"""What a team said at a call that it will do becomes a test of its own."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, outbox
from bot.access import Actor
from bot.cards import minutes_cards
from bot.domain import commitments, rsvps
from bot.domain.commitments import Commitment
from bot.domain.events import Event
from bot.domain.minutes import Minutes
from bot.domain.pdsa import Started
from bot.errors import Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering, cycle_forms
from handlers.cycle_forms import Carried

Body = dict[str, Any]
MOST = 100  # that a menu takes
GONE = "This isn't in the minutes any more. All actions has Log a PDSA cycle, which opens an empty form."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("commitments.test")(open_test)
    app.options("commitments.team")(suggest_teams)


def open_test(ack: Ack, body: Body, kit: Kit) -> None:
    """Make it a cycle: the quick form, with what the team will do and by when filled in."""
    ack()
    with kit.store.reading() as session:
        values = form(session, access.actor(session, body), forms.pressed(body), kit)
    answers.open_view(kit, body, "pdsa/start", values)


def suggest_teams(ack: Ack, body: Body, kit: Kit) -> None:
    """The teams of the call whose names have what was typed, while minutes are written."""
    typed = str(body.get("value", "")).casefold()
    with kit.store.reading() as session:
        _, date, _ = call_steering.steered(session, body, call_steering.carried(body["view"]))
        teams = sorted(rsvps.asked(session, date.event), key=lambda one: one.name.casefold())
    near = [one for one in teams if typed in one.name.casefold()][:MOST]
    ack(options=[{"text": {"type": "plain_text", "text": one.name[:75]}, "value": str(one.id)} for one in near])


def form(session: Session, actor: Actor, row: int, kit: Kit) -> dict[str, Any]:
    """The quick form for the team whose commitment it is; the check is on the record."""
    promise = _writable(session, actor, row)
    team, subject = access.team_of(session, promise.team_id), f"commitment:{promise.id}"
    carried = Carried(team=team.id, promise=promise.id, subject=subject)
    return cycle_forms.promised(session, actor, team, carried, promise.due, kit.now())


def take(session: Session, row: int, cycle: Started, kit: Kit) -> None:
    """The cycle that was just started came of it: wherever it stands it says so.

    What was taken out of the minutes since the form opened is tested all the same.
    """
    promise = session.get(Commitment, row)
    if promise is None or promise.team_id != cycle.team_id:
        return
    _must_be_open(session, promise)
    promise.cycle_id = cycle.id
    session.add(promise)
    session.flush()
    minutes = session.get_one(Minutes, promise.minutes_id)
    recaps = minutes_cards.keys(minutes, session.get_one(Event, minutes.event_id))
    keys = (*recaps, minutes_cards.promised_key(minutes, promise.team_id))
    outbox.say_again(session, *keys, now=kit.now())


def _writable(session: Session, actor: Actor, row: int) -> Commitment:
    promise = session.get(Commitment, row)
    if promise is None:
        raise Gone(GONE)
    team = access.team_of(session, promise.team_id)
    actor.must("cycle.write", collaborative=team.collaborative_id, team=team)
    _must_be_open(session, promise)
    return promise


def _must_be_open(session: Session, promise: Commitment) -> None:
    cycle = commitments.cycle_of(session, promise)
    if cycle:
        raise Gone(f"Cycle {cycle.number} came of it already. Open it from its card.")

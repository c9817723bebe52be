"""The calls and sessions of a collaborative: `/calls`, to read for everybody, to change for those who coordinate."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms
from bot.access import Actor
from bot.cards import event_lists
from bot.domain.collaboratives import Collaborative
from bot.errors import Gone, Refused
from bot.kit import Kit
from bot.routes import Registrar
from handlers import event_forms as event_form
from handlers import poll_settings
from handlers.commands import nearest

Body = dict[str, Any]
HELP = (
    "*/calls* shows the calls and sessions to come.\n"
    "*/calls new* plans one, for coordinators: it shows the next dates as it understood them before it saves.\n"
    "*/calls poll* finds a time with the teams, for coordinators too.\n"
    "The same is at Home and behind All actions."
)
NONE = "You're in no collaborative whose calls you could see. Ask your coordinator to add you."


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/calls")(command)
    app.action("events.list")(open_list)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/calls`, `/calls new`, `/calls poll`, `/calls help`."""
    ack()
    word = str(body.get("text", "")).strip().lower()
    if word == "help":
        return answers.say_to(kit, body, HELP)
    if word == "new":
        with kit.store.reading() as session:
            place = _place(session, access.actor(session, body), "events.change")
        return event_form.open_new(body, kit, place.id or 0)
    if word == "poll":
        return poll_settings.command(body, kit)
    if word:
        closest = nearest(word, ("new", "poll", "help"))
        meant = f" Did you mean */calls {closest}*?" if closest else ""
        return answers.say_to(kit, body, f"I don't know that word.{meant}\n{HELP}")
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = event_lists.shown(session, actor, _place(session, actor, "library.read"), kit.now())
    answers.open_view(kit, body, "events/list", values)


def open_list(ack: Ack, body: Body, kit: Kit) -> None:
    """The list, from Home or All actions."""
    ack()
    with kit.store.reading() as session:
        actor, collaborative = access.actor(session, body), session.get(Collaborative, forms.pressed(body))
        actor.must("library.read", collaborative=forms.pressed(body))
        if collaborative is None:
            raise Gone("This collaborative isn't in the record any more.")
        values = event_lists.shown(session, actor, collaborative, kit.now())
    answers.open_view(kit, body, "events/list", values)


def _place(session: Session, actor: Actor, act: str) -> Collaborative:
    """The first collaborative in which they may; raises Refused where there is none."""
    found = access.collaboratives_of(session, actor, act)
    if not found and actor.collaborative_ids:
        actor.must(act, collaborative=actor.collaborative_ids[0])
    if not found:
        raise Refused(NONE)
    return found[0]

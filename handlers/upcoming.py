"""Upcoming messages: those who steer a collaborative see what the clock has, hold a message back, or send it now."""

import json
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, upcoming
from bot.access import Actor
from bot.domain.collaboratives import Collaborative
from bot.errors import Gone
from bot.kit import Kit
from bot.outbox import Letter
from bot.routes import Registrar

Body = dict[str, Any]
Act = Callable[[Session, Letter, Collaborative, int, Kit], str]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("upcoming.open")(open_window)
    app.action("upcoming.hold")(hold_back)
    app.action("upcoming.after_all")(send_after_all)
    app.action("upcoming.now")(send_now)


def open_window(ack: Ack, body: Body, kit: Kit) -> None:
    """The next seven days of one collaborative."""
    ack()
    with kit.store.reading() as session:
        actor, collaborative = access.actor(session, body), session.get(Collaborative, forms.pressed(body))
        actor.must("letters.steer", collaborative=collaborative.id or 0 if collaborative else 0)
        assert collaborative is not None
        values = _values(session, collaborative, kit)
    answers.open_view(kit, body, "upcoming/list", values)


def hold_back(ack: Ack, body: Body, kit: Kit) -> None:
    """Not this one, and not later either."""
    _steer(ack, body, kit, upcoming.hold_back)


def send_after_all(ack: Ack, body: Body, kit: Kit) -> None:
    """It was held back by somebody who thinks better of it."""
    _steer(ack, body, kit, upcoming.send_after_all)


def send_now(ack: Ack, body: Body, kit: Kit) -> None:
    """Not at its hour but at once, where that wakes nobody."""
    _steer(ack, body, kit, upcoming.send_now)


def _steer(ack: Ack, body: Body, kit: Kit, act: Act) -> None:
    """Do it to the letter of the button, and show in the window what came of it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), str(body["actions"][0]["action_id"]), kit.now())
        actor = access.actor(session, body)
        letter, collaborative = _whose(session, actor, body)
        said = act(session, letter, collaborative, actor.id, kit)
        session.flush()
        values = _values(session, collaborative, kit, said)
    ack()
    if (body.get("view") or {}).get("callback_id") == "upcoming.window":
        answers.replace_view(kit, body, "upcoming/list", values)
    else:
        answers.tell(kit, body, said)


def _whose(session: Session, actor: Actor, body: Body) -> tuple[Letter, Collaborative]:
    """The letter, and the collaborative they steer it for: the window's own where it is one of the letter's."""
    letter = session.get(Letter, forms.pressed(body))
    theirs = upcoming.collaboratives(session, letter) if letter else set()
    steered = [row for row in sorted(theirs) if actor.may("letters.steer", collaborative=row)]
    if not steered:
        others = access.collaboratives_of(session, actor, "letters.steer")
        if theirs or not others:
            actor.must("letters.steer", collaborative=min(theirs, default=actor.collaborative_ids[0]))
    if letter is None or not letter.clock or not steered:
        raise Gone("This isn't one of the upcoming messages any more. Home shows those that are.")
    shown = forms.meta(body.get("view") or {}).get("collaborative")
    return letter, session.get_one(Collaborative, shown if shown in steered else steered[0])


def _values(session: Session, collaborative: Collaborative, kit: Kit, said: str = "") -> dict[str, Any]:
    meta = json.dumps({"collaborative": collaborative.id})
    return {**upcoming.gather(session, collaborative, kit, said), "meta": meta}

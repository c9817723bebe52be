"""Upcoming messages: those who steer a collaborative see what the clock has, hold messages back, or send them now."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox
from bot.access import Actor
from bot.domain.collaboratives import Collaborative
from bot.errors import Gone
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import alike, steering, upcoming
from bot.planning.alike import Group
from bot.planning.steering import Act
from bot.routes import Registrar
from handlers.home import show_again

Body = dict[str, Any]
NO_MORE = "This isn't one of the upcoming messages any more. Home shows those that are."


class Place(BaseModel):
    """Where somebody is in the window: in the list, or on a page of those that stand in one line of it."""

    collaborative: int
    group: str = ""
    page: int = 0


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("upcoming.open")(open_window)
    app.action("upcoming.show")(show_them)
    app.action("upcoming.before")(show_page)
    app.action("upcoming.after")(show_page)
    app.action("upcoming.back")(show_list)
    app.action("upcoming.hold")(hold_back)
    app.action("upcoming.after_all")(send_after_all)
    app.action("upcoming.now")(send_now)
    app.action("upcoming.hold_all")(hold_all_back)
    app.action("upcoming.release_all")(send_all_after_all)
    app.action("upcoming.now_all")(send_all_now)


def open_window(ack: Ack, body: Body, kit: Kit) -> None:
    """The next seven days of one collaborative."""
    ack()
    with kit.store.reading() as session:
        collaborative = _steered(session, access.actor(session, body), forms.pressed(body))
        values = _window(session, kit, Place(collaborative=collaborative.id or 0))
    answers.open_view(kit, body, "upcoming/list", values)


def show_them(ack: Ack, body: Body, kit: Kit) -> None:
    """Each of those that stand in one line."""
    ack()
    _go(body, kit, group=_key(body), page=0)


def show_page(ack: Ack, body: Body, kit: Kit) -> None:
    """Others of them, or of all."""
    ack()
    _go(body, kit, page=forms.pressed(body))


def show_list(ack: Ack, body: Body, kit: Kit) -> None:
    """Back to all that is to come."""
    ack()
    _go(body, kit, group="", page=0)


def hold_back(ack: Ack, body: Body, kit: Kit) -> None:
    """Not this one, and not later either."""
    _steer(ack, body, kit, steering.HOLD_BACK)


def send_after_all(ack: Ack, body: Body, kit: Kit) -> None:
    """It was held back by somebody who thinks better of it."""
    _steer(ack, body, kit, steering.SEND_AFTER_ALL)


def send_now(ack: Ack, body: Body, kit: Kit) -> None:
    """Not at its hour but at once, where that wakes nobody."""
    _steer(ack, body, kit, steering.SEND_NOW)


def hold_all_back(ack: Ack, body: Body, kit: Kit) -> None:
    """None of those that stand in one line."""
    _steer_all(ack, body, kit, steering.HOLD_BACK)


def send_all_after_all(ack: Ack, body: Body, kit: Kit) -> None:
    """All of them that were held back."""
    _steer_all(ack, body, kit, steering.SEND_AFTER_ALL)


def send_all_now(ack: Ack, body: Body, kit: Kit) -> None:
    """All of them at once, but those that would wake somebody."""
    _steer_all(ack, body, kit, steering.SEND_NOW)


def _steer(ack: Ack, body: Body, kit: Kit, act: Act) -> None:
    """Do it to the letter of the button, and show in the window what came of it."""
    in_window = (body.get("view") or {}).get("callback_id") == "upcoming.window"
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), str(body["actions"][0]["action_id"]), kit.now())
        actor = access.actor(session, body)
        letter, collaborative = _whose(session, actor, body)
        said = steering.one(session, letter, act, session.get_one(Collaborative, collaborative), actor.id, kit)
        session.flush()
        home.refresh(session, [actor.id], kit.now())
        place = _place(session, actor, body) if in_window else Place(collaborative=collaborative)
        values = _window(session, kit, place.model_copy(update={"collaborative": collaborative}), said)
    ack()
    if in_window:
        _redraw(kit, body, values)
    else:
        show_again(kit, body)
        answers.tell(kit, body, said)


def _steer_all(ack: Ack, body: Body, kit: Kit, act: Act) -> None:
    """The same to those of the line that wait now."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), str(body["actions"][0]["action_id"]), kit.now())
        actor = access.actor(session, body)
        collaborative = _steered(session, actor, _place(session, actor, body).collaborative)
        group = _group(session, kit, collaborative, _key(body))
        if group is None:
            raise Gone(NO_MORE)
        letters = [session.get_one(Letter, line.letter) for line in group.lines if line.letter]
        said = steering.all_of(session, letters, act, collaborative, actor.id, kit)
        home.refresh(session, [actor.id], kit.now())
    ack()
    _go(body, kit, said)


def _go(body: Body, kit: Kit, said: str = "", **to: Any) -> None:
    """Show the place of the window that they are in, or go `to` another."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        place = _place(session, actor, body).model_copy(update=to)
        _steered(session, actor, place.collaborative)
        values = _window(session, kit, place, said)
    _redraw(kit, body, values)


def _redraw(kit: Kit, body: Body, values: dict[str, Any]) -> None:
    if body["view"]["type"] == "home":
        answers.open_view(kit, body, "upcoming/parts" if "what" in values else "upcoming/list", values)
    elif "what" in values:
        answers.replace_view(kit, body, "upcoming/parts", values)
    else:
        answers.replace_view(kit, body, "upcoming/list", values)


def _steered(session: Session, actor: Actor, row: int) -> Collaborative:
    """The collaborative, if they steer it; raises Refused."""
    collaborative = session.get(Collaborative, row)
    actor.must("letters.steer", collaborative=collaborative.id or 0 if collaborative else 0)
    assert collaborative is not None
    return collaborative


def _whose(session: Session, actor: Actor, body: Body) -> tuple[Letter, int]:
    """The letter, and the collaborative they steer it for: the window's own where it is one of the letter's."""
    letter = session.get(Letter, forms.pressed(body))
    theirs = upcoming.collaboratives(session, letter) if letter else set()
    steered = [row for row in sorted(theirs) if actor.may("letters.steer", collaborative=row)]
    if not steered:
        others = access.collaboratives_of(session, actor, "letters.steer")
        if theirs or not others:
            actor.must("letters.steer", collaborative=min(theirs, default=actor.collaborative_ids[0]))
    if letter is None or not letter.clock or not steered:
        raise Gone(NO_MORE)
    shown = forms.meta(body.get("view") or {}).get("collaborative")
    return letter, shown if shown in steered else steered[0]


def _place(session: Session, actor: Actor, body: Body) -> Place:
    """Where they are; raises Refused for whoever steers nothing."""
    if not access.collaboratives_of(session, actor, "letters.steer"):
        actor.must("letters.steer", collaborative=actor.collaborative_ids[0])
    return forms.carried(body.get("view") or {}, Place)


def _key(body: Body) -> str:
    return str(body["actions"][0].get("value", ""))


def _group(session: Session, kit: Kit, collaborative: Collaborative, key: str) -> Group | None:
    return next((group for group in upcoming.groups(session, collaborative, kit) if group.key == key), None)


def _window(session: Session, kit: Kit, place: Place, said: str = "") -> dict[str, Any]:
    """What it prints: a page of those that are alike, or the list where nothing of them is left.

    What was held back stays in it, with the way to undo that.
    """
    collaborative = session.get_one(Collaborative, place.collaborative)
    group = alike.kin(upcoming.groups(session, collaborative, kit), place.group) if place.group else None
    if group:
        return {**upcoming.parts(session, group, place.page, kit.now(), said), "meta": place.model_dump_json()}
    page = 0 if place.group else place.page
    meta = Place(collaborative=place.collaborative, page=page).model_dump_json()
    return {**upcoming.gather(session, collaborative, kit, page, said), "meta": meta}

"""App Home, the one place; and the same as a window for those who have no Home."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox, outbox
from bot.access import Actor
from bot.errors import Gone, Refused
from bot.homes import letters, screen
from bot.homes.tabs import TABS, Place
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.event("app_home_opened")(opened)
    app.action("home.actions")(all_actions)
    app.action("home.overview")(turn)
    app.action("home.alerts")(turn)
    app.action("home.grid")(turn)
    app.action("home.upcoming")(turn)
    app.action("home.broadcasts")(turn)
    app.action("home.roster")(turn)
    app.action("letter.again")(send_again)


def opened(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody looks at their Home: bring it up to date."""
    ack()
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        if body["event"].get("tab") != "home":
            return
        try:
            actor = access.actor(session, body)
        except Refused as refusal:
            view = kit.templates.render("home/view", screen.outside(str(refusal)))
            kit.after_ack(kit.slack.call, "views.publish", user_id=access.identity(body)[1], view=view)
            return
        home.show(session, actor.id, kit.now(), **home.at(session, actor.id, kit.now()))


def all_actions(ack: Ack, body: Body, kit: Kit) -> None:
    """Everything Home offers, in a window: guests and people of another workspace have no Home."""
    ack()
    with kit.store.reading() as session:
        values = screen.gather(session, access.actor(session, body), kit)
    answers.open_view(kit, body, "home/actions", values)


def turn(ack: Ack, body: Body, kit: Kit) -> None:
    """Another tab, or another page of one: at Home, or in the window that stands for it."""
    place = _pressed(body)
    where = (body.get("view") or {}).get("type")
    if where == "home":
        with kit.store.transaction() as session:
            home.turn(session, _who(session, body, place).id, kit.now(), **place.about)
    else:
        with kit.store.reading() as session:
            values = screen.gather(session, _who(session, body, place), kit, place)
    ack()
    if where == "modal":
        answers.replace_view(kit, body, "home/actions", values)


def show_again(kit: Kit, body: Body) -> None:
    """The window that All actions opens, as it stands once something was done in it; elsewhere nothing changes."""
    view = body.get("view") or {}
    if view.get("callback_id") != "home.window":
        return
    with kit.store.reading() as session:
        values = screen.gather(session, access.actor(session, body), kit, forms.carried(view, Place))
    answers.replace_view(kit, body, "home/actions", values)


def send_again(ack: Ack, body: Body, kit: Kit) -> None:
    """A letter Slack would not take: a coordinator has mended what stood in the way, and presses *Try again*."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "letter.again", kit.now())
        actor = access.actor(session, body)
        steered = access.collaboratives_of(session, actor, "letters.see")
        if not steered:
            actor.must("letters.see", collaborative=actor.collaborative_ids[0])
        wanted = forms.pressed(body)
        for letter in (letter for one in steered for letter in letters.parked(session, one)):
            if letter.id == wanted:
                outbox.try_again(session, letter, kit.now())
        home.show(session, actor.id, kit.now(), **home.at(session, actor.id, kit.now()))
        values = screen.gather(session, actor, kit)
    ack()
    if body["view"]["type"] == "modal":
        answers.replace_view(kit, body, "home/actions", values)


def _who(session: Session, body: Body, place: Place) -> Actor:
    """Whoever pressed, if that tab is theirs."""
    actor = access.actor(session, body)
    if place.tab in TABS:
        actor.must(TABS[place.tab].act, collaborative=place.collaborative)
    return actor


def _pressed(body: Body) -> Place:
    """The tab of the button, with the collaborative and the page that its value claims."""
    action = body["actions"][0]
    numbers = str(action.get("value", "")).split(":")
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        raise Gone("This button isn't in use any more. Home has those that are.")
    return Place(
        tab=action["action_id"].removeprefix("home."), collaborative=int(numbers[0]),
        page=int(numbers[1]) if len(numbers) > 1 else 0,
    )  # fmt: skip

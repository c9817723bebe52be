"""App Home, the one place; and the same as a window for those who have no Home."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox, outbox
from bot.errors import Refused
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.event("app_home_opened")(opened)
    app.action("home.actions")(all_actions)
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
            view = kit.templates.render("home/view", home.outside(str(refusal)))
            kit.after_ack(kit.slack.call, "views.publish", user_id=access.identity(body)[1], view=view)
            return
        _publish(session, actor.id, kit)


def all_actions(ack: Ack, body: Body, kit: Kit) -> None:
    """Everything Home offers, in a window: guests and people of another workspace have no Home."""
    ack()
    with kit.store.reading() as session:
        values = home.gather(session, access.actor(session, body), kit)
    answers.open_view(kit, body, "home/actions", values)


def send_again(ack: Ack, body: Body, kit: Kit) -> None:
    """A letter Slack would not take: a coordinator has mended what stood in the way, and presses *Try again*."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "letter.again", kit.now())
        actor = access.actor(session, body)
        steered = access.collaboratives_of(session, actor, "letters.see")
        if not steered:
            actor.must("letters.see", collaborative=actor.collaborative_ids[0])
        wanted = forms.pressed(body)
        for letter in (letter for one in steered for letter in home.parked(session, one)):
            if letter.id == wanted:
                outbox.try_again(session, letter, kit.now())
        _publish(session, actor.id, kit)
        values = home.gather(session, actor, kit)
    ack()
    if body["view"]["type"] == "modal":
        answers.replace_view(kit, body, "home/actions", values)


def _publish(session: Session, person: int, kit: Kit) -> None:
    outbox.say(session, "home/view", key=f"home:{person}", to=f"home:{person}", now=kit.now(), person=person)

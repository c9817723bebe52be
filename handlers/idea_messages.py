"""Share this idea, on any message: one's own at once, another's once its author says yes; till then nothing is kept."""

import re
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, select

from bot import access, answers, drafts, forms, inbox, outbox, typed
from bot.access import Actor
from bot.cards import idea_cards
from bot.domain import idea_permissions, ideas, pdsa_facts
from bot.domain.collaboratives import Collaborative, Workspace
from bot.domain.idea_permissions import Permission
from bot.domain.people import Person
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import ideas as idea_handlers
from handlers.idea_forms import Carried

Body = dict[str, Any]
CHANNEL = re.compile(r"[A-Z0-9]{2,}")
STAMP = re.compile(r"\d{1,12}\.\d{1,9}")
ALREADY = "This message is shared already. Its idea stands in the channel where teams share."
NOT_LAUNCHED = "The collaborative isn't launched yet, and till then I write to nobody. Please try it again afterwards."
NOT_WRITTEN = (
    "That message is an app's, so there is nobody to ask. If your team did something like it, share that: "
    "*/share*, or Share an idea at Home."
)
STRANGER = (
    "Whoever wrote that isn't in this collaborative, so I can't ask them whether it may be shared. If your team did "
    "something like it, share that: */share*, or Share an idea at Home."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.shortcut("ideas.from_message")(from_message)
    app.action("ideas.allow")(allow)
    app.action("ideas.decline")(decline)


def from_message(ack: Ack, body: Body, kit: Kit) -> None:
    """One's own words are filled in; a cycle's card opens what its cycle tells; others are asked first."""
    ack()
    message, channel = body["message"], str(body["channel"]["id"])
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        letter = outbox.found(session, channel, str(message.get("ts")))
        words, link = typed.plain(session, str(message.get("text", ""))), _permalink(session, channel, message)
        author = _author(session, message, body)
        if any(ideas.of_message(session, here, link) for here in actor.collaborative_ids):
            raise BotError(ALREADY)
    if letter and letter.message == "pdsa/card":
        return idea_handlers.open_cycle(body, kit, letter.about["cycle"])
    if letter or not message.get("user"):
        raise BotError(NOT_WRITTEN)
    if author and author.id == actor.id:
        said = int(str(message["ts"]).partition(".")[0])
        subject = f"{drafts.WORDS}:{channel}:{message['ts']}"
        return idea_handlers.open_with_words(body, kit, words, Carried(message=link, said=said, subject=subject))
    return _ask(body, kit, link)


def allow(ack: Ack, body: Body, kit: Kit) -> None:
    """Yes, share it: the author writes it into the form, and it is kept when they send that."""
    ack()
    with kit.store.reading() as session:
        asked = _mine(session, access.actor(session, body), forms.pressed(body))
        carried = Carried(permission=asked.id, subject=f"permission:{asked.id}")
    idea_handlers.open_with_words(body, kit, "", carried)


def decline(ack: Ack, body: Body, kit: Kit) -> None:
    """Please don't: it stays where it is, and whoever asked is told kindly."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "ideas.decline", kit.now())
        asked = _mine(session, access.actor(session, body), forms.pressed(body))
        idea_permissions.answer(session, asked, idea_permissions.NO, kit.now())
        idea_cards.author_answered(session, asked, kit.now())
    ack()


def _ask(body: Body, kit: Kit, link: str) -> None:
    """Where the message stands is kept, its author is asked, and whoever would share it knows."""
    message = body["message"]
    with kit.store.transaction() as session:
        inbox.once(session, f"shortcut:{body['trigger_id']}", "ideas.from_message", kit.now())
        actor, author = access.actor(session, body), _author(session, message, body)
        there = access.of_person(session, author.id or 0) if author else None
        here = [one for one in actor.collaborative_ids if there and one in there.collaborative_ids]
        if author is None or not here:
            raise BotError(STRANGER)
        if session.get_one(Collaborative, here[0]).launched_at is None:
            raise BotError(NOT_LAUNCHED)
        said = datetime.fromtimestamp(float(message["ts"]), UTC)
        wanted = Permission(
            collaborative_id=here[0], permalink=link, said_at=said, author_id=author.id or 0, asked_by=actor.id,
            asked_at=kit.now(),
        )  # fmt: skip
        idea_cards.ask_author(session, idea_permissions.ask(session, wanted), kit.now())
        name = pdsa_facts.name_of(session, author.id)
    answers.tell(
        kit, body, f"I ask {name} whether it may be shared, and tell you. Till then nothing of the message is kept."
    )


def _mine(session: Session, actor: Actor, permission_id: int) -> Permission:
    """The question, for the one who was asked."""
    asked = session.get(Permission, permission_id)
    if asked is None or asked.author_id != actor.id:
        raise Gone("This question isn't for you, or isn't in the record any more.")
    if asked.state != idea_permissions.ASKED:
        raise Gone("You have answered this already. To share something after all, press Share an idea at Home.")
    return asked


def _author(session: Session, message: Body, body: Body) -> Person | None:
    """Who wrote it, by workspace and user id."""
    workspace = str(message.get("user_team") or message.get("team") or access.identity(body)[0])
    same = (Person.workspace == workspace, Person.slack_user == str(message.get("user")))
    return session.exec(select(Person).where(*same)).first()


def _permalink(session: Session, channel: str, message: Body) -> str:
    """Slack's address of a message, made as Slack makes it."""
    ts, thread = str(message.get("ts")), str(message.get("thread_ts") or "")
    if not (STAMP.fullmatch(ts) and STAMP.fullmatch(thread or ts) and CHANNEL.fullmatch(channel)):
        raise BotError("I can't tell where that message stands. Please share it with */share*, in your own words.")
    home = session.exec(select(Workspace.url)).first() or "https://slack.com/"
    below = f"?thread_ts={thread}&cid={channel}" if thread not in ("", ts) else ""
    return f"{home.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}{below}"

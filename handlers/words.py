"""Plain words in a direct message are answered: they are offered back with buttons, and kept only when one is pressed."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, inbox, known, outbox, privacy
from bot.access import Actor
from bot.domain import pdsa
from bot.domain.people import Person
from bot.domain.pdsa import Cycle
from bot.errors import Refused
from bot.kit import Kit
from bot.outbox import Letter
from bot.routes import Registrar
from handlers import pdsa as pdsa_handlers
from handlers import pdsa_stages

Body = dict[str, Any]
SAID = "said"  # the block of the offer that carries the words back to us when a button is pressed


def register(app: Registrar) -> None:
    """What people can do."""
    app.event("message")(written)
    app.action("words.log")(log)
    app.action("words.add")(add)


def written(ack: Ack, body: Body, kit: Kit) -> None:
    """Offer what can be done with the words; nothing of them is stored."""
    ack()
    event = body["event"]
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        if event.get("channel_type") != "im" or event.get("subtype") not in (None, "file_share") or event.get("bot_id"):
            return
        try:
            actor = access.actor(session, body)
        except Refused:
            return
        _remember_dm(session, actor, str(event["channel"]))
        stamp = int(str(event["ts"]).replace(".", ""))
        key = f"words:{actor.id}:{stamp}"
        text = str(event.get("text", ""))
        allowed = known.of(session, kit, actor.collaborative_ids[0])
        if privacy.look(text, known=allowed):
            outbox.say(session, "words/guarded", key=key, to=f"person:{actor.id}", now=kit.now(), person=actor.id)
            return
        kit.words.hold(key, text)
        cycle = _asked_about(session, actor, event)
        outbox.say(
            session, "words/offer", key=key, to=f"person:{actor.id}", now=kit.now(), person=actor.id, stamp=stamp,
            cycle=cycle.id or 0 if cycle else 0,
        )  # fmt: skip


def log(ack: Ack, body: Body, kit: Kit) -> None:
    """Log as a test, with the words filled in."""
    ack()
    pdsa_handlers.open_with_words(body, kit, _said(body))


def add(ack: Ack, body: Body, kit: Kit) -> None:
    """Add to a cycle as what happened."""
    ack()
    pdsa_stages.open_happened_with(body, kit, int(body["actions"][0]["value"]), _said(body))


def _said(body: Body) -> str:
    """The words, out of our own message: Slack hands them back with the click."""
    for block in body.get("message", {}).get("blocks", ()):
        if str(block.get("block_id", "")).startswith(SAID):
            return "".join(part.get("text", "") for element in block["elements"] for part in element["elements"])
    return ""


def _asked_about(session: Session, actor: Actor, event: dict[str, Any]) -> Cycle | None:
    """The cycle the words are most likely about: the one whose question they answer, else the person's oldest planned one."""
    if event.get("thread_ts"):
        letter = outbox.found(session, str(event["channel"]), str(event["thread_ts"]))
        cycle = session.get(Cycle, letter.about["cycle"]) if letter and letter.message == "pdsa/due" else None
        if cycle and cycle.stage == pdsa.PLAN:
            return cycle
    asked = select(Letter).where(
        Letter.to == f"person:{actor.id}", Letter.message == "pdsa/due", Letter.state == outbox.SENT
    )
    for letter in session.exec(asked.order_by(col(Letter.sent_at).desc()).limit(5)):
        cycle = session.get(Cycle, letter.about["cycle"])
        if cycle and cycle.stage == pdsa.PLAN and not cycle.deleted_at and not cycle.purged_at:
            return cycle
    mine = select(Cycle).where(
        Cycle.owner_id == actor.id,
        Cycle.stage == pdsa.PLAN,
        col(Cycle.deleted_at).is_(None),
        col(Cycle.purged_at).is_(None),
    )
    return session.exec(mine.order_by(col(Cycle.due)).limit(1)).first()


def _remember_dm(session: Session, actor: Actor, channel: str) -> None:
    person = session.get_one(Person, actor.id)
    if person.dm_channel is None:
        person.dm_channel = channel
        session.add(person)

"""Plain words in a direct message are answered: offered back with buttons, and kept only when one is pressed.

A greeting and a call for help get the help.
"""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, inbox, offering, outbox, privacy, typed
from bot.access import Actor
from bot.domain.pdsa import DO, PLAN, Cycle
from bot.domain.people import Person
from bot.domain.questions import FACULTY, PEERS
from bot.domain.reasons import CYCLES
from bot.errors import Refused
from bot.guard import known
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import asking
from bot.routes import Registrar
from handlers import checkins, ideas, pdsa_stages, sheets, timeoff
from handlers import pdsa as pdsa_handlers
from handlers import questions as question_handlers

Body = dict[str, Any]
WRITTEN = (None, "file_share", "me_message", "thread_broadcast")  # by a person; other subtypes tell of changes
GREETINGS = frozenset({"help", "hello", "hi", "hey", "hallo", "hola", "start", "menu", "commands"})
SAID = "said"  # the block of the offer that carries the words back to us when a button is pressed


def register(app: Registrar) -> None:
    """What people can do."""
    app.event("message")(written)
    app.action("words.log")(log)
    app.action("words.add")(add)
    app.action("words.check_in")(check_in)
    app.action("words.ask")(ask)
    app.action("words.ask_faculty")(ask_faculty)
    app.action("words.share")(share)
    app.action("words.rest")(rest)


def written(ack: Ack, body: Body, kit: Kit) -> None:
    """Look at a file; offer what can be done with words, of which nothing is stored."""
    ack()
    event = body["event"]
    if event.get("channel_type") != "im" or event.get("subtype") not in WRITTEN or event.get("bot_id"):
        return
    if not event.get("user"):
        return
    with kit.store.transaction() as session:
        inbox.count(session, body, kit.now())
        try:
            actor = access.actor(session, body)
        except Refused as refused:
            answers.tell(kit, {"user": {"id": event["user"]}}, str(refused))
            return
        _remember_dm(session, actor, str(event["channel"]))
        if event.get("files"):
            sheets.dropped(session, actor, event, kit)
        else:
            _answer(session, actor, event, kit)


def log(ack: Ack, body: Body, kit: Kit) -> None:
    """Log as a test, with the words filled in."""
    ack()
    pdsa_handlers.open_with_words(body, kit, _said(body))


def add(ack: Ack, body: Body, kit: Kit) -> None:
    """Add to a cycle, as what happened or as what was learned."""
    ack()
    pdsa_stages.open_with_words(body, kit, _said(body))


def check_in(ack: Ack, body: Body, kit: Kit) -> None:
    """Answer the check-in, with the words in its first open line."""
    ack()
    checkins.open_with_words(body, kit, _said(body))


def ask(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask the teams, with the words filled in."""
    ack()
    question_handlers.open_with_words(body, kit, offering.question(_said(body)), PEERS)


def ask_faculty(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask faculty, likewise."""
    ack()
    question_handlers.open_with_words(body, kit, offering.question(_said(body)), FACULTY)


def share(ack: Ack, body: Body, kit: Kit) -> None:
    """Share an idea, with the words filled in."""
    ack()
    ideas.open_with_words(body, kit, _said(body))


def rest(ack: Ack, body: Body, kit: Kit) -> None:
    """Time off, with the days that the words name."""
    ack()
    timeoff.open_with_words(body, kit, _said(body))


def _answer(session: Session, actor: Actor, event: Body, kit: Kit) -> None:
    """Help, the buttons, or the request to write it otherwise."""
    stamp = int(str(event["ts"]).replace(".", ""))
    key = f"words:{actor.id}:{stamp}"
    text = typed.plain(session, str(event.get("text", "")))
    if _asks_for_help(text):
        outbox.say(session, "help/allteach", key=key, to=f"person:{actor.id}", now=kit.now())
    elif privacy.look(text, known=known.of(session, kit, actor.collaborative_ids[0])):
        outbox.say(session, "words/guarded", key=key, to=f"person:{actor.id}", now=kit.now(), person=actor.id)
    else:
        kit.words.hold(key, text)
        _offer(session, actor, event, kit, key=key, stamp=stamp)


def _asks_for_help(text: str) -> bool:
    """One word that greets or asks for help, or nothing but a question mark."""
    word = text.strip(" .,!?…\n").lower()
    return word in GREETINGS or (not word and "?" in text)


def _offer(session: Session, actor: Actor, event: Body, kit: Kit, *, key: str, stamp: int) -> None:
    """The buttons, in the thread of the question where the words answer one."""
    asked = outbox.found(session, str(event["channel"]), str(event.get("thread_ts")))
    to, now = f"person:{actor.id}", kit.now()
    about = {"person": actor.id, "stamp": stamp, "cycle": _asked_about(session, actor, asked)}
    about |= _answerable(session, actor, asked)
    if asked:
        outbox.answer(session, "words/offer", key=key, to=to, under=asked.key, now=now, **about)
    else:
        outbox.say(session, "words/offer", key=key, to=to, now=now, **about)


def _said(body: Body) -> str:
    """The words, out of our own message: Slack hands them back with the click."""
    for block in body.get("message", {}).get("blocks", ()):
        if str(block.get("block_id", "")).startswith(SAID):
            return "".join(part.get("text", "") for element in block["elements"] for part in element["elements"])
    return ""


def _asked_about(session: Session, actor: Actor, asked: Letter | None) -> int:
    """The open cycle whose question the words answer, else the one asked about last; 0 where there is none."""
    here = asking.in_letter(session, asked) if asked else []
    for ask in (*here, *asking.put_last(session, actor.id)):
        cycle = session.get(Cycle, ask.subject) if ask.kind in CYCLES else None
        if cycle and _goes_on(cycle):
            return ask.subject
    return 0


def _answerable(session: Session, actor: Actor, asked: Letter | None) -> dict[str, int]:
    """What else they were asked and nobody has answered: what the words reply to, else what was asked last."""
    here = asking.in_letter(session, asked) if asked else []
    open_ones = [ask.id or 0 for ask in here or asking.put_last(session, actor.id) if offering.is_open(session, ask)]
    return {f"ask{number}": row for number, row in enumerate(open_ones[: offering.MOST_ASKS])}


def _goes_on(cycle: Cycle) -> bool:
    return cycle.stage in (PLAN, DO) and not cycle.deleted_at and not cycle.purged_at


def _remember_dm(session: Session, actor: Actor, channel: str) -> None:
    person = session.get_one(Person, actor.id)
    if person.dm_channel is None:
        person.dm_channel = channel
        session.add(person)

"""A broadcast that was sent: undone, edited, recalled, tried again where it wasn't delivered, and said to be read."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox
from bot.access import Actor
from bot.cards import broadcast_cards, broadcast_copies, broadcast_entries, broadcast_forms
from bot.domain import broadcasts, event_facts, pdsa_facts
from bot.domain.broadcasts import Broadcast
from bot.domain.collaboratives import Collaborative
from bot.errors import BotError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.outbox import Letter
from bot.routes import Registrar
from handlers import privacy
from handlers.broadcasts import new_form, pair, read_version

Body = dict[str, Any]
Do = Callable[[Session, Actor, Broadcast], str]
A_TRIAL = "This was a test: nobody is counted."
NOTED = "Thank you. It is noted that {team} has read it."
NOTED_BEFORE = "You have said so already: it is noted that {team} has read it."


class Edited(BaseModel):
    """The broadcast as it read when the form was opened: claims, checked again."""

    broadcast: int
    version: int = 1


class Words(BaseModel):
    """The form."""

    words: str = Field(min_length=1, max_length=broadcasts.MOST)


class Reported(BaseModel):
    """Where somebody is in the report."""

    broadcast: int
    page: int = 0


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("broadcasts.undo")(undo)
    app.action("broadcasts.recall")(recall)
    app.action("broadcasts.edit")(open_edit)
    app.view("broadcasts.edited")(edit)
    app.action("broadcasts.take_over")(take_over)
    app.action("broadcasts.again")(use_again)
    app.action("broadcasts.report")(open_report)
    app.action("broadcasts.count")(count_again)
    app.action("broadcasts.before")(show_page)
    app.action("broadcasts.after")(show_page)
    app.action("broadcasts.try_again")(try_again)
    app.action("broadcasts.got_it")(got_it)
    app.action("privacy.report_broadcast")(report_details)


def undo(ack: Ack, body: Body, kit: Kit) -> None:
    """Before its first copy goes: none ever went out."""

    def do(session: Session, actor: Actor, broadcast: Broadcast) -> str:
        broadcast_copies.undo(session, broadcast, kit.now())
        return "Undone. Nothing was sent. Use it again opens your words in a new form."

    _do(ack, body, kit, "broadcast.undone", do)


def recall(ack: Ack, body: Body, kit: Kit) -> None:
    """Every copy is deleted, and what waits isn't sent."""

    def do(session: Session, actor: Actor, broadcast: Broadcast) -> str:
        broadcasts.recall(session, broadcast, kit.now())
        copies = broadcast_copies.recall(session, broadcast, kit.now())
        told = f"{event_facts.counted(copies, 'copy is', 'copies are')} being deleted, and none" if copies else "None"
        return f"Recalled. {told} goes out any more."

    _do(ack, body, kit, "broadcast.recalled", do)


def take_over(ack: Ack, body: Body, kit: Kit) -> None:
    """Whoever sent it has left; from now on it is mine."""

    def do(session: Session, actor: Actor, broadcast: Broadcast) -> str:
        broadcasts.take_over(session, broadcast, actor.id)
        broadcast_cards.show_anew(session, broadcast, kit.now())
        return "It is yours now, and goes out in your name."

    _do(ack, body, kit, "broadcast.taken_over", do)


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """Its words, to be changed."""
    ack()
    with kit.store.reading() as session:
        _, broadcast = _sent(session, body, forms.pressed(body))
        broadcasts.must_stand(broadcast)
        meta = Edited(broadcast=broadcast.id or 0, version=broadcast.version).model_dump_json()
        values = {"words": broadcast.words, "most": broadcasts.MOST, "meta": meta}
    answers.open_view(kit, body, "broadcasts/edit", values)


def edit(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """All copies read like this from now on."""
    carried = forms.carried(view, Edited)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "broadcasts.edited", kit.now())
        actor, broadcast = _sent(session, body, carried.broadcast)
        if broadcast.version != carried.version:
            by = pdsa_facts.name_of(session, broadcast.edited_by)
            raise BotError(broadcasts.CHANGED.format(by=by))
        words = forms.read(view, Words).words.strip()
        broadcasts.check(broadcast_cards.longest(session, broadcast, words))
        confirmed = forms.guard(view, known.of(session, kit, broadcast.collaborative_id))
        broadcasts.edit(session, broadcast, words, by=actor.id)
        session.flush()
        copies = broadcast_copies.say_anew(session, broadcast, kit.now())
        about = f"broadcast:{broadcast.id}"
        audit.note(session, "broadcast.edited", by=actor.id, subject=about, now=kit.now(), copies=copies)
        if confirmed:
            audit.note(session, "privacy.confirmed", by=actor.id, subject=about, now=kit.now(), fields=confirmed)
    ack()


def use_again(ack: Ack, body: Body, kit: Kit) -> None:
    """What was undone or recalled stands in a new form, as it was written."""
    ack()
    with kit.store.reading() as session:
        actor, broadcast = _sent(session, body, forms.pressed(body))
        if broadcast.purged_at:
            raise Gone(broadcasts.GONE)
        collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
        typed = broadcast_entries.typed(broadcast)
        values = broadcast_forms.opened(session, actor, collaborative, typed, kit.now())
    answers.open_view(kit, body, "broadcasts/compose", {**values, "meta": new_form(collaborative)})


def open_report(ack: Ack, body: Body, kit: Kit) -> None:
    """How it stands with each team."""
    ack()
    with kit.store.reading() as session:
        _, broadcast = _sent(session, body, forms.pressed(body))
        values = _report(session, broadcast, kit, 0)
    answers.open_view(kit, body, "broadcasts/report", values)


def count_again(ack: Ack, body: Body, kit: Kit) -> None:
    """The same, as it stands by now."""
    ack()
    _redraw(body, kit, 0)


def show_page(ack: Ack, body: Body, kit: Kit) -> None:
    """Other teams."""
    ack()
    _redraw(body, kit, forms.pressed(body))


def try_again(ack: Ack, body: Body, kit: Kit) -> None:
    """What stood in the way is mended: those that it kept out are sent again."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "broadcasts.try_again", kit.now())
        place = forms.carried(body.get("view") or {}, Reported)
        _, broadcast = _sent(session, body, place.broadcast)
        letter = session.get(Letter, forms.pressed(body))
        if letter is None or letter.about.get("broadcast") != broadcast.id:
            raise Gone(broadcasts.GONE)
        outbox.try_again(session, letter, kit.now())
        broadcast.settled_at = None
        session.add(broadcast)
    ack()
    _redraw(body, kit, place.page, "It is being tried again.")


def got_it(ack: Ack, body: Body, kit: Kit) -> None:
    """Somebody of the team has read it."""
    row, team_id = pair(body)
    if not row:
        ack()
        return answers.tell(kit, body, A_TRIAL)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "broadcasts.got_it", kit.now())
        actor, broadcast, team = (
            access.actor(session, body),
            session.get(Broadcast, row),
            access.team_of(session, team_id),
        )
        actor.must("broadcast.answer", collaborative=team.collaborative_id, team=team)
        if broadcast is None or broadcast.collaborative_id != team.collaborative_id:
            raise Gone(broadcasts.GONE)
        is_new = broadcasts.got_it(
            session, broadcast, version=read_version(body), team=team_id, person=actor.id, now=kit.now()
        )
        told = (NOTED if is_new else NOTED_BEFORE).format(team=team.name)
    ack()
    return answers.tell(kit, body, told)


def report_details(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a copy."""
    privacy.report_words(ack, body, kit, "broadcast")


def _do(ack: Ack, body: Body, kit: Kit, noted: str, do: Do) -> None:
    """Do it once, note who did, and show what came of it where it was pressed."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), noted, kit.now())
        actor, broadcast = _sent(session, body, forms.pressed(body))
        said = do(session, actor, broadcast)
        audit.note(session, noted, by=actor.id, subject=f"broadcast:{broadcast.id}", now=kit.now())
        session.flush()
        values = _report(session, broadcast, kit, 0, said)
    ack()
    if (body.get("view") or {}).get("callback_id") == "broadcasts.reported":
        answers.replace_view(kit, body, "broadcasts/report", values)
    else:
        answers.tell(kit, body, said)


def _redraw(body: Body, kit: Kit, page: int, said: str = "") -> None:
    with kit.store.reading() as session:
        _, broadcast = _sent(session, body, forms.carried(body.get("view") or {}, Reported).broadcast)
        values = _report(session, broadcast, kit, page, said)
    answers.replace_view(kit, body, "broadcasts/report", values)


def _report(session: Session, broadcast: Broadcast, kit: Kit, page: int, said: str = "") -> dict[str, Any]:
    values = broadcast_forms.report(session, broadcast, kit, page, said)
    meta = Reported(broadcast=broadcast.id or 0, page=values["page"]).model_dump_json()
    return {**values, "meta": meta}


def _sent(session: Session, body: Body, row: int) -> tuple[Actor, Broadcast]:
    """A broadcast that was sent, for anybody who coordinates there."""
    actor, broadcast = access.actor(session, body), session.get(Broadcast, row)
    where = broadcast.collaborative_id if broadcast else actor.collaborative_ids[0]
    actor.must("broadcast.send", collaborative=where)
    if broadcast is None or broadcast.goes_at is None:
        raise Gone(broadcasts.GONE)
    return actor, broadcast

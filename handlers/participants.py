"""A meeting tool's list of participants: whom it proposes is counted with a press, or let go of."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, store
from bot.access import Actor
from bot.cards import participant_cards
from bot.domain import attendance, event_facts, participant_files, rolls, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.participant_files import COUNTED, LEFT, PROPOSED, ParticipantFile
from bot.errors import FieldError, Gone, Refused
from bot.kit import Kit
from bot.routes import Registrar
from handlers import attendance as roll
from handlers import call_steering, calls

Body = dict[str, Any]
OVER = "This list isn't open any more. Drop the file here again to have it counted."


def register(app: Registrar) -> None:
    """What coordinators can press; the drop itself comes with a message (handlers/words.py)."""
    app.action("participants.count")(count)
    app.action("participants.leave")(leave)
    app.action("participants.other")(open_other)
    app.view("participants.moved")(move)


class Carried(BaseModel):
    """The list that a form is about: a claim, checked again."""

    file: int = 0


class Chosen(BaseModel):
    """The date it is for."""

    which: str


def count(ack: Ack, body: Body, kit: Kit) -> None:
    """Everybody it names was there; whoever was noted already stays so."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "participants.count", kit.now())
        actor, file = _own(session, body, forms.pressed(body))
        date = participant_cards.date_of(session, file)
        if date is None or date.starts is None:
            raise Gone(calls.NOT_ANY_MORE)
        actor.must("call.steer", collaborative=date.event.collaborative_id)
        people = [*file.people]
        attendance.arrive(session, date, people, how=attendance.FILE, by=actor.id, now=kit.now())
        rolls.call(session, date, by=actor.id, now=kit.now())
        participant_files.let_go(file, COUNTED, len(people))
        roll.follow(session, date, rsvps.asked(session, date.event), kit)
        subject = attendance.subject(date)
        audit.note(session, "attendance.imported", by=actor.id, subject=subject, now=kit.now(), people=len(people))
        participant_cards.say(session, kit, file)
        store.after_commit(session, kit.store.wipe)
    ack()


def leave(ack: Ack, body: Body, kit: Kit) -> None:
    """Nobody is counted, and nothing of it is kept."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "participants.leave", kit.now())
        _, file = _own(session, body, forms.pressed(body))
        participant_files.let_go(file, LEFT)
        participant_cards.say(session, kit, file)
        store.after_commit(session, kit.store.wipe)
    ack()


def open_other(ack: Ack, body: Body, kit: Kit) -> None:
    """It is of another date: which?"""
    ack()
    with kit.store.reading() as session:
        _, file = _own(session, body, forms.pressed(body))
        dates, collaborative = _dates(session, file, kit)
        shown = {"dates": event_facts.choices(dates, collaborative.timezone)}
    answers.open_view(kit, body, "attendance/other", {**shown, "meta": Carried(file=file.id or 0).model_dump_json()})


def move(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is proposed for that date."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "participants.moved", kit.now())
        _, file = _own(session, body, forms.carried(view, Carried).file)
        which = forms.read(view, Chosen).which
        dates, _ = _dates(session, file, kit)
        date = next((one for one in dates if event_facts.key(one) == which), None)
        if date is None:
            raise FieldError("which", calls.NOT_ANY_MORE)
        file.event_id, file.planned = date.event.id, date.planned
        participant_cards.say(session, kit, file)
    ack()


def _dates(session: Session, file: ParticipantFile, kit: Kit) -> tuple[list[Meeting], Collaborative]:
    """The dates it may be of: its collaborative's of the last two weeks."""
    date = participant_cards.date_of(session, file)
    if date is None:
        raise Gone(calls.NOT_ANY_MORE)
    collaborative = session.get_one(Collaborative, date.event.collaborative_id)
    return participant_cards.lately(session, collaborative, kit), collaborative


def _own(session: Session, body: Body, row: int) -> tuple[Actor, ParticipantFile]:
    """Their own list, while it is open. Raises Refused where somebody else dropped it."""
    actor, file = access.actor(session, body), session.get(ParticipantFile, row)
    if file is None:
        call_steering.steered_by(session, actor)
        raise Gone(OVER)
    if file.person_id != actor.id:
        raise Refused("That's for whoever dropped the file.")
    if file.state != PROPOSED:
        raise Gone(OVER)
    return actor, file

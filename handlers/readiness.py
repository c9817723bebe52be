"""Before and after a call: the dates around now, who comes and what is open, and writing to those it is about."""

from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.cards import note_cards, readiness_cards, readiness_lines
from bot.cards.readiness_lines import Line
from bot.domain import event_facts, notes, pdsa_facts, rsvp_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.notes import Note
from bot.domain.people import Person
from bot.errors import Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering

Body = dict[str, Any]
SETTLED = "Nobody is left on that line: it has been settled meanwhile."
ENDED = "{what} is over, so nobody is written to about it any more."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("readiness.dates")(show_dates)
    app.action("readiness.open")(show)
    app.action("readiness.write")(open_note)
    app.view("readiness.written")(preview)
    app.action("readiness.change")(change)
    app.view("readiness.sent")(send)


class About(call_steering.Which):
    """The date and the line: claims, checked again."""

    line: str = ""


class Words(BaseModel):
    """What is written to them."""

    words: str = Field(min_length=1, max_length=notes.MOST)


class Previewed(About):
    """The same with the words that were previewed, and the boxes that the writer confirmed."""

    words: str = ""
    confirmed: tuple[str, ...] = ()


def show_dates(ack: Ack, body: Body, kit: Kit) -> None:
    """The dates of the last two weeks and the next ones."""
    ack()
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.pressed(body)
        actor.must("call.steer", collaborative=row)
        collaborative = session.get(Collaborative, row)
        if collaborative is None:
            raise Gone("This collaborative isn't in the record any more.")
        shown = readiness_cards.dates(session, collaborative, kit.now())
    answers.open_view(kit, body, "readiness/dates", shown)


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """Who comes and how, what they need, and what is still open."""
    ack()
    with kit.store.reading() as session:
        _, date, collaborative = call_steering.steered(session, body, call_steering.pressed(body))
        shown = readiness_cards.one(session, date, collaborative, kit.now())
    answers.open_view(kit, body, "readiness/one", shown)


def open_note(ack: Ack, body: Body, kit: Kit) -> None:
    """Write to these: whom it reaches, and words to begin with."""
    ack()
    which, _, key = call_steering.pressed(body).rpartition("/")
    with kit.store.reading() as session:
        _, date, _, line = _meant(session, body, which, key, kit)
        words = line.prepared.format(what=date.event.title)  # its time stands above them, where each reader is
        shown = {"to": _names(session, line), "title": line.title, "words": words}
    meta = About(which=which, line=key).model_dump_json()
    answers.open_view(kit, body, "readiness/write", {**shown, "most": notes.MOST, "meta": meta})


def preview(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The message as they read it, and how many they are; nothing is sent yet."""
    with kit.store.reading() as session:
        about = forms.carried(view, About)
        actor, date, collaborative, line = _meant(session, body, about.which, about.line, kit)
        words = forms.read(view, Words).words
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        shown = note_cards.shown(date.event, actor.name, words, date.known_as, collaborative.timezone)
        people = event_facts.counted(len(line.people), "person", "people")
        carried = Previewed(which=about.which, line=about.line, words=words, confirmed=tuple(confirmed))
        values = {**shown, "people": people, "to": _names(session, line), "meta": carried.model_dump_json()}
    ack(response_action="update", view=kit.templates.render("readiness/preview", values))


def change(ack: Ack, body: Body, kit: Kit) -> None:
    """Back to the words; they stand in the form."""
    ack()
    carried = forms.carried(body["view"], Previewed)
    with kit.store.reading() as session:
        _, _, _, line = _meant(session, body, carried.which, carried.line, kit)
        shown = {"to": _names(session, line), "title": line.title, "words": carried.words, "most": notes.MOST}
    meta = About(which=carried.which, line=carried.line).model_dump_json()
    answers.replace_view(kit, body, "readiness/write", {**shown, "meta": meta})


def send(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It goes to those who are on the line now, in the coordinator's name."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "readiness.sent", kit.now(), {"response_action": "clear"})
        carried = forms.carried(view, Previewed)
        actor, date, _, line = _meant(session, body, carried.which, carried.line, kit)
        note = Note(
            event_id=date.event.id or 0, planned=date.planned, person_id=actor.id, words=carried.words, at=kit.now()
        )
        session.add(note)
        session.flush()
        note_cards.send(session, note, date, line.people, kit.now())
        subject = f"note:{note.id}"
        audit.note(session, "note.sent", by=actor.id, subject=subject, now=kit.now(), people=len(line.people))
        if carried.confirmed:
            audit.note(
                session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=[*carried.confirmed]
            )
        people = event_facts.counted(len(line.people), "person", "people")
    ack(response_action="clear")
    answers.tell(kit, body, f"On its way to {people}, in your name. Whoever sleeps now reads it in the morning.")


def _meant(session: Session, body: Body, which: str, key: str, kit: Kit) -> tuple[Actor, Meeting, Collaborative, Line]:
    actor, date, collaborative = call_steering.steered(session, body, which)
    if date.starts is None or date.is_over(kit.now()):
        raise Gone(ENDED.format(what=rsvp_facts.of(date, collaborative.timezone)))
    line = readiness_lines.line(session, date, key)
    if line is None or not line.people:
        raise Gone(SETTLED)
    return actor, date, collaborative, line


def _names(session: Session, line: Line) -> str:
    """Whom it reaches, and who of them isn't in Slack yet."""
    found = [session.get_one(Person, row) for row in line.people]
    waited = [one.name for one in found if one.workspace is None]
    later = f" Not in Slack yet, and reached once they are: {', '.join(waited)}." if waited else ""
    return f"{rsvp_facts.named([pdsa_facts.name_of(session, one.id or 0) for one in found])}.{later}"

"""Time off: `/timeoff`, the form, and the way back; always one's own, and what was understood is said again."""

from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox, outbox, own_time, spans, times
from bot.access import Actor
from bot.cards import cover_cards
from bot.domain import absences, covers, hours
from bot.domain.people import Person
from bot.homes import screen
from bot.kit import Kit
from bot.planning import digests
from bot.routes import Registrar
from bot.spans import Span
from handlers import covers as covering

Body = dict[str, Any]
HELP = (
    "*/timeoff until 12 May*: away from today, back on the 12th.\n*/timeoff 12 May to 20 May*: back on the 21st. "
    "*next week*, *tomorrow* and *for 3 days* work too.\nWhat you say is added "
    "to what is noted; to shorten that, begin today or on its first day.\n*/timeoff back* ends what holds "
    "today, and once more what is still to come. */timeoff* alone opens a form.\nWhile you're away I ask you nothing. "
    "The same is at Home and under *All actions*, at *Time off*."
)
BACK = ("back", "i'm back", "i’m back")


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/timeoff")(command)
    app.action("timeoff.open")(open_form)
    app.action("timeoff.back")(come_back)
    app.view("timeoff.saved")(save)


class Away(BaseModel):
    """The form: the first day away, the day on which they are back, and who looks after a coach's teams meanwhile."""

    first: date
    back: date
    cover: int | None = None


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/timeoff until 12 May` and what else people write; saying it twice is the same as once."""
    words = " ".join(str(body.get("text", "")).split())
    if not words:
        return open_form(ack, body, kit)
    ack()
    if words.lower() == "help":
        return answers.say_to(kit, body, HELP)
    if words.lower() in BACK:
        return answers.tell(kit, body, _end(body, kit))
    with kit.store.reading() as session:
        actor, today = _whose(session, body, kit)
    span = spans.understood(words, today)
    with kit.store.transaction() as session:
        told = _note(session, actor, span, today, kit)
    return answers.tell(kit, body, f"{told} /timeoff back ends it.")


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """From today until a week from now, to be changed."""
    ack()
    open_with_words(body, kit, "")


def open_with_words(body: Body, kit: Kit, words: str) -> None:
    """The form, with the days that somebody's words name where they do."""
    with kit.store.reading() as session:
        actor, today = _whose(session, body, kit)
        noted = own_time.gather(session, actor.id, kit.settings.quiet_hours, kit.now())["off"]
        cover = cover_cards.form(session, actor.id)
    span = spans.within(words[: spans.LONGEST], today) or Span(today, today + timedelta(days=7))
    values = {"noted": noted, "first": span.first.isoformat(), "back": span.back.isoformat(), **cover}
    answers.open_view(kit, body, "timeoff/form", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It holds from its first day on."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "timeoff.saved", kit.now())
        actor, today = _whose(session, body, kit)
        told = forms.read(view, Away)
        if covers.teams_of(session, actor.id):
            covering.put(session, actor.id, told.cover, actor, kit)
        sentence = _note(session, actor, spans.checked(told.first, told.back, today), today, kit)
        way_back = own_time.way_back(is_away=absences.away(session, actor.id, today))
    ack(**forms.closing(view))
    answers.tell(kit, body, f"{sentence} {way_back}, at Home and under All actions, ends it.")


def come_back(ack: Ack, body: Body, kit: Kit) -> None:
    """I'm back: pressed at Home, or in the window that is the same."""
    ack()
    sentence = _end(body, kit)
    if (body.get("view") or {}).get("type") == "modal":
        with kit.store.reading() as session:
            values = screen.gather(session, access.actor(session, body), kit)
        answers.replace_view(kit, body, "home/actions", values)
    answers.tell(kit, body, sentence)


def _note(session: Session, actor: Actor, span: Span, today: date, kit: Kit) -> str:
    """Write it down, and say what holds now; only what begins today may shorten what began before it."""
    anyway = absences.around(session, actor.id, span.first, span.back) if span.first > today else None
    if anyway:
        return own_time.anyway(hours.of_person(session, session.get_one(Person, actor.id)), anyway)
    holds = absences.leave(session, actor.id, span.first, span.back, kit.now())
    home.refresh(session, [actor.id], kit.now())
    session.flush()
    theirs = hours.of_person(session, session.get_one(Person, actor.id))
    cover_cards.tell(session, actor.id, kit.now())
    digests.catch_up(session, actor.id, kit.now())
    is_all = (max(holds.first, today), holds.back) == span
    said = own_time.away(theirs, span) if is_all else own_time.together(theirs, holds)
    return " ".join(filter(None, (said, cover_cards.sentence(session, actor.id))))


def _end(body: Body, kit: Kit) -> str:
    """Be asked again from today on; nothing changes for somebody who has no time off."""
    with kit.store.transaction() as session:
        actor, today = _whose(session, body, kit)
        if not absences.of_person(session, actor.id, today):
            return "You have no time off noted, so nothing changes. /timeoff until 12 May is how to be away."
        was_away = absences.away(session, actor.id, today)
        told = cover_cards.keys(session, actor.id, kit.now())
        left = absences.end(session, actor.id, today)
        outbox.say_again(session, *told, now=kit.now())
        home.refresh(session, [actor.id], kit.now())
        theirs = hours.of_person(session, session.get_one(Person, actor.id))
        still = own_time.still(theirs, left)
    ended = "Welcome back: I write to you again from today on." if was_away else "Your time off is canceled."
    return f"{ended} {still}" if still else ended


def _whose(session: Session, body: Body, kit: Kit) -> tuple[Actor, date]:
    """Who acts, and which day it is where they are."""
    actor = access.actor(session, body)
    zone = hours.zone(session, session.get_one(Person, actor.id))
    return actor, times.local_day(kit.now(), zone)

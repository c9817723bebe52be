"""Those who coordinate find a time: they propose some, see how they stand, and make the best one the event."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox
from bot.access import Actor
from bot.cards import call_cards, event_moves, poll_cards, poll_forms
from bot.domain import event_facts, events, poll_events, polls, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event
from bot.domain.polls import CANCELED, Poll, Slot
from bot.errors import Gone
from bot.kit import Kit
from bot.planning import announcing
from bot.routes import Registrar
from handlers import poll_forms as poll_form
from handlers import polls as polls_of_teams

Body = dict[str, Any]
WHY = "the time of a call was found, and they had said that it works"
FOLLOWS = "Calls and sessions, at Home, takes its join link and agenda."
MOVES = "Move or cancel a date, at Home, changes either."
PASSED = "That time has passed, so it can't be the event any more. Please ask again with other times."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("polls.open")(show)
    app.action("polls.look")(look)
    app.action("polls.close")(close)
    app.action("polls.cancel")(cancel)
    app.action("polls.make")(make)


def command(body: Body, kit: Kit) -> None:
    """`/calls poll`: the same as the button, where they coordinate."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        steered = access.collaboratives_of(session, actor, "poll.manage")
        row = steered[0].id or 0 if steered else actor.collaborative_ids[0]
    show_or_begin(body, kit, row)


def show(ack: Ack, body: Body, kit: Kit) -> None:
    """The polls there are; the form, where there is none yet."""
    ack()
    show_or_begin(body, kit, forms.pressed(body))


def show_or_begin(body: Body, kit: Kit, row: int) -> None:
    """The same from a command."""
    with kit.store.reading() as session:
        _, collaborative = poll_form.whose(session, body, row)
        values = poll_forms.listed(session, collaborative, kit.now())
    if values["lines"]:
        return answers.open_view(kit, body, "polls/list", values)
    return poll_form.begin(body, kit, row)


def look(ack: Ack, body: Body, kit: Kit) -> None:
    """How it stands, with the teams by name."""
    ack()
    with kit.store.reading() as session:
        _, poll = poll_form.steered(session, body, forms.pressed(body))
        values = poll_cards.standing(session, poll, kit.now())
    answers.open_view(kit, body, "polls/standing", values)


def close(ack: Ack, body: Body, kit: Kit) -> None:
    """Before its end."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "polls.close", kit.now())
        actor, poll = poll_form.steered(session, body, forms.pressed(body))
        polls_of_teams.must_take_answers(session, poll, kit)
        poll_cards.closed_by_hand(session, poll, kit)
        _note(session, "poll.closed", actor, poll, kit)
        values = poll_cards.standing(session, poll, kit.now())
    ack()
    _shown_anew(body, kit, values)


def cancel(ack: Ack, body: Body, kit: Kit) -> None:
    """No time is being found any more."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "polls.cancel", kit.now())
        actor, poll = poll_form.steered(session, body, forms.pressed(body))
        _must_be_to_find(poll, kit)
        polls.cancel(session, poll, kit.now())
        poll_cards.ended(session, poll, kit)
        _note(session, "poll.canceled", actor, poll, kit)
        values = poll_cards.standing(session, poll, kit.now())
    ack()
    _shown_anew(body, kit, values)
    answers.tell(kit, body, f"The poll for {values['title']} is canceled, and its card says so.")


def make(ack: Ack, body: Body, kit: Kit) -> None:
    """That time is it: it stands in the calendar from now on."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "polls.make", kit.now())
        slot = session.get(Slot, forms.pressed(body))
        actor, poll = poll_form.steered(session, body, slot.poll_id if slot else 0)
        poll_form.must_be_over(session, poll, kit)
        _must_be_to_find(poll, kit)
        if slot is None or slot.starts <= kit.now():
            raise Gone(PASSED)
        event = poll_events.make(session, poll, slot, by=actor.id, now=kit.now())
        counted = _carry_over(session, poll, slot, event, kit)
        poll_cards.show(session, poll, kit)
        collaborative = session.get_one(Collaborative, poll.collaborative_id)
        event_moves.follow(session, collaborative, event, kit)
        card = announcing.words(session, collaborative, event.starts, kit.now())
        audit.note(
            session, "poll.found", by=actor.id, subject=f"poll:{poll.id}", now=kit.now(), event=event.id,
            starts=event.starts.isoformat(),
        )  # fmt: skip
        values = poll_cards.standing(session, poll, kit.now())
        clash = poll_cards.clash(session, poll, event.starts)
    ack()
    _shown_anew(body, kit, values)
    told = [f"{values['title']} is in the calendar: {values['event']}.", counted, card, clash, MOVES if clash else ""]
    answers.tell(kit, body, " ".join([*filter(None, told), FOLLOWS]))


def _carry_over(session: Session, poll: Poll, slot: Slot, event: Event, kit: Kit) -> str:
    """What people said of the time counts for the event, and whoever comes by it is told so, once it is day there."""
    date = rsvps.meeting(session, event.id or 0, slot.starts)
    if date is None or not events.is_asked(event):
        return ""
    comes = poll_events.carry_over(session, poll, slot, date, kit.now())
    for person in comes:
        told = {**call_cards.as_it_stands(date), "person": person, "by": person, "poll": poll.id or 0}
        outbox.plan(
            session, "calls/named", key=call_cards.named_key(told), to=f"person:{person}", at=kit.now(), why=WHY,
            until=date.known_as, now=kit.now(), **told,
        )  # fmt: skip
    call_cards.settle(session, kit, date, polls.teams(session, poll), by=event.made_by or poll.person_id)
    people = event_facts.counted(len(comes), "person", "people")
    are = "is" if len(comes) == 1 else "are"
    return f"{people} for whom it works {are} counted as coming, and told so." if comes else ""


def _must_be_to_find(poll: Poll, kit: Kit) -> None:
    if poll.event_id:
        raise Gone(poll_form.IS_FOUND)
    if polls.state(poll, kit.now()) == CANCELED:
        raise Gone("This poll is canceled already. Ask again with other times opens a new one.")


def _note(session: Session, act: str, actor: Actor, poll: Poll, kit: Kit) -> None:
    audit.note(session, act, by=actor.id, subject=f"poll:{poll.id}", now=kit.now())


def _shown_anew(body: Body, kit: Kit, values: dict[str, Any]) -> None:
    """The window in which it was pressed; a message is edited by itself."""
    if body.get("view"):
        answers.replace_view(kit, body, "polls/standing", values)

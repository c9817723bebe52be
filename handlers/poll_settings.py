"""Those who coordinate find a time: they propose some, see how they stand, and make the best one the event."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.cards import event_moves, poll_cards, poll_forms
from bot.domain import polls
from bot.domain.collaboratives import Collaborative
from bot.domain.polls import CANCELED, Poll, Slot
from bot.errors import Gone
from bot.kit import Kit
from bot.planning import announcing
from bot.routes import Registrar
from handlers import poll_forms as poll_form
from handlers import polls as polls_of_teams

Body = dict[str, Any]
FOLLOWS = "Calls and sessions, at Home, takes its join link and agenda."
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
        event = polls.make(session, poll, slot, by=actor.id, now=kit.now())
        poll_cards.show(session, poll, kit)
        collaborative = session.get_one(Collaborative, poll.collaborative_id)
        event_moves.follow(session, collaborative, event, kit)
        card = announcing.words(session, collaborative, event.starts, kit.now())
        audit.note(
            session, "poll.found", by=actor.id, subject=f"poll:{poll.id}", now=kit.now(), event=event.id,
            starts=event.starts.isoformat(),
        )  # fmt: skip
        values = poll_cards.standing(session, poll, kit.now())
    ack()
    _shown_anew(body, kit, values)
    answers.tell(kit, body, f"{values['title']} is in the calendar: {values['event']}. {card} {FOLLOWS}")


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

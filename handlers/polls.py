"""Finding a time: people of the teams that are asked, and staff, say which times work, as often as they like."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, reports, times
from bot.access import Actor
from bot.cards import poll_cards, poll_forms
from bot.domain import event_facts, hours, poll_facts, polls
from bot.domain.people import Person
from bot.domain.poll_tally import CANNOT
from bot.domain.polls import CANCELED, OPEN, Poll
from bot.domain.teams import Team
from bot.errors import FieldError, Gone, Refused
from bot.homes import screen
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
NOT_ANY_MORE = "This poll isn't in the record any more. All actions shows what is asked now."
NO_TEAM = "Only people of the teams that this poll asks answer it, and faculty. You're in none of these teams."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("polls.answer")(open_form)
    app.view("polls.answered")(save)
    app.action("polls.none")(cannot)
    app.action("privacy.report_poll")(report)


class Carried(BaseModel):
    """The poll that a form answers: a claim, checked again."""

    poll: int


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The times, each where the reader is, with what they said before."""
    ack()
    with kit.store.reading() as session:
        actor, poll, _ = _theirs(session, body, forms.pressed(body), kit)
        meta = Carried(poll=poll.id or 0).model_dump_json()
        values = poll_forms.answer(session, poll, actor.id, meta)
    answers.open_view(kit, body, "polls/answer", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It counts for their team from now on; what staff say stands beside the teams."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "polls.answered", kit.now())
        actor, poll, teams = _theirs(session, body, forms.carried(view, Carried).poll, kit)
        told = forms.values(view)
        every = [one.id or 0 for one in polls.slots(session, poll)]
        said = {slot: answer for slot in every if (answer := told.get(f"slot{slot}")) in poll_facts.ANSWERS}
        if not said:
            raise FieldError(f"slot{every[0]}", "Please say of at least one time whether you can.")
        sentence = _count(session, actor, poll, teams, said, kit)
    ack(**forms.closing(view))
    answers.tell(kit, body, sentence)


def cannot(ack: Ack, body: Body, kit: Kit) -> None:
    """None of the times: one press for all of them."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "polls.none", kit.now())
        actor, poll, teams = _theirs(session, body, forms.pressed(body), kit)
        said = {one.id or 0: CANNOT for one in polls.slots(session, poll)}
        sentence = _count(session, actor, poll, teams, said, kit)
        in_window = (body.get("view") or {}).get("callback_id") == "home.window"
        values = screen.gather(session, actor, kit) if in_window else {}
    ack()
    if values:
        answers.replace_view(kit, body, "home/actions", values)
    answers.tell(kit, body, sentence)


def report(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on its card: what it is for goes, the times and answers stay."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report_poll", kit.now())
        about = {"poll": forms.pressed(body)}
        receipt = reports.take_down(session, access.actor(session, body), about, kit)
    ack()
    answers.tell(kit, body, reports.receipt(receipt, about))


def must_take_answers(session: Session, poll: Poll, kit: Kit) -> None:
    """Raises Gone, in words, where answers are of no use any more."""
    state, title = polls.state(poll, kit.now()), polls.called(poll)
    if poll.event_id or state != OPEN:
        over = "is canceled" if state == CANCELED else "has closed"
        stage = poll_facts.stage(session, poll, kit.now())
        raise Gone(f"The poll for {title} {over}, so no answers are taken any more. {stage}")


def _count(session: Session, actor: Actor, poll: Poll, teams: list[Team], said: dict[int, str], kit: Kit) -> str:
    """Write it down with all that follows it, and say what holds now."""
    polls.answer(session, said, actor.id, kit.now())
    poll_cards.answered(session, poll, teams, kit, by=actor.id)
    can = sum(answer != CANNOT for answer in polls.says(session, poll, actor.id).values())
    zone = hours.zone(session, session.get_one(Person, actor.id))
    held = f"You can come at {can} of {event_facts.counted(len(polls.slots(session, poll)), 'time')}."
    return f"Thank you. {held} You can change that until {times.words(poll.closes, zone)}."


def _theirs(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Poll, list[Team]]:
    """Who answers which poll, and for which teams of theirs, none for staff; the check is on the record."""
    actor, poll = access.actor(session, body), session.get(Poll, row)
    if poll is None:
        raise Gone(NOT_ANY_MORE)
    theirs = polls.teams_of(session, poll, actor.id)
    may = [team for team in theirs if actor.may("poll.answer", collaborative=poll.collaborative_id, team=team)]
    if not may and not actor.may("poll.answer", collaborative=poll.collaborative_id):
        raise Refused(NO_TEAM)
    must_take_answers(session, poll, kit)
    return actor, poll, may

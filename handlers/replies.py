"""Answering what a team asked the others, and saying which answer helped."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, drafts, forms, inbox, outbox, typed
from bot.access import Actor
from bot.cards import question_cards, reply_cards
from bot.domain import question_facts, questions, replies
from bot.domain.people import Membership, Person
from bot.domain.questions import PEERS, Question
from bot.domain.replies import Helped, Reply, Told
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone, Refused
from bot.guard import known
from bot.kit import Kit
from bot.outbox import Letter
from bot.routes import Registrar
from handlers import idea_forms, ideas
from handlers import questions as asking

Body = dict[str, Any]
THEIRS = "That's for the team that asked: its people say which answer helped."
STAFFS = "That's for faculty, coaches and coordinators: one of them asked, and they say which answer helped."
OWN = "This is your own team's question. What you'd like to add to it stands best in its thread."
OWN_UNNAMED = (
    "This is your own team's question, asked without its name. Whatever you write in its thread stands there under "
    "your own name, and so shows whose question it is. To add to it without that, ask once more without your team's "
    "name: Ask the teams is the button for it."
)
NOT_IN_A_THREAD = (
    "This helped is for answers below a question that your team asked. "
    "Choose it on a message in the thread of your question."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("replies.answer")(open_form)
    app.view("replies.told")(tell)
    app.action("replies.helped")(accept)
    app.action("replies.in_thread")(open_thread_form)
    app.action("replies.share")(share)
    app.shortcut("replies.from_message")(accept_message)
    app.view("replies.chosen")(accept_from_thread)


class Carried(BaseModel):
    """The question a form is about: a claim, checked again."""

    question: int


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The question, and a box for what one did when it was like that."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        if _is_own_unnamed(actor, session.get(Question, forms.pressed(body))):
            return answers.open_view(kit, body, "replies/own", {"said": OWN_UNNAMED})
        asked = _answerable(session, actor, forms.pressed(body))
        subject = question_cards.key(asked)
        kept = drafts.kept(session, person=actor.id, form="replies.told", subject=subject)
        values = {
            "text": question_facts.text(session, asked),
            "asker": question_facts.asker(session, asked),
            "ours": bool(asked.seed),
            "of_team": asked.team_id is not None,
            "first": _team(actor, asked) is None and not asked.passed_at and asked.team_id is not None,
            "answer": kept.get("answer", ""),
            "kept": bool(kept),
            "meta": json.dumps({"question": asked.id, "subject": subject}),
        }
    return answers.open_view(kit, body, "replies/answer", values)


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands in the thread, whoever asked hears it, and it counts as something the team gave."""
    told, carried = forms.read(view, Told), forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "replies.told", kit.now())
        actor = access.actor(session, body)
        asked = _answerable(session, actor, carried.question)
        confirmed = forms.guard(view, known.of(session, kit, asked.collaborative_id))
        team = _team(actor, asked)
        reply = replies.give(session, asked, told.answer, by=actor.id, team=team, now=kit.now())
        asking.drafted(session, kit, view, actor, confirmed)
        reply_cards.given(session, asked, reply, kit.now())
    ack(**forms.closing(view))


def accept(ack: Ack, body: Body, kit: Kit) -> None:
    """This helped, below an answer or in word of it."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "replies.helped", kit.now())
        actor = access.actor(session, body)
        said = _accept(session, actor, session.get(Reply, forms.pressed(body)), kit)
    ack()
    answers.tell(kit, body, said)


def open_thread_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Who answered in the thread, and what: messages there aren't told to us."""
    ack()
    with kit.store.reading() as session:
        asked = _acceptable(session, access.actor(session, body), session.get(Question, forms.pressed(body)))
        values = _thread_form(session, asked, "", "")
    answers.open_view(kit, body, "replies/helped", values)


def accept_message(ack: Ack, body: Body, kit: Kit) -> None:
    """The shortcut on a message in the thread: the form with its words, or, where it is one of ours, done at once."""
    message, channel = body["message"], str(body["channel"]["id"])
    with kit.store.transaction() as session:
        inbox.once(session, f"shortcut:{body['trigger_id']}", "replies.from_message", kit.now())
        actor = access.actor(session, body)
        ours = outbox.found(session, channel, str(message.get("ts")))
        said, values = "", {}
        if ours and ours.about.get("reply"):
            said = _accept(session, actor, session.get(Reply, ours.about["reply"]), kit)
        else:
            asked = _acceptable(session, actor, _above(session, channel, message))
            words = typed.plain(session, str(message.get("text", "")))
            values = _thread_form(session, asked, words, str(message.get("user", "")))
    ack()
    if said:
        answers.tell(kit, body, said)
    else:
        answers.open_view(kit, body, "replies/helped", values)


def accept_from_thread(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Somebody's words in the thread helped: they are kept with the question, in their name."""
    told, carried = forms.read(view, Helped), forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "replies.chosen", kit.now())
        actor = access.actor(session, body)
        asked = _acceptable(session, actor, session.get(Question, carried.question))
        confirmed = forms.guard(view, known.of(session, kit, asked.collaborative_id))
        who, team = _who_answered(session, asked, told.person)
        reply = replies.give(session, asked, told.answer, by=who, team=team, now=kit.now())
        replies.accept(session, asked, reply, by=actor.id, now=kit.now())
        asking.drafted(session, kit, view, actor, confirmed)
        reply_cards.helped(session, asked, reply, kit.now())
    ack(**forms.closing(view))


def share(ack: Ack, body: Body, kit: Kit) -> None:
    """An answer that helped, as an idea for all teams: the form opens with its words, for its own team to go on."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        reply = session.get(Reply, forms.pressed(body))
        asked = session.get(Question, reply.question_id) if reply else None
        if reply is None or asked is None or reply.purged_at:
            raise Gone("This answer isn't in the record any more.")
        team = session.get(Team, reply.team_id) if reply.team_id else None
        actor.must("idea.write", collaborative=asked.collaborative_id, team=team)
        words = reply.text
    ideas.open_with_words(
        body, kit, words, idea_forms.Carried(team=team.id if team else None, subject=f"reply:{reply.id}")
    )


def _accept(session: Session, actor: Actor, reply: Reply | None, kit: Kit) -> str:
    """It helped: returns what whoever says so is told."""
    if reply is None or reply.purged_at:
        raise Gone("This answer isn't in the record any more.")
    asked = _acceptable(session, actor, session.get(Question, reply.question_id))
    replies.accept(session, asked, reply, by=actor.id, now=kit.now())
    reply_cards.helped(session, asked, reply, kit.now())
    return f"Thank you. It stands on the question's card now, and {question_facts.giver(session, reply)} knows."


def _answerable(session: Session, actor: Actor, question_id: int) -> Question:
    """One that was put to the teams, and not by a team of theirs."""
    asked = session.get(Question, question_id)
    if asked is None or asked.to != PEERS:
        raise Gone("This question isn't in the record any more.")
    actor.must("question.reply", collaborative=asked.collaborative_id)
    if asked.purged_at:
        raise Gone("This question was taken down.")
    if asked.team_id in actor.team_ids:
        raise BotError(OWN if asked.named else OWN_UNNAMED)
    if asked.team_id is None and asked.person_id == actor.id:
        raise BotError("This is your own question. What you'd like to add to it stands best in its thread.")
    return asked


def _is_own_unnamed(actor: Actor, asked: Question | None) -> bool:
    """Whether a team-mate would tell everybody that it is theirs by adding to it."""
    return asked is not None and asked.team_id in actor.team_ids and not asked.named and not asked.purged_at


def _acceptable(session: Session, actor: Actor, asked: Question | None) -> Question:
    """One that their team put to the others, and that nobody has said to be answered."""
    team = session.get(Team, asked.team_id) if asked and asked.team_id else None
    if asked and not _asks_for(actor, asked, team):
        raise Refused(THEIRS if asked.team_id or asked.seed else STAFFS)
    if asked is None or asked.purged_at or asked.to != PEERS:
        raise Gone("This question isn't in the record any more.")
    if asked.state == questions.ANSWERED:
        raise Gone("Your team has said already which answer helped. It stands on the question's card.")
    return asked


def _asks_for(actor: Actor, asked: Question, team: Team | None) -> bool:
    """Whether they are of the team that asked, or, where somebody of the staff did, on the staff too."""
    if team:
        return actor.may("question.ask", collaborative=asked.collaborative_id, team=team)
    return not asked.seed and actor.may("question.ask_all", collaborative=asked.collaborative_id)


def _above(session: Session, channel: str, message: Body) -> Question:
    """The question in whose thread a message stands."""
    parent: Letter | None = outbox.found(session, channel, str(message.get("thread_ts")))
    asked = session.get(Question, parent.about.get("question", 0)) if parent else None
    if asked is None:
        raise BotError(NOT_IN_A_THREAD)
    return asked


def _thread_form(session: Session, asked: Question, words: str, user: str) -> dict[str, Any]:
    meta = {"question": asked.id, "subject": question_cards.key(asked)}
    text = question_facts.text(session, asked)
    return {"text": text, "answer": words[: questions.MOST], "user": user, "meta": json.dumps(meta)}


def _team(actor: Actor, asked: Question) -> int | None:
    """For which team they answer; None for faculty."""
    here = (place.team_id for place in actor.places if place.collaborative_id == asked.collaborative_id)
    return next((team for team in here if team), None)


def _who_answered(session: Session, asked: Question, user: str) -> tuple[int, int | None]:
    """The person, by their Slack id, and their team; one of the collaborative, and not of the team that asked."""
    here = select(Membership).join(Person).where(
        Person.slack_user == user, Membership.collaborative_id == asked.collaborative_id,
        col(Membership.left_at).is_(None),
    )  # fmt: skip
    places = session.exec(here.order_by(col(Membership.id))).all()
    if not places:
        raise FieldError("person", "They aren't in this collaborative as far as I know. Who of it was it?")
    if asked.team_id in [place.team_id for place in places]:
        raise FieldError("person", "They are of your own team. Whose answer from outside helped?")
    return places[0].person_id, next((place.team_id for place in places if place.team_id), None)

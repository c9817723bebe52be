"""What faculty do with a question that they have: take it, and tell whoever asked."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, drafts, forms, inbox
from bot.access import Actor
from bot.cards import question_cards
from bot.domain import pdsa_facts, question_facts, questions
from bot.domain.questions import FACULTY, Answered, Question
from bot.errors import Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import questions as asking

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What they can do."""
    app.action("questions.take")(take)
    app.action("questions.answer")(open_answer)
    app.view("questions.told")(tell)


class Answers(BaseModel):
    """The question an answer is about: a claim, checked again."""

    question: int


def take(ack: Ack, body: Body, kit: Kit) -> None:
    """I'll take it: from now on they are asked about it, and the team is told."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "questions.take", kit.now())
        actor = access.actor(session, body)
        asked = _theirs(session, actor, forms.pressed(body), kit)
        questions.take(session, asked, actor.id, kit.now())
        question_cards.changed(session, asked, kit.now())
        by = pdsa_facts.name_of(session, asked.person_id) if asked.named else "whoever asked"
        how = "Answered" if asked.to == FACULTY else "Answer"
    ack()
    answers.tell(kit, body, f"It's yours, and {by} knows. {how} tells them what you say.")


def open_answer(ack: Ack, body: Body, kit: Kit) -> None:
    """What to tell whoever asked."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        asked = _to_tell(session, actor, forms.pressed(body), kit)
        subject = f"question:{asked.id}"
        typed = drafts.kept(session, person=actor.id, form="questions.told", subject=subject)
        values = {"text": asked.text, "whose": question_facts.whose(session, asked)}
    meta = json.dumps({"question": asked.id, "subject": subject})
    words = {"answer": typed.get("answer", ""), "kept": bool(typed)}
    answers.open_view(kit, body, "questions/answer", {**values, **words, "meta": meta})


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The asker hears it, and the question is closed."""
    told, carried = forms.read(view, Answered), forms.carried(view, Answers)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "questions.told", kit.now())
        actor = access.actor(session, body)
        asked = _to_tell(session, actor, carried.question, kit)
        confirmed = forms.guard(view, known.of(session, kit, asked.collaborative_id))
        questions.tell(session, asked, told.answer, by=actor.id, now=kit.now())
        asking.drafted(session, kit, view, actor, confirmed)
        question_cards.answered(session, asked, kit.now())
    ack(**forms.closing(view))


def _to_tell(session: Session, actor: Actor, question_id: int, kit: Kit) -> Question:
    """One that was put to faculty; to what was put to the teams, faculty answer as anybody does."""
    asked = _theirs(session, actor, question_id, kit)
    if asked.to != FACULTY:
        raise Gone("This question was put to the teams. Answer on its card tells them what you say.")
    return asked


def _theirs(session: Session, actor: Actor, question_id: int, kit: Kit) -> Question:
    """The question, when this person may answer it for faculty and nobody has."""
    asked = session.get(Question, question_id)
    team = access.team_of(session, asked.team_id) if asked and asked.team_id else None
    if asked is None or team is None:
        raise Gone("This question isn't in the record any more.")
    actor = access.standing_in(session, actor, kit.now())
    actor.must("question.answer", collaborative=team.collaborative_id, team=team if asked.named else None)
    if asked.purged_at:
        raise Gone("This question was taken down.")
    if asked.state == questions.ANSWERED:
        by = pdsa_facts.name_of(session, asked.owner_id) if asked.to == FACULTY else "Somebody"
        raise Gone(f"{by} has answered this question already.")
    if asked.to != FACULTY and not asked.passed_at:
        raise Gone("The other teams come first with this question. Answer on its card is for everybody.")
    return asked

"""Questions of a team that is stuck: to a peer team or to faculty, taken and answered there."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import question_cards
from bot.domain import pdsa_facts, questions
from bot.domain.checkins import CheckIn
from bot.domain.questions import Answered, Question, ToFaculty, ToPeers
from bot.domain.teams import GONE, Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import checkins, cycles

Body = dict[str, Any]
UNNAMED = {"unnamed": "Ask without our name"}


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("questions.ask_faculty")(open_for_faculty)
    app.view("questions.asked_faculty")(ask_faculty)
    app.action("questions.ask_peers")(open_for_peers)
    app.view("questions.asked_peers")(ask_peers)
    app.action("questions.take")(take)
    app.action("questions.answer")(open_answer)
    app.view("questions.told")(tell)


class Carried(BaseModel):
    """The check-in a question comes of: a claim, checked again."""

    checkin: int


class Answers(BaseModel):
    """The question an answer is about: a claim, checked again."""

    question: int


def open_for_faculty(ack: Ack, body: Body, kit: Kit) -> None:
    """A form with what stands in the way above it."""
    ack()
    with kit.store.reading() as session:
        values = _asking(session, access.actor(session, body), forms.pressed(body), "questions.asked_faculty", kit)
    answers.open_view(kit, body, "questions/ask_faculty", values)


def ask_faculty(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It has an owner at once, who is told; the team knows who."""
    told = forms.read(view, ToFaculty)
    with kit.store.transaction() as session:
        actor, check_in, team = _begins(session, body, view, kit, "questions.asked_faculty")
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        asked = Question(
            team_id=team.id or 0, check_in_id=check_in.id, person_id=actor.id, to="faculty", text=told.question,
            owner_id=questions.owner(session, team, kit.now()), asked_at=kit.now(),
        )  # fmt: skip
        _put(session, kit, view, actor, asked, confirmed)
        question_cards.to_faculty(session, asked, team, kit.now())
    ack(response_action="clear")


def open_for_peers(ack: Ack, body: Body, kit: Kit) -> None:
    """The same, for a team of one's choice or whoever can help."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = _asking(session, actor, forms.pressed(body), "questions.asked_peers", kit)
        choices = [(questions.WHOEVER, "Whoever can help"), *questions.peers(session, values["team"])]
    values |= {"peers": choices, "unnamed": UNNAMED, "peer": questions.WHOEVER}
    answers.open_view(kit, body, "questions/ask_peers", values)


def ask_peers(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands in the channel where teams share, and is answered in its thread."""
    told = forms.read(view, ToPeers)
    with kit.store.transaction() as session:
        actor, check_in, team = _begins(session, body, view, kit, "questions.asked_peers")
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        asked = Question(
            team_id=team.id or 0, check_in_id=check_in.id, person_id=actor.id, to="peers", text=told.question,
            named="unnamed" not in told.name, peer_id=_peer(session, team, told.peer), asked_at=kit.now(),
        )  # fmt: skip
        _put(session, kit, view, actor, asked, confirmed)
        channel = question_cards.to_peers(session, asked, team, kit.now())
        whose = f"as a question of {team.name}" if asked.named else "without your team's name"
    ack(response_action="clear")
    answers.tell(kit, body, f"Asked in #{channel}, {whose}. Answers come in the thread there.")


def take(ack: Ack, body: Body, kit: Kit) -> None:
    """I'll take it: from now on they are asked about it, and the team is told."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "questions.take", kit.now())
        actor = access.actor(session, body)
        asked, _ = _answerable(session, actor, forms.pressed(body))
        questions.take(session, asked, actor.id, kit.now())
        question_cards.changed(session, asked, kit.now())
        by = pdsa_facts.name_of(session, asked.person_id)
    ack()
    answers.tell(kit, body, f"It's yours, and {by} knows. Answered tells the team what you say.")


def open_answer(ack: Ack, body: Body, kit: Kit) -> None:
    """What to tell the team."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        asked, team = _answerable(session, actor, forms.pressed(body))
        subject = f"question:{asked.id}"
        typed = drafts.kept(session, person=actor.id, form="questions.told", subject=subject)
        by = pdsa_facts.name_of(session, asked.person_id)
    meta = json.dumps({"question": asked.id, "subject": subject})
    values = {"asked": asked, "team": team, "by": by, "answer": typed.get("answer", ""), "kept": bool(typed)}
    answers.open_view(kit, body, "questions/answer", {**values, "meta": meta})


def tell(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The asker hears it, and the question is closed."""
    told, carried = forms.read(view, Answered), forms.carried(view, Answers)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "questions.told", kit.now())
        actor = access.actor(session, body)
        asked, team = _answerable(session, actor, carried.question)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        questions.tell(session, asked, told.answer, by=actor.id, now=kit.now())
        _drafted(session, kit, view, actor, f"question:{asked.id}", confirmed)
        question_cards.answered(session, asked, kit.now())
    ack(**cycles.closing(view))


def _asking(session: Session, actor: Actor, check_in_id: int, form: str, kit: Kit) -> dict[str, Any]:
    """What both forms show: what stands in the way, and a box for the question, which is another thing."""
    check_in, team, told = checkins.whose(session, actor, check_in_id)
    subject = f"checkin:{check_in.id}"
    typed = drafts.kept(session, person=actor.id, form=form, subject=subject)
    shown = {"question": typed.get("question", ""), "in_the_way": told.in_the_way if told else ""}
    meta = json.dumps({"checkin": check_in.id, "subject": subject})
    return {"check_in": check_in, "team": team, **shown, "kept": bool(typed), "meta": meta}


def _begins(session: Session, body: Body, view: Body, kit: Kit, form: str) -> tuple[Actor, CheckIn, Team]:
    inbox.once(session, inbox.form_key(body), form, kit.now())
    actor = access.actor(session, body)
    check_in, team, _ = checkins.whose(session, actor, forms.carried(view, Carried).checkin)
    return actor, check_in, team


def _put(session: Session, kit: Kit, view: Body, actor: Actor, asked: Question, confirmed: list[str]) -> None:
    """The question is in the record, and the answer it comes of on the card."""
    session.add(asked)
    session.flush()
    _drafted(session, kit, view, actor, f"checkin:{asked.check_in_id}", confirmed)
    checkins.shown_to_team(session, actor, asked.check_in_id or 0, kit)


def _drafted(session: Session, kit: Kit, view: Body, actor: Actor, subject: str, confirmed: list[str]) -> None:
    drafts.discard(session, person=actor.id, form=str(view["callback_id"]), subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)


def _peer(session: Session, team: Team, chosen: int) -> int | None:
    """The team of one's choice, one of the same collaborative; None for whoever can help."""
    if not chosen:
        return None
    peer = session.get(Team, chosen)
    if peer is None or peer.collaborative_id != team.collaborative_id or peer.id == team.id or peer.status in GONE:
        raise FieldError("peer", "This team can't be asked any more. Please choose another, or whoever can help.")
    return peer.id


def _answerable(session: Session, actor: Actor, question_id: int) -> tuple[Question, Team]:
    """The question and its team, when this person may answer it and nobody has."""
    asked = session.get(Question, question_id)
    team = access.team_of(session, asked.team_id) if asked else None
    if asked is None or team is None:
        raise Gone("This question isn't in the record any more.")
    actor.must("question.answer", collaborative=team.collaborative_id, team=team)
    if asked.purged_at:
        raise Gone("This question was taken down.")
    if asked.to != "faculty" or asked.state == questions.ANSWERED:
        raise Gone(f"{pdsa_facts.name_of(session, asked.owner_id)} has answered this question already.")
    return asked, team

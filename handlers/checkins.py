"""Check-ins: the team's answer, and for one that is heavy whom to tell."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import checkin_cards
from bot.domain import checkin_facts, checkins, pdsa_facts, people
from bot.domain.checkins import COACH, TEAM, WAITING, CheckIn, CheckInAnswer, Told
from bot.domain.teams import Team
from bot.errors import Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.planning import asking
from bot.routes import Registrar

Body = dict[str, Any]
FORM = "checkins.answered"
NOT_YOURS = (
    "Your team has answered this check-in, and not for everybody to read. What you'd like to tell all of your team "
    "stands best in your channel, and what is for your coach in a message to them."
)
TAKEN_DOWN = "This check-in was taken down. What your team has to tell stands best in your channel now."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("checkins.answer")(open_form)
    app.view(FORM)(save)
    app.action("checkins.only_coach")(tell_only_coach)
    app.view_closed("checkins.heavy")(decided_nothing)


class Carried(BaseModel):
    """The check-in a form is about, and the version of its answer that stood in it: claims, checked again."""

    checkin: int
    seen: int = 0


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What the team told already, or what its work tells; with the half-written words of last time."""
    ack()
    open_with_words(body, kit, "")


def open_with_words(body: Body, kit: Kit, words: str) -> None:
    """The same, with what somebody wrote in plain words in the first line that is empty."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        check_in, team, told = whose(session, actor, forms.pressed(body))
        typed = drafts.kept(session, person=actor.id, form=FORM, subject=f"checkin:{check_in.id}")
        beside = _on_the_card(session, check_in, told) if told and typed else ""
        values = _form(session, check_in, team, told, typed, beside, words)
    answers.open_view(kit, body, "checkins/answer", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The words are safe and on the card; a heavy answer waits until its writer has said whom to tell."""
    carried, told = forms.carried(view, Carried), forms.read(view, Told)
    response: dict[str, Any] = forms.closing(view)
    with kit.store.transaction() as session:
        sent = inbox.form_once(session, body, FORM, kit.now())
        actor = access.actor(session, body)
        check_in, team, before = whose(session, actor, carried.checkin)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        if before and before.version != carried.seen:
            raise AskAgain(_with_theirs(session, kit, check_in, team, before, view))
        found = checkins.answer(session, check_in, told, _own(check_in, view), by=actor.id, now=kit.now())
        _saved(session, kit, view, actor, check_in, confirmed)
        asking.settle(session, kit, ("checkin",), check_in.id or 0, by=actor.id)
        only_the_coach = _only_the_coach(session, team) if found.readers == COACH else ""
        if found.readers == WAITING:
            asks = _asks_whom(session, check_in, team, actor)
            response = {"response_action": "update", "view": kit.templates.render("checkins/heavy", asks)}
        inbox.answered(session, sent, response)
    ack(**response)
    if only_the_coach:  # a card that shows the words needs no more
        answers.tell(kit, body, only_the_coach)


def tell_only_coach(ack: Ack, body: Body, kit: Kit) -> None:
    """The coach alone reads it; the card says no more than that the team has answered."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "checkins.only_coach", kit.now())
        actor = access.actor(session, body)
        check_in, team, told = whose(session, actor, forms.pressed(body))
        if told is None or checkins.writer(told) != actor.id:
            raise Gone(NOT_YOURS)
        checkins.read_by(session, told, COACH)
        checkin_cards.show(session, check_in, kit.now())
        checkin_cards.tell_coach(session, check_in, kit.now())
        values = {**_asks_whom(session, check_in, team, actor), "said": _only_the_coach(session, team)}
    ack()
    answers.replace_view(kit, body, "checkins/heavy", values)


def decided_nothing(ack: Ack, body: Body, kit: Kit) -> None:
    """The question whom to tell was closed: the answer is the team's, as its form says."""
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        shown_to_team(session, actor, forms.carried(body["view"], Carried).checkin, kit)
    ack()


def shown_to_team(session: Session, actor: Actor, check_in_id: int, kit: Kit) -> None:
    """Put what waits for its writer on the card; what is for the coach alone stays so."""
    check_in, _, told = whose(session, actor, check_in_id)
    if told and told.readers == WAITING:
        checkins.read_by(session, told, TEAM)
        checkin_cards.show(session, check_in, kit.now())


def whose(session: Session, actor: Actor, check_in_id: int) -> tuple[CheckIn, Team, CheckInAnswer | None]:
    """The check-in, its team and its answer, when this person may write it; the check is on the record."""
    check_in = session.get(CheckIn, check_in_id)
    if check_in is None:
        raise Gone("This check-in isn't in the record any more. All actions shows what is.")
    team = access.team_of(session, check_in.team_id)
    actor.must("checkin.write", collaborative=team.collaborative_id, team=team)
    told = checkins.answer_of(session, check_in.id)
    if told and told.purged_at:
        raise Gone(TAKEN_DOWN)
    if told and told.readers != TEAM and checkins.writer(told) != actor.id:
        raise Gone(NOT_YOURS)
    return check_in, team, told


def _form(
    session: Session, check_in: CheckIn, team: Team, told: CheckInAnswer | None, typed: dict[str, Any],
    meanwhile: str = "", words: str = "",
) -> dict[str, Any]:  # fmt: skip
    stands = _stands(check_in, told)
    from_work = checkin_facts.filled_in(session, check_in, team) if told is None else ""
    if from_work:
        stands["tested"] = from_work
    form = {**stands, **typed}
    more = checkin_facts.MORE
    empty = next((name for name in checkins.boxes(check_in.questions) if words and not form.get(name)), None)
    if empty:
        form[empty] = words[: checkins.MOST]
    boxes = [(name, question, str(form.get(name, ""))) for name, question in checkins.boxes(check_in.questions).items()]
    return {
        "check_in": check_in,
        "team": team,
        "form": {"mood": form["mood"], "more": [one for one in form["more"] if one in more]},
        "boxes": boxes,
        "moods": checkins.MOODS,
        "more": more,
        "kept": bool(typed) and told is None,
        "filled_in": bool(from_work) and form["tested"] == from_work,
        "meanwhile": meanwhile,
        "meta": json.dumps(
            {"checkin": check_in.id, "seen": told.version if told else 0, "subject": f"checkin:{check_in.id}"}
        ),
    }


def _stands(check_in: CheckIn, told: CheckInAnswer | None) -> dict[str, Any]:
    """What the team told, box by box."""
    if told is None:
        return {"mood": "", "more": []}
    more = [*(["stuck"] if told.stuck else []), *(["coach"] if told.readers == COACH else [])]
    boxes = checkins.boxes(check_in.questions)
    words = {name: getattr(told, name, "") or told.own.get(question, "") for name, question in boxes.items()}
    return {"mood": told.mood, "more": more, **words}


def _with_theirs(
    session: Session, kit: Kit, check_in: CheckIn, team: Team, theirs: CheckInAnswer, view: Body
) -> dict[str, Any]:
    """The form again, with what a team-mate told meanwhile above one's own words, which are kept."""
    note = f"While you were writing: {_on_the_card(session, check_in, theirs)}"
    return kit.templates.render("checkins/answer", _form(session, check_in, team, theirs, forms.values(view), note))


def _on_the_card(session: Session, check_in: CheckIn, told: CheckInAnswer) -> str:
    """What would give way to one's own words, to be read beside them."""
    by = pdsa_facts.name_of(session, checkins.writer(told))
    words = "; ".join(f"{question} {text}" for question, text in checkins.told(check_in, told))
    answer = f"{by} answered for your team: {checkins.MOODS[told.mood]}. {words}"
    return f"{answer}\nYour own words are still below. Save puts them in place of these."


def _own(check_in: CheckIn, view: Body) -> dict[str, str]:
    """The answers to the collaborative's own questions."""
    typed = forms.free_text(view)
    return {
        question: typed.get(name, "")[: checkins.MOST]
        for name, question in checkins.boxes(check_in.questions).items()
        if name not in checkins.QUESTIONS
    }


def _saved(session: Session, kit: Kit, view: Body, actor: Actor, check_in: CheckIn, confirmed: list[str]) -> None:
    subject = f"checkin:{check_in.id}"
    drafts.discard(session, person=actor.id, form=FORM, subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
    checkin_cards.show(session, check_in, kit.now())
    checkin_cards.tell_coach(session, check_in, kit.now())


def _only_the_coach(session: Session, team: Team) -> str:
    return f"Saved. {_coach(session, team)} reads it, and nobody else; your team sees only that it has answered."


def _asks_whom(session: Session, check_in: CheckIn, team: Team, actor: Actor) -> dict[str, Any]:
    return {
        "check_in": check_in,
        "name": people.first_name(actor.name),
        "coach": _coach(session, team),
        "said": "",
        "meta": json.dumps({"checkin": check_in.id}),
    }


def _coach(session: Session, team: Team) -> str:
    return checkin_facts.reader(session, team)[1]

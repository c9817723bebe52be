"""Asking: the other teams or faculty, out of a check-in, by a button, a command, or words somebody wrote."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, times, typed
from bot.access import Actor
from bot.cards import question_cards
from bot.domain import question_owners, questions
from bot.domain.collaboratives import Collaborative
from bot.domain.questions import FACULTY, PEERS, Question, ToFaculty, ToPeers
from bot.domain.teams import GONE, Team
from bot.errors import BotError, FieldError
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import checkins, cycles

Body = dict[str, Any]
UNNAMED = {"unnamed": "Ask without our name"}
FORMS = {FACULTY: "questions.asked_faculty", PEERS: "questions.asked_peers"}
NO_TEAM = (
    "Questions to faculty are asked by teams, and you're in none. Ask the teams is for you: at Home, or in All actions."
)
OF_NOBODY = "Questions here are asked by teams and faculty. Teams see what you write in the channel where they share."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("questions.ask_faculty")(open_for_faculty)
    app.action("questions.new_faculty")(open_new_for_faculty)
    app.view("questions.asked_faculty")(ask_faculty)
    app.action("questions.ask_peers")(open_for_peers)
    app.action("questions.new_peers")(open_new_for_peers)
    app.view("questions.asked_peers")(ask_peers)


class Carried(BaseModel):
    """The check-in a question comes of, the team that asks, or where somebody of the staff does: claims."""

    checkin: int = 0
    team: int = 0
    staff_of: int = 0  # the collaborative


def command(body: Body, kit: Kit, said: str) -> None:
    """`/allteach ask who has a script?`, `/allteach ask faculty who staffs it?`."""
    word, _, rest = said.strip().partition(" ")
    with kit.store.reading() as session:
        words = typed.plain(session, rest if word.lower() == FACULTY else said).strip()
    if word.lower() == FACULTY:
        _open(kit, body, "questions/ask_faculty", _fresh(kit, body, FACULTY, words))
    else:
        _open(kit, body, "questions/ask_peers", _fresh(kit, body, PEERS, words))


def open_for_faculty(ack: Ack, body: Body, kit: Kit) -> None:
    """A form with what stands in the way above it."""
    ack()
    with kit.store.reading() as session:
        values = _of_check_in(session, access.actor(session, body), forms.pressed(body), FACULTY)
    _open(kit, body, "questions/ask_faculty", values)


def open_new_for_faculty(ack: Ack, body: Body, kit: Kit) -> None:
    """The same from anywhere."""
    ack()
    _open(kit, body, "questions/ask_faculty", _fresh(kit, body, FACULTY, ""))


def open_for_peers(ack: Ack, body: Body, kit: Kit) -> None:
    """Out of a check-in, for a team of one's choice or whoever can help."""
    ack()
    with kit.store.reading() as session:
        values = _of_check_in(session, access.actor(session, body), forms.pressed(body), PEERS)
    _open(kit, body, "questions/ask_peers", values)


def open_new_for_peers(ack: Ack, body: Body, kit: Kit) -> None:
    """The same from anywhere."""
    ack()
    _open(kit, body, "questions/ask_peers", _fresh(kit, body, PEERS, ""))


def open_with_words(body: Body, kit: Kit, text: str, to: str) -> None:
    """With what somebody already wrote."""
    name = "questions/ask_faculty" if to == FACULTY else "questions/ask_peers"
    _open(kit, body, name, _fresh(kit, body, to, text))


def ask_faculty(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It has an owner at once, who is told; the team knows who."""
    told = forms.read(view, ToFaculty)
    with kit.store.transaction() as session:
        actor, team, confirmed = _begins(session, body, view, kit, told.team)
        asked = _question(actor, team.collaborative_id, view, kit, team_id=team.id, to=FACULTY, text=told.question)
        asked.owner_id = question_owners.owner(session, asked, team, kit.now())
        _put(session, kit, view, actor, asked, confirmed)
        question_cards.to_faculty(session, asked, kit.now())
    ack(response_action="clear")


def ask_peers(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands in the channel where teams share; whoever asked hears of each answer."""
    told = forms.read(view, ToPeers)
    with kit.store.transaction() as session:
        staff_of = forms.carried(view, Carried).staff_of
        begins = _staff_begins if staff_of else _begins
        actor, team, confirmed = begins(session, body, view, kit, told.team)
        here, row = (team.collaborative_id, team.id) if team else (staff_of, None)
        asked = _question(
            actor, here, view, kit, team_id=row, to=PEERS, text=told.question,
            named=team is None or "unnamed" not in told.name, peer_id=_peer(session, here, row, told.peer),
        )  # fmt: skip
        _put(session, kit, view, actor, asked, confirmed)
        question_cards.to_peers(session, asked, kit.now())
    ack(response_action="clear")


def _open(kit: Kit, body: Body, name: str, values: dict[str, Any]) -> None:
    answers.open_view(kit, body, name, values)


def _of_check_in(session: Session, actor: Actor, check_in_id: int, to: str) -> dict[str, Any]:
    """What stands in the way, and a box for the question, which is another thing."""
    check_in, team, told = checkins.whose(session, actor, check_in_id)
    shown = {"in_the_way": told.in_the_way if told else "", "from_check_in": True}
    meta = {"checkin": check_in.id, "subject": f"checkin:{check_in.id}"}
    return {**shown, **_form(session, actor, [team], to, "", meta)}


def _fresh(kit: Kit, body: Body, to: str, words: str) -> dict[str, Any]:
    """A question that comes of nothing in particular; the form asks for the team where one could ask for several."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        if not actor.team_ids:
            return _of_staff(session, kit, body, actor, to, words)
        here = cycles.team_here(session, body)
        mine = [here] if here in actor.team_ids else actor.team_ids
        teams = [access.team_of(session, one or 0) for one in mine]
        if len(teams) == 1:
            questions.must_be_on(session, teams[0], kit.now())
        meta = {"team": teams[0].id if len(teams) == 1 else 0, "subject": _subject(body) if words else drafts.NEW}
        return {"in_the_way": "", "from_check_in": False, **_form(session, actor, teams, to, words, meta)}


def _of_staff(session: Session, kit: Kit, body: Body, actor: Actor, to: str, words: str) -> dict[str, Any]:
    """Somebody of the staff asks the teams, by their own name."""
    asking = access.collaboratives_of(session, actor, "question.ask_all")
    if to == FACULTY or not asking:
        raise BotError(NO_TEAM if asking else OF_NOBODY)
    team = session.get(Team, cycles.team_here(session, body) or 0)
    here = next((one for one in asking if team and one.id == team.collaborative_id), asking[0])
    questions.must_go_on(here, times.local_day(kit.now(), here.timezone))
    meta = {"staff_of": here.id, "subject": _subject(body) if words else drafts.NEW}
    return {"in_the_way": "", "from_check_in": False, **_form(session, actor, [], to, words, meta)}


def _form(
    session: Session, actor: Actor, teams: list[Team], to: str, words: str, meta: dict[str, Any]
) -> dict[str, Any]:
    """What both forms show, with the half-written words of last time; without a team somebody of the staff asks."""
    kept = drafts.kept(session, person=actor.id, form=FORMS[to], subject=str(meta["subject"]))
    own = [(str(team.id), team.name[:75]) for team in teams]
    form = {
        "question": (kept.get("question") or words)[: questions.MOST],
        "teams": own if len(own) > 1 else [],
        "kept": bool(kept),
        "meta": json.dumps(meta),
    }
    if to == FACULTY:
        return form
    here, row = (teams[0].collaborative_id, teams[0].id) if teams else (meta["staff_of"], None)
    peers = [(questions.WHOEVER, "Whoever can help"), *questions.peers(session, here, row)]
    return {**form, "peers": peers, "peer": questions.WHOEVER, "unnamed": UNNAMED if teams else {}}


def _subject(body: Body) -> str:
    """What a draft that begins with somebody's words is about: the message or command they stood in."""
    message = body.get("message") or {}
    at = message.get("ts") or body.get("trigger_id")
    return f"{drafts.WORDS}:{(body.get('channel') or {}).get('id') or body.get('channel_id')}:{at}"


def _begins(session: Session, body: Body, view: Body, kit: Kit, chosen: int) -> tuple[Actor, Team, list[str]]:
    """Who asks for which team, once, past the guard."""
    inbox.form_once(session, body, str(view["callback_id"]), kit.now())
    actor, carried = access.actor(session, body), forms.carried(view, Carried)
    if carried.checkin:
        _, team, _ = checkins.whose(session, actor, carried.checkin)
    elif carried.team or chosen:
        team = access.team_of(session, carried.team or chosen)
    else:
        raise FieldError("team", "Please choose the team that asks.")
    actor.must("question.ask", collaborative=team.collaborative_id, team=team)
    questions.must_be_on(session, team, kit.now())
    return actor, team, forms.guard(view, known.of(session, kit, team.collaborative_id))


def _staff_begins(session: Session, body: Body, view: Body, kit: Kit, _chosen: int) -> tuple[Actor, None, list[str]]:
    """The same for somebody of the staff."""
    inbox.form_once(session, body, str(view["callback_id"]), kit.now())
    actor, row = access.actor(session, body), forms.carried(view, Carried).staff_of
    actor.must("question.ask_all", collaborative=row)
    here = session.get_one(Collaborative, row)
    questions.must_go_on(here, times.local_day(kit.now(), here.timezone))
    return actor, None, forms.guard(view, known.of(session, kit, row))


def _question(actor: Actor, here: int, view: Body, kit: Kit, **told: Any) -> Question:
    return Question(
        collaborative_id=here, person_id=actor.id, asked_at=kit.now(),
        check_in_id=forms.carried(view, Carried).checkin or None, **told,
    )  # fmt: skip


def _put(session: Session, kit: Kit, view: Body, actor: Actor, asked: Question, confirmed: list[str]) -> None:
    """The question is in the record, and the answer it comes of on the card."""
    questions.ask(session, asked, by=actor.id)
    drafted(session, kit, view, actor, confirmed)
    if asked.check_in_id:
        checkins.shown_to_team(session, actor, asked.check_in_id, kit)


def drafted(session: Session, kit: Kit, view: Body, actor: Actor, confirmed: list[str]) -> None:
    """What was typed is in the record now: its draft goes, and what was confirmed is noted."""
    subject = str(forms.meta(view).get("subject", ""))
    drafts.discard(session, person=actor.id, form=str(view["callback_id"]), subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)


def _peer(session: Session, here: int, own: int | None, chosen: int) -> int | None:
    """The team of one's choice, one of the same collaborative; None for whoever can help."""
    if not chosen:
        return None
    peer = session.get(Team, chosen)
    if peer is None or peer.collaborative_id != here or peer.id == own or peer.status in GONE:
        raise FieldError("peer", "This team can't be asked by yours. Please choose another, or whoever can help.")
    return peer.id

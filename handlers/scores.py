"""How far a team has come, by its own word: its score on the IHI scale, and the windows with what was scored."""

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, home, inbox, times
from bot.access import Actor
from bot.cards import score_cards
from bot.domain import pdsa_facts, score_periods, score_record, score_scale, scores
from bot.domain.collaboratives import Collaborative
from bot.domain.scores import FACULTY, OWN, Score, Scoring
from bot.domain.teams import GONE, Team
from bot.errors import FieldError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.planning import asking
from bot.routes import Registrar
from handlers import privacy

Body = dict[str, Any]
FORM = "scores.rated"
NO_MORE = "This score isn't asked for any more. Home has what is."
TAKEN_DOWN = "What stood here was reported as patient details and taken down. A new form takes new words."
LEFT = "{team} isn't in the collaborative any more, so it isn't scored."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("scores.rate")(open_form)
    app.view(FORM)(rate)
    app.action("scores.team")(show_team)
    app.action("scores.list")(show_list)
    app.action("scores.before")(show_page)
    app.action("scores.after")(show_page)
    app.action("privacy.report_score")(report_words)


class Carried(BaseModel):
    """The turn a form is about, and the score that stood when it opened: claims, checked again."""

    turn: int
    seen: int = 0
    since: datetime = scores.EVER


class Rated(BaseModel):
    """The form."""

    score: str
    evidence: str = Field(default="", max_length=scores.MOST)


class Place(BaseModel):
    """Whose list is open."""

    collaborative: int


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The ten steps with what they mean; what the team said last is chosen."""
    ack()
    with kit.store.reading() as session:
        actor, turn, team = _whose(session, body, forms.pressed(body))
        now_said = scores.newest(session, [turn.id]).get((turn.id or 0, OWN))
        before = scores.last(session, [team.id], OWN).get(team.id or 0)
        today = times.local_day(kit.now(), team.timezone)
        known_so_far = score_record.of(session, team, turn, today)
        about = scores.subject(turn.id or 0, OWN)
        typed = drafts.kept(session, person=actor.id, form=FORM, subject=about)
        meta = {"turn": turn.id, "seen": now_said.id if now_said else 0, "subject": about, "since": kit.now()}
        values = {
            "team": team, "period": score_periods.about(turn.period, turn.last, today), "steps": score_scale.choices(),
            "definitions": score_scale.definitions(), "hint": score_scale.hint(known_so_far),
            "score": typed.get("score") or (f"{before[0].value:.1f}" if before else ""),
            "evidence": typed.get("evidence") or (now_said.evidence if now_said else ""),
            "stands": _stands(session, now_said), "kept": bool(typed), "most": scores.MOST,
            "meta": json.dumps(meta, default=str),
        }  # fmt: skip
    answers.open_view(kit, body, "scores/own", values)


def rate(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is the team's; nobody of it is asked any more, and what was said before stays on record."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor, turn, team = _whose(session, body, carried.turn)
        told = forms.read(view, Rated)
        value = score_scale.chosen("score", told.score)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        if told.evidence and scores.taken_down(session, [carried.seen], carried.since):
            raise FieldError("evidence", TAKEN_DOWN)
        said = scores.newest(session, [turn.id]).get((turn.id or 0, OWN))
        if said and said.id != carried.seen:
            raise AskAgain(_with_theirs(session, view, said))
        score = Score(
            scoring_id=turn.id or 0, side=OWN, value=value, person_id=actor.id, evidence=told.evidence, at=kit.now()
        )
        subject = f"score:{scores.give(session, score).id}"
        audit.note(session, "scores.rated", by=actor.id, subject=subject, now=kit.now(), confirmed=confirmed)
        drafts.discard(session, person=actor.id, form=FORM, subject=scores.subject(turn.id or 0, OWN))
        kit.typing.forget(str(view["id"]))
        asking.settle(session, kit, ("scores.own",), turn.id or 0, by=actor.id)
        home.refresh(session, home.people_of(session, team), kit.now())
        sentence = _thanks(session, team, turn, value)
    ack()
    answers.tell(kit, body, sentence)


def show_team(ack: Ack, body: Body, kit: Kit) -> None:
    """What was scored of one team, period by period."""
    ack()
    with kit.store.reading() as session:
        actor = access.standing_in(session, access.actor(session, body), kit.now())
        team = access.team_of(session, forms.pressed(body))
        actor.must("score.read", collaborative=team.collaborative_id, team=team)
        values = score_cards.of_team(session, actor, team, kit.now())
    answers.open_view(kit, body, "scores/team", values)


def show_list(ack: Ack, body: Body, kit: Kit) -> None:
    """All teams that somebody looks after, those whose two scores lie far apart first."""
    ack()
    with kit.store.reading() as session:
        values = _listed(session, body, forms.pressed(body), 0, kit)
    answers.open_view(kit, body, "scores/list", values)


def show_page(ack: Ack, body: Body, kit: Kit) -> None:
    """Others of them."""
    ack()
    with kit.store.reading() as session:
        access.actor(session, body)
        where = forms.carried(body.get("view") or {}, Place).collaborative
        values = _listed(session, body, where, forms.pressed(body), kit)
    answers.replace_view(kit, body, "scores/list", values)


def report_words(ack: Ack, body: Body, kit: Kit) -> None:
    """Report patient details, in what somebody wrote beside a score."""
    privacy.report_words(ack, body, kit, "score")


def listed(session: Session, actor: Actor, collaborative: Collaborative, page: int, kit: Kit) -> dict[str, Any]:
    """A page of the list, with what it needs to turn it."""
    values = score_cards.listed(session, actor, collaborative, page, kit.now())
    return {**values, "meta": Place(collaborative=collaborative.id or 0).model_dump_json()}


def _listed(session: Session, body: Body, row: int, page: int, kit: Kit) -> dict[str, Any]:
    actor = access.standing_in(session, access.actor(session, body), kit.now())
    here = session.get(Collaborative, row)
    actor.must("teams.see", collaborative=row)
    if here is None:
        raise Gone("This collaborative isn't in the record any more.")
    return listed(session, actor, here, page, kit)


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Scoring, Team]:
    """The turn, when this person may say how far its team has come."""
    actor, turn = access.actor(session, body), session.get(Scoring, row)
    if turn is None:
        raise Gone(NO_MORE)
    team = access.team_of(session, turn.team_id)
    actor.must("score.own", collaborative=team.collaborative_id, team=team)
    if team.status in GONE:
        raise Gone(LEFT.format(team=team.name))
    return actor, turn, team


def _stands(session: Session, said: Score | None) -> str:
    if said is None:
        return ""
    by, step = pdsa_facts.name_of(session, said.person_id), score_scale.step(said.value)
    return f"{by} said {step.label}. What you send now takes its place."


def _with_theirs(session: Session, view: Body, said: Score) -> Body:
    """The form once more, with what a team-mate said meanwhile; one's own words stay in it."""
    note = {"type": "plain_text", "text": f"⚠ {score_cards.meanwhile(session, said)}"}
    again = forms.asking(view, {"score": [{"type": "section", "block_id": "meanwhile", "text": note}]}, "meanwhile")
    return {**again, "private_metadata": json.dumps({**forms.meta(view), "seen": said.id})}


def _thanks(session: Session, team: Team, turn: Scoring, value: float) -> str:
    """What the team hears; faculty's score is told once it has said its own."""
    thanks = f"Thank you: {value:.1f} for {score_periods.called(turn.period)}."
    given = scores.newest(session, [turn.id]).get((turn.id or 0, FACULTY))
    shown = score_periods.settings(session.get_one(Collaborative, team.collaborative_id)).shown
    if given is None or not shown:
        return f"{thanks} Your coach and faculty see it."
    question = score_scale.question(value, given.value)
    return f"{thanks} Faculty see {given.value:.1f}.{' That is worth a talk with your coach.' if question else ''}"

"""How far teams have come, as faculty see it: one form for all of a coach's teams, filled in with what stood last."""

import json
import secrets
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import score_cards
from bot.domain import score_scale, scores
from bot.domain.collaboratives import Collaborative
from bot.domain.scores import FACULTY, Score, Scoring
from bot.domain.teams import GONE, Team
from bot.errors import BotError, FieldErrors, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import scores as windows

Body = dict[str, Any]
FORM = "scores.given"
NOTHING = "No team of yours is to be scored yet: that begins with the first period."
A_SCORE_TOO = "Please choose a score to go with these words, or take them out."


def register(app: Registrar) -> None:
    """What coaches and faculty can do."""
    app.action("scores.all")(open_all)
    app.action("scores.one")(open_one)
    app.view(FORM)(give)


class Carried(BaseModel):
    """The teams on this page with the scores that stood when it opened: claims, checked again."""

    collaborative: int
    teams: dict[int, int]  # by the team's row the row of the score that was seen
    opened: str = ""  # this opening: Slack gives the window of the form before to the next one
    alone: bool = False  # it is about one team, so that no other page follows
    subject: str = ""  # under which its half-written words are kept
    since: datetime = scores.EVER


class Told(BaseModel):
    """What a form holds of one team."""

    team: int
    score: str = ""
    evidence: str = Field(default="", max_length=scores.MOST)
    next_step: str = Field(default="", max_length=scores.MOST)

    @property
    def is_empty(self) -> bool:
        """Whether this team isn't scored now."""
        return self.score in ("", score_scale.NOT_NOW)


def open_all(ack: Ack, body: Body, kit: Kit) -> None:
    """All teams that are theirs, page by page."""
    ack()
    with kit.store.reading() as session:
        actor, here = _actor(session, body, kit), session.get(Collaborative, forms.pressed(body))
        if here is None:
            raise Gone("This collaborative isn't in the record any more.")
        theirs = score_cards.theirs(session, actor, here)
        if not theirs:
            actor.must("score.give", collaborative=here.id or 0)
        values = _page(session, actor, here, theirs, kit)
    if values is None:
        raise BotError(NOTHING)
    answers.open_view(kit, body, "scores/form", values)


def open_one(ack: Ack, body: Body, kit: Kit) -> None:
    """One team by itself."""
    ack()
    with kit.store.reading() as session:
        actor, team = _actor(session, body, kit), access.team_of(session, forms.pressed(body))
        actor.must("score.give", collaborative=team.collaborative_id, team=team)
        here = session.get_one(Collaborative, team.collaborative_id)
        values = _page(session, actor, here, [team] if team.status not in GONE else [], kit, alone=team.id or 0)
    if values is None:
        raise BotError(windows.LEFT.format(team=team.name) if team.status in GONE else NOTHING)
    answers.open_view(kit, body, "scores/form", values)


def give(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Keep this page and show the next, or the list with what lies far apart."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        sent = inbox.form_once(session, body, FORM, kit.now(), page=str(carried.opened))
        actor, here = _actor(session, body, kit), session.get(Collaborative, carried.collaborative)
        told = [_told(view, team) for team in carried.teams]
        teams = {team: access.team_of(session, team) for team in carried.teams}
        for team in teams.values():
            actor.must("score.give", collaborative=team.collaborative_id, team=team)
        if here is None or not teams:
            raise Gone(windows.NO_MORE)
        _must_be_whole(told)
        confirmed = forms.guard(view, known.of(session, kit, carried.collaborative))
        left = _keep(session, actor, here, view, carried, told, teams, confirmed, kit)
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        kit.typing.forget(str(view["id"]))
        response = _next(session, actor, here, carried, left, kit)
        inbox.answered(session, sent, response)
    ack(**response)


def _actor(session: Session, body: Body, kit: Kit) -> Actor:
    """Whoever pressed; while a coach is away their cover scores for them."""
    return access.standing_in(session, access.actor(session, body), kit.now())


def _keep(
    session: Session, actor: Actor, here: Collaborative, view: Body, carried: Carried, told: list[Told],
    teams: dict[int, Team], confirmed: list[str], kit: Kit,
) -> list[str]:  # fmt: skip
    """Write what is new; returns the names of teams that left while the form was open. Raises AskAgain on a race."""
    turns, standing = score_cards.giving(session, here, teams.values(), kit.now())
    new = {one.team: one for one in told if _is_new(one, turns.get(one.team), standing)}
    raced = {
        row: there
        for row in new
        if (there := standing.get((turns[row].id or 0, FACULTY))) and there.id != carried.teams[row]
    }
    if raced:
        raise AskAgain(_with_theirs(session, view, carried, raced))
    _must_not_come_back(session, carried, new)
    for row, one in new.items():
        if teams[row].status in GONE:
            continue
        score = Score(
            scoring_id=turns[row].id or 0, side=FACULTY, value=score_scale.chosen(f"score.{row}", one.score),
            person_id=actor.id, evidence=one.evidence, next_step=one.next_step, at=kit.now(),
        )  # fmt: skip
        subject = f"score:{scores.give(session, score).id}"
        audit.note(session, "scores.given", by=actor.id, subject=subject, now=kit.now(), confirmed=confirmed)
    return [teams[row].name for row in new if teams[row].status in GONE]


def _is_new(one: Told, turn: Scoring | None, standing: scores.Newest) -> bool:
    if one.is_empty or turn is None:
        return False
    there = standing.get((turn.id or 0, FACULTY))
    return there is None or (f"{there.value:.1f}", there.evidence, there.next_step) != (
        one.score, one.evidence, one.next_step,
    )  # fmt: skip


def _told(view: Body, team: int) -> Told:
    filled = forms.values(view)
    named = {"score": f"score.{team}", "evidence": f"evidence.{team}", "next_step": f"next.{team}"}
    try:
        return forms.as_draft(
            {"team": team, **{name: filled[box] for name, box in named.items() if box in filled}}, Told
        )
    except FieldErrors as errors:
        raise FieldErrors({named[name]: sentence for name, sentence in errors.sentences.items()}) from errors


def _must_be_whole(told: list[Told]) -> None:
    """A score is one of the scale's, and words have a score beside them."""
    faults = {f"score.{one.team}": A_SCORE_TOO for one in told if one.is_empty and (one.evidence or one.next_step)}
    known_ones = score_scale.choices()
    faults |= {f"score.{one.team}": score_scale.OFF for one in told if not one.is_empty and one.score not in known_ones}
    if faults:
        raise FieldErrors(faults)


def _must_not_come_back(session: Session, carried: Carried, new: dict[int, Told]) -> None:
    """Words that were reported while the form was open aren't kept once more."""
    back = [row for row in new if scores.taken_down(session, [carried.teams[row]], carried.since)]
    boxes = {f"evidence.{row}": new[row].evidence for row in back} | {f"next.{row}": new[row].next_step for row in back}
    faults = {name: windows.TAKEN_DOWN for name, words in boxes.items() if words}
    if faults:
        raise FieldErrors(faults)


def _with_theirs(session: Session, view: Body, carried: Carried, raced: dict[int, Score]) -> Body:
    """The form once more, with what somebody else scored meanwhile; one's own words stay in it."""
    notes = {
        f"score.{row}": [{
            "type": "section", "block_id": f"meanwhile.{row}",
            "text": {"type": "plain_text", "text": f"⚠ {score_cards.meanwhile(session, one)}"},
        }]
        for row, one in raced.items()
    }  # fmt: skip
    seen = {**carried.teams, **{row: one.id or 0 for row, one in raced.items()}}
    meta = {**forms.meta(view), "teams": seen}
    return {**forms.asking(view, notes, "meanwhile"), "private_metadata": json.dumps(meta)}


def _next(
    session: Session, actor: Actor, here: Collaborative, carried: Carried, left: list[str], kit: Kit
) -> dict[str, Any]:
    """The next page, or the list."""
    theirs = [] if carried.alone else score_cards.theirs(session, actor, here)
    last = session.get(Team, max(carried.teams, key=[*carried.teams].index))
    rest = [one for one in theirs if last and (one.name, one.id or 0) > (last.name, last.id or 0)]
    theirs_are = "its score wasn't" if len(left) == 1 else "their scores weren't"
    said = f"{' and '.join(left)} left while you wrote, so {theirs_are} kept." if left else ""
    values = _page(session, actor, here, rest, kit)
    if values:
        return {"response_action": "update", "view": kit.templates.render("scores/form", {**values, "said": said})}
    values = {**windows.listed(session, actor, here, 0, kit), "said": said or "Kept, thank you."}
    return {"response_action": "update", "view": kit.templates.render("scores/list", values)}


def _page(
    session: Session, actor: Actor, here: Collaborative, teams: list[Team], kit: Kit, *, alone: int = 0
) -> dict[str, Any] | None:
    """The form for the first of these teams; None where none is to be scored."""
    page = teams[: score_cards.A_FORM]
    about = f"scores:{here.id}:{'alone:' if alone else ''}{page[0].id if page else 0}"
    typed = drafts.kept(session, person=actor.id, form=FORM, subject=about)
    rows = score_cards.form_rows(session, here, page, typed, kit.now())
    if not rows:
        return None
    carried = Carried(
        collaborative=here.id or 0, teams={one["team"].id: one["seen"] for one in rows}, opened=secrets.token_hex(4),
        alone=bool(alone), subject=about, since=kit.now(),
    )  # fmt: skip
    return {
        "said": "",
        "rows": rows, "more": len(teams) > score_cards.A_FORM, "kept": bool(typed), "most": scores.MOST,
        "choices": [(score_scale.NOT_NOW, "Not now"), *score_scale.choices().items()],
        "definitions": score_scale.definitions(), "meta": carried.model_dump_json(),
    }  # fmt: skip

"""The talk with a team that leaves: its coach or faculty writes down what it says in parting."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, outbox, times
from bot.access import Actor
from bot.cards import ending_cards
from bot.domain import exit_talks, pdsa_facts
from bot.domain.endings import Ending
from bot.domain.exit_talks import ExitTalk, Told
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
FORM = "exit_talks.written"
NOTHING = "Please write down something of it, or press Not now: your words stay."
TO_COME = "Please choose today or an earlier day."
MEANWHILE = (
    "{by} wrote this down while you were writing. Below is what you have; nothing of yours is kept yet. Theirs:\n{told}"
)

TAKEN_DOWN = (
    "What was written of this talk was taken down while you were writing: somebody saw what may be a patient's details "
    "in it. Below is what you have. Please take such details out before you keep it."
)


def register(app: Registrar) -> None:
    """What coach and faculty can do."""
    app.action("exit_talks.open")(open_form)
    app.view(FORM)(write)


class Carried(BaseModel):
    """The end it is about, and the version that was opened: claims, checked again."""

    ending: int
    version: int = 0
    subject: str = ""


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What was written, with half-written words of last time if there are any."""
    ack()
    with kit.store.reading() as session:
        actor, team, ending = _whose(session, body, forms.pressed(body))
        talk, subject = exit_talks.of(session, ending.id), f"ending:{ending.id}"
        saved = drafts.kept(session, person=actor.id, form=FORM, subject=subject)
        today = times.local_day(kit.now(), team.timezone).isoformat()
        typed = {**_as_it_stands(talk, today), **saved}
        carried = Carried(ending=ending.id or 0, version=talk.version if talk else 0, subject=subject)
        values = _shown(team, carried, typed, kept=bool(saved))
    answers.open_view(kit, body, "exit_talks/form", values)


def write(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is kept for coach, faculty and the director; the card says that there was a talk."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        carried, told = forms.carried(view, Carried), forms.read(view, Told)
        actor, team, ending = _whose(session, body, carried.ending)
        if told.held_on > times.local_day(kit.now(), team.timezone):
            raise FieldError("held_on", TO_COME)
        if not any(getattr(told, name) for name in exit_talks.QUESTIONS) and told.door not in exit_talks.DOORS:
            raise FieldError(next(iter(exit_talks.QUESTIONS)), NOTHING)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        _must_be_newest(session, kit, view, team, exit_talks.of(session, ending.id), carried)
        talk = exit_talks.write(session, ending.id or 0, told, by=actor.id, now=kit.now())
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        kit.typing.forget(str(view["id"]))
        outbox.say_again(session, ending_cards.key(ending), now=kit.now())
        audit.note(
            session, "exit_talk.written", by=actor.id, subject=f"exit_talk:{talk.id}", now=kit.now(),
            version=talk.version, confirmed=confirmed,
        )  # fmt: skip
    ack(**forms.closing(view))
    answers.tell(
        kit, body, f"Kept, for the coach of {team.name}, faculty and the director. Leaving or completing shows it."
    )


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Team, Ending]:
    actor, ending = access.actor(session, body), session.get(Ending, row)
    team = access.team_of(session, ending.team_id if ending else 0)
    actor.must("ending.talk", collaborative=team.collaborative_id, team=team)
    if ending is None:
        raise Gone("This isn't in the record any more.")
    return actor, team, ending


def _as_it_stands(talk: ExitTalk | None, today: str) -> dict[str, Any]:
    names = ("with_whom", *exit_talks.QUESTIONS, "door")
    day = talk.held_on.isoformat() if talk else today
    return {"held_on": day, **{name: getattr(talk, name) if talk else "" for name in names}}


def _shown(
    team: Team, carried: Carried, typed: dict[str, Any], *, kept: bool = False, meanwhile: str = ""
) -> dict[str, Any]:
    return {
        "team": team, "meta": carried.model_dump_json(), "kept": kept, "meanwhile": meanwhile, "form": typed,
        "questions": exit_talks.QUESTIONS, "doors": exit_talks.DOORS, "most": exit_talks.MOST,
    }  # fmt: skip


def _must_be_newest(
    session: Session, kit: Kit, view: Body, team: Team, talk: ExitTalk | None, carried: Carried
) -> None:
    """Who writes what somebody else wrote meanwhile sees theirs, with their own words kept in the form."""
    if talk is None or talk.version == carried.version:
        return
    theirs = "\n".join(f"{name}: {words}" for name, words in ending_cards.talk_lines(session, talk))
    wrote = MEANWHILE.format(by=pdsa_facts.name_of(session, talk.person_id), told=theirs)
    meanwhile = TAKEN_DOWN if talk.purged_at else wrote
    carried.version = talk.version
    typed = {**_as_it_stands(None, ""), **forms.values(view)}
    raise forms.AskAgain(kit.templates.render("exit_talks/form", _shown(team, carried, typed, meanwhile=meanwhile)))

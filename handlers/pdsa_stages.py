"""Moving a cycle on: we ran it, what did we learn, adopt or abandon, still running, we stopped it, taught it on."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, drafts, forms, inbox, outbox, times
from bot.access import Actor
from bot.domain import pdsa, pdsa_edit, pdsa_facts, pdsa_search, pdsa_teaching, prompts
from bot.domain.pdsa import TICKS, Cycle
from bot.domain.pdsa_drafts import Happened, Learned
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles

Body = dict[str, Any]
Move = Callable[[Session, Cycle, Team, int], None]
A_WEEK = timedelta(days=7)
HAPPENED = {"carried_out": "yes", "happened": "", "problems": ""}
LEARNED = {"results": "", "matched": "", "learned": ""}


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("pdsa.ran")(open_happened)
    app.view("pdsa.happened")(save_happened)
    app.action("pdsa.learned")(open_study)
    app.view("pdsa.study")(save_learned)
    app.action("pdsa.adopt")(open_adopt)
    app.view("pdsa.adopted")(save_adopted)
    app.action("pdsa.abandon")(open_abandon)
    app.view("pdsa.abandoned")(save_abandoned)
    app.action("pdsa.postpone")(open_postpone)
    app.view("pdsa.postponed")(save_postponed)
    app.action("pdsa.stop")(open_stop)
    app.view("pdsa.stopped")(save_stopped)
    app.action("pdsa.taught")(open_taught)
    app.view("pdsa.taught_on")(save_taught)


class Carried(BaseModel):
    """The cycle a form is about: a claim, checked again."""

    cycle: int


class Decided(BaseModel):
    """Act: what comes of it, and what is in place so that it lasts."""

    next_step: str = Field(default="", max_length=3000)
    ticks: list[str] = []


class Postponed(BaseModel):
    """A new date by which the test is to have run."""

    due: date


class Stopped(BaseModel):
    """What made us stop, and what it taught us."""

    learned: str = Field(min_length=1, max_length=3000)


class Taught(BaseModel):
    """A training on an adopted change, without names."""

    topic: str = Field(min_length=1, max_length=3000)
    held_on: date
    people: int = Field(ge=1, le=10_000)


def open_happened(ack: Ack, body: Body, kit: Kit) -> None:
    """We ran it: ask what happened."""
    ack()
    _open(body, kit, "pdsa/happened", pdsa.PLAN, HAPPENED)


def open_with_words(body: Body, kit: Kit, words: str) -> None:
    """The form of the stage that comes next, with what somebody wrote in plain words filled in."""
    with kit.store.reading() as session:
        cycle, _ = cycles.writable(session, access.actor(session, body), forms.pressed(body))
    if cycle.stage == pdsa.DO:
        _open(body, kit, "pdsa/study", pdsa.DO, {**LEARNED, "learned": words[:3000]})
    else:
        _open(body, kit, "pdsa/happened", pdsa.PLAN, {**HAPPENED, "happened": words[:3000]})


def save_happened(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Do has begun; from here on the prediction stands as written."""
    told = forms.read(view, Happened)
    _save(ack, body, view, kit, lambda session, cycle, team, by: pdsa.run(session, cycle, told, by=by, now=kit.now()))


def open_study(ack: Ack, body: Body, kit: Kit) -> None:
    """What did we learn: the prediction stands beside the answer box."""
    ack()
    _open(body, kit, "pdsa/study", pdsa.DO, LEARNED)


def save_learned(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Study is written; the decision is next."""
    told = forms.read(view, Learned)
    _save(ack, body, view, kit, lambda session, cycle, team, by: pdsa.learn(session, cycle, told, by=by, now=kit.now()))


def open_adopt(ack: Ack, body: Body, kit: Kit) -> None:
    """Adopt: five ticks for what makes it last."""
    ack()
    _open(body, kit, "pdsa/adopt", pdsa.STUDY, {"next_step": "", "ticks": []})


def save_adopted(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The change is here to stay."""
    told = forms.read(view, Decided)
    ticks = tuple(tick for tick in told.ticks if tick in TICKS)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        pdsa.decide(session, cycle, "adopt", by=by, now=kit.now(), next_step=told.next_step, ticks=ticks)

    _save(ack, body, view, kit, move)


def open_abandon(ack: Ack, body: Body, kit: Kit) -> None:
    """Abandon: what might we try instead."""
    ack()
    _open(body, kit, "pdsa/abandon", pdsa.STUDY, {"next_step": ""})


def save_abandoned(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The change is left, and the record says why."""
    told = forms.read(view, Decided)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        pdsa.decide(session, cycle, "abandon", by=by, now=kit.now(), next_step=told.next_step)
        _tell_the_others(session, cycle, kit)

    _save(ack, body, view, kit, move)


def open_postpone(ack: Ack, body: Body, kit: Kit) -> None:
    """Still running: ask for a new date, a week on by default."""
    ack()
    with kit.store.reading() as session:
        cycle, team = cycles.writable(session, access.actor(session, body), forms.pressed(body))
        later = max(cycle.due, times.local_day(kit.now(), team.timezone)) + A_WEEK
    _open(body, kit, "pdsa/postpone", pdsa.PLAN, {"due": later.isoformat()})


def save_postponed(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The test goes on to a new date."""
    draft = forms.read(view, Postponed)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        if draft.due <= times.local_day(kit.now(), team.timezone):
            raise FieldError("due", "Please choose a day after today.")
        pdsa_edit.postpone(session, cycle, draft.due, by=by, now=kit.now())

    _save(ack, body, view, kit, move)


def open_stop(ack: Ack, body: Body, kit: Kit) -> None:
    """We stopped it: ask what that taught."""
    ack()
    _open(body, kit, "pdsa/stop", pdsa.PLAN, {"learned": ""})


def save_stopped(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """A test stopped early is learning too."""
    told = forms.read(view, Stopped)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        pdsa.stop(session, cycle, told.learned, by=by, now=kit.now())
        _tell_the_others(session, cycle, kit)

    _save(ack, body, view, kit, move)


def open_taught(ack: Ack, body: Body, kit: Kit) -> None:
    """Taught it on: topic, date and number trained."""
    ack()
    with kit.store.reading() as session:
        _, team = cycles.writable(session, access.actor(session, body), forms.pressed(body))
        today = times.local_day(kit.now(), team.timezone).isoformat()
    _open(body, kit, "pdsa/taught", pdsa.ACT, {"topic": "", "held_on": today, "people": ""})


def save_taught(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """One more training in the record."""
    told = forms.read(view, Taught)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        if told.held_on > times.local_day(kit.now(), team.timezone):
            raise FieldError(
                "held_on", "Please choose today or an earlier day: only what was held goes into the record."
            )
        pdsa_teaching.teach(session, cycle, topic=told.topic, held_on=told.held_on, people=told.people, by=by)

    _save(ack, body, view, kit, move)


def _open(body: Body, kit: Kit, name: str, stage: str, empty: Mapping[str, Any]) -> None:
    """Open a stage's form, with the half-written words of last time if there are any."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, team = cycles.writable(session, actor, forms.pressed(body))
        _must_stand_at(cycle, stage)
        saved = _saved(session, actor, kit.templates.callback(name), cycle)
        moment = pdsa_facts.moment(session, cycle, team, kit.now(), after=pdsa.successor(session, cycle))
    form = {field: saved.get(field, value) for field, value in empty.items()}
    kept = any(form[field] != empty[field] for field in form if field not in ("due", "held_on"))
    values = {
        "cycle": cycle,
        "form": form,
        "kept": kept,
        "meta": json.dumps({"cycle": cycle.id, "subject": f"cycle:{cycle.id}"}),
        "ticks": TICKS,
        "prompt": prompts.before_adopting(moment),
    }
    answers.open_view(kit, body, name, values)


def _saved(session: Session, actor: Actor, form: str, cycle: Cycle) -> dict[str, Any]:
    return drafts.kept(session, person=actor.id, form=form, subject=f"cycle:{cycle.id}")


def _save(ack: Ack, body: Body, view: Body, kit: Kit, move: Move) -> None:
    """One transaction: the move, its act, its card; counted once however often the form arrives."""
    cycle_id = forms.carried(view, Carried).cycle
    with kit.store.transaction() as session:
        inbox.form_once(session, body, str(view["callback_id"]), kit.now())
        actor = access.actor(session, body)
        _, team = cycles.writable(session, actor, cycle_id)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        cycle = pdsa.for_change(session, cycle_id)
        move(session, cycle, team, actor.id)
        cycles.saved(session, kit, view, cycle, by=actor.id, confirmed=confirmed)
    ack(**forms.closing(view))


def _tell_the_others(session: Session, cycle: Cycle, kit: Kit) -> None:
    """Teams that left the same idea behind learned the same thing: their cards say so."""
    for other in pdsa_search.left_elsewhere(session, cycle):
        outbox.say_again(session, f"pdsa:{other.id}", now=kit.now())


def _must_stand_at(cycle: Cycle, stage: str) -> None:
    """A button on an old copy of a card opens nothing, and says how things stand."""
    if cycle.stage != stage:
        raise Gone(f"Cycle {cycle.number} has moved on: {pdsa_facts.stage(cycle)}. Its card shows the next step.")

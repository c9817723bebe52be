"""Moving a cycle on: we ran it, what did we learn, adopt or abandon, still running, we stopped it, taught it on."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, known, times
from bot.domain import pdsa, pdsa_facts, prompts
from bot.domain.pdsa import TICKS, Cycle, Happened, Learned
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers.pdsa import show, writable

Body = dict[str, Any]
Move = Callable[[Session, Cycle, Team, int], None]
A_WEEK = timedelta(days=7)


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
    _open(ack, body, kit, "pdsa/happened", pdsa.PLAN, ("carried_out", "happened", "problems"))


def open_happened_with(body: Body, kit: Kit, cycle_id: int, text: str) -> None:
    """The same form, with what somebody replied in plain words filled in."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, _ = writable(session, actor, cycle_id)
        _must_stand_at(cycle, pdsa.PLAN)
        values = _values(cycle, {"carried_out": "yes", "happened": text[:3000], "problems": ""})
    answers.open_view(kit, body, "pdsa/happened", values)


def save_happened(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Do has begun; from here on the prediction stands as written."""
    told = forms.read(view, Happened)
    _save(body, view, kit, lambda session, cycle, team, by: pdsa.run(session, cycle, told, by=by, now=kit.now()))
    ack()


def open_study(ack: Ack, body: Body, kit: Kit) -> None:
    """What did we learn: the prediction stands beside the answer box."""
    _open(ack, body, kit, "pdsa/study", pdsa.DO, ("results", "matched", "learned"))


def save_learned(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Study is written; the decision is next."""
    told = forms.read(view, Learned)
    _save(body, view, kit, lambda session, cycle, team, by: pdsa.learn(session, cycle, told, by=by, now=kit.now()))
    ack()


def open_adopt(ack: Ack, body: Body, kit: Kit) -> None:
    """Adopt: five ticks for what makes it last."""
    _open(ack, body, kit, "pdsa/adopt", pdsa.STUDY, ("next_step",))


def save_adopted(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The change is here to stay."""
    _decide(ack, body, view, kit, "adopt")


def open_abandon(ack: Ack, body: Body, kit: Kit) -> None:
    """Abandon: what might we try instead."""
    _open(ack, body, kit, "pdsa/abandon", pdsa.STUDY, ("next_step",))


def save_abandoned(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The change is left, and the record says why."""
    _decide(ack, body, view, kit, "abandon")


def open_postpone(ack: Ack, body: Body, kit: Kit) -> None:
    """Still running: ask for a new date, a week on by default."""
    ack()
    with kit.store.reading() as session:
        cycle, team = writable(session, access.actor(session, body), int(body["actions"][0]["value"]))
        _must_stand_at(cycle, pdsa.PLAN)
        later = max(cycle.due, times.local_day(kit.now(), team.timezone)) + A_WEEK
    answers.open_view(kit, body, "pdsa/postpone", _values(cycle, {"due": later.isoformat()}))


def save_postponed(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The test goes on to a new date."""
    draft = forms.read(view, Postponed)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        if draft.due <= times.local_day(kit.now(), team.timezone):
            raise FieldError("due", "Please choose a day after today.")
        pdsa.postpone(session, cycle, draft.due, by=by, now=kit.now())

    _save(body, view, kit, move)
    ack()


def open_stop(ack: Ack, body: Body, kit: Kit) -> None:
    """We stopped it: ask what that taught."""
    _open(ack, body, kit, "pdsa/stop", pdsa.PLAN, ("learned",))


def save_stopped(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """A test stopped early is learning too."""
    told = forms.read(view, Stopped)
    _save(
        body, view, kit, lambda session, cycle, team, by: pdsa.stop(session, cycle, told.learned, by=by, now=kit.now())
    )
    ack()


def open_taught(ack: Ack, body: Body, kit: Kit) -> None:
    """Taught it on: topic, date and number trained."""
    ack()
    with kit.store.reading() as session:
        cycle, team = writable(session, access.actor(session, body), int(body["actions"][0]["value"]))
        form = {"topic": "", "held_on": times.local_day(kit.now(), team.timezone).isoformat()}
    answers.open_view(kit, body, "pdsa/taught", _values(cycle, form))


def save_taught(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """One more training in the record."""
    told = forms.read(view, Taught)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        if told.held_on > times.local_day(kit.now(), team.timezone):
            raise FieldError(
                "held_on", "Please choose today or an earlier day: it goes into the record once it was held."
            )
        pdsa.teach(session, cycle, topic=told.topic, held_on=told.held_on, people=told.people, by=by)

    _save(body, view, kit, move)
    ack()


def _decide(ack: Ack, body: Body, view: Body, kit: Kit, decision: str) -> None:
    told = forms.read(view, Decided)

    def move(session: Session, cycle: Cycle, team: Team, by: int) -> None:
        ticks = tuple(tick for tick in told.ticks if tick in TICKS)
        pdsa.decide(session, cycle, decision, by=by, now=kit.now(), next_step=told.next_step, ticks=ticks)

    _save(body, view, kit, move)
    ack()


def _open(ack: Ack, body: Body, kit: Kit, name: str, stage: str, fields: tuple[str, ...]) -> None:
    """Open a stage's form, with the half-written words of last time if there are any."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, team = writable(session, actor, int(body["actions"][0]["value"]))
        _must_stand_at(cycle, stage)
        callback = kit.templates.callback(name)
        saved = drafts.kept(session, person=actor.id, form=callback, subject=f"cycle:{cycle.id}")
        moment = pdsa_facts.moment(session, cycle, team, kit.now())
    form = {field: saved.get(field, "") for field in fields}
    answers.open_view(
        kit, body, name, {**_values(cycle, form), "kept": bool(saved), "prompt": prompts.before_adopting(moment)}
    )


def _values(cycle: Cycle, form: dict[str, Any]) -> dict[str, Any]:
    carried = {"cycle": cycle.id, "subject": f"cycle:{cycle.id}"}
    return {"cycle": cycle, "form": form, "meta": json.dumps(carried), "kept": False, "ticks": TICKS, "prompt": ""}


def _save(body: Body, view: Body, kit: Kit, move: Move) -> None:
    """One transaction: the move, its act, its card; counted once however often the form arrives."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), str(view["callback_id"]), kit.now())
        actor = access.actor(session, body)
        cycle_id = int(forms.meta(view)["cycle"])
        _, team = writable(session, actor, cycle_id)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        cycle = pdsa.for_change(session, cycle_id)
        move(session, cycle, team, actor.id)
        drafts.discard(session, person=actor.id, form=str(view["callback_id"]), subject=f"cycle:{cycle_id}")
        if confirmed:
            audit.note(
                session, "privacy.confirmed", by=actor.id, subject=f"cycle:{cycle_id}", now=kit.now(), fields=confirmed
            )
        show(session, cycle, kit)


def _must_stand_at(cycle: Cycle, stage: str) -> None:
    """A button on an old copy of a card opens nothing, and says how things stand."""
    if cycle.stage != stage:
        raise Gone(f"Cycle {cycle.number} has moved on: {pdsa_facts.stage(cycle)}. Its card shows the next step.")

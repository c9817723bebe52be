"""Measures, looked after in Slack: their definitions in versions, goals, due days, and which teams do without."""

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import measure_cards
from bot.domain import definitions, measures, months, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure, OptOut
from bot.domain.teams import GONE, Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
Values = dict[str, Any]
DIRECTIONS = {"up": "Up", "down": "Down", "hold": "Hold where it is"}
MOST = 40  # measures in one window
MONTHS = 12  # from which a team may do without


def register(app: Registrar) -> None:
    """What those who look after measures can do."""
    app.action("measures.settings")(open_list)
    app.action("measures.edit")(open_edit)
    app.view("measures.edited")(save)
    app.action("measures.without")(open_without)
    app.view("measures.opted_out")(opt_out)
    app.action("measures.opt_in")(opt_in)


class Carried(BaseModel):
    """The measure, and the version of its definition that stood in the form: claims, checked again."""

    measure: int
    seen: int = 0


class Edited(BaseModel):
    """The form."""

    numerator: str = Field(default="", max_length=1000)
    denominator: str = Field(default="", max_length=1000)
    exclusions: str = Field(default="", max_length=1000)
    direction: Literal["up", "down", "hold"]
    goal: float | None = None
    due_day: float


class Without(BaseModel):
    """A team, and the first month in which it does without."""

    team: int
    since: str


def open_list(ack: Ack, body: Body, kit: Kit) -> None:
    """Every measure with its definition, goal and due day."""
    ack()
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.pressed(body)
        actor.must("measures.manage", collaborative=row)
        values = _list(session, row)
    answers.open_view(kit, body, "measures/settings", values)


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """One measure, to be changed."""
    ack()
    with kit.store.reading() as session:
        _, measure = _whose(session, body, forms.pressed(body))
        versions = definitions.versions(session, measure)
        values = {
            "measure": measure,
            "goal": "" if measure.goal is None else f"{measure.goal:g}",
            "directions": DIRECTIONS,
            "version": len(versions) or 1,
            "meta": Carried(measure=measure.id or 0, seen=len(versions)).model_dump_json(),
        }
    answers.open_view(kit, body, "measures/edit", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The change holds from now on; numbers filed before keep the definition under which they were counted."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "measures.edited", kit.now())
        actor, measure = _whose(session, body, carried.measure)
        edited = forms.read(view, Edited)
        confirmed = forms.guard(view, known.of(session, kit, measure.collaborative_id))
        _must_be_theirs(session, measure, carried)
        fields = _checked(edited, measure)
        before = definitions.change(session, measure, fields, by=actor.id, now=kit.now())
        version = definitions.current(session, measure, kit.now())
        audit.note(
            session, "measure.changed", by=actor.id, subject=f"measure:{measure.id}", now=kit.now(),
            fields=sorted(before), version=version, confirmed=confirmed,
        )  # fmt: skip
    ack(response_action="clear")
    again = before.keys() & set(definitions.WORDS)
    counted = f" From now on numbers are counted by version {version} of its definition." if again else ""
    answers.tell(kit, body, f"Saved: {measure.code}.{counted}" if before else f"{measure.code} stays as it was.")


def open_without(ack: Ack, body: Body, kit: Kit) -> None:
    """Which teams do without a measure, who said so, and one more."""
    ack()
    with kit.store.reading() as session:
        _, measure = _whose(session, body, forms.pressed(body))
        values = _without(session, measure, kit)
    answers.open_view(kit, body, "measures/without", values)


def opt_out(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """A team does without it from a month on; it isn't asked for any more."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "measures.opted_out", kit.now())
        actor, measure = _whose(session, body, forms.carried(view, Carried).measure)
        chosen = forms.read(view, Without)
        team, since = session.get(Team, chosen.team), months.read(chosen.since, _next_year(measure, session, kit))
        if team is None or team.collaborative_id != measure.collaborative_id:
            raise FieldError("team", "Please choose a team of this collaborative.")
        if since is None:
            raise FieldError("since", "Please choose a month.")
        measures.opt_out(session, team, measure, since=since, by=actor.id, now=kit.now())
        _noted(session, "measure.opted_out", actor, measure, team, since, kit)
    ack(response_action="clear")
    answers.tell(kit, body, f"{team.name} does without {measure.code} from {months.called(since)} on.")


def opt_in(ack: Ack, body: Body, kit: Kit) -> None:
    """A team counts it again from this month on."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "measures.opt_in", kit.now())
        row = session.get(OptOut, forms.pressed(body))
        actor, measure = _whose(session, body, row.measure_id if row else 0)
        assert row is not None, "its measure was found"
        team = session.get_one(Team, row.team_id)
        since = measures.month_of(times.local_day(kit.now(), team.timezone))
        measures.opt_in(session, team, measure, since=since)
        _noted(session, "measure.opted_in", actor, measure, team, since, kit)
        session.flush()
        values = _without(session, measure, kit)
    ack()
    answers.replace_view(kit, body, "measures/without", values)


def _list(session: Session, row: int) -> Values:
    collaborative = session.get(Collaborative, row)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    every = measures.all_of(session, row)
    return {
        "collaborative": collaborative,
        "lines": [{"measure": one, "facts": _facts(session, one)} for one in every[:MOST]],
        "more": max(len(every) - MOST, 0),
    }


def _facts(session: Session, measure: Measure) -> str:
    goal = f"goal {measure.goal:g}" if measure.goal is not None else "no goal"
    version = len(definitions.versions(session, measure)) or 1
    lag = f", {measure.lag_months} months later" if measure.lag_months else ""
    due = f"due on day {measure.due_day}{lag}"
    return f"{measure.kind}, {DIRECTIONS[measure.direction].lower()}, {goal}, {due}, version {version}"


def _checked(edited: Edited, measure: Measure) -> dict[str, Any]:
    """The fields as they are kept; raises FieldError with a sentence on its box."""
    if edited.due_day != int(edited.due_day) or not 1 <= edited.due_day <= 28:
        raise FieldError("due_day", "A day from 1 to 28, which every month has.")
    if measure.unit == "percent" and edited.goal is not None and not 0 <= edited.goal <= 100:
        raise FieldError("goal", f"A percent lies between 0 and 100; {edited.goal:g} doesn't.")
    if measure.shape != "value" and not (edited.numerator and edited.denominator):
        box = "numerator" if not edited.numerator else "denominator"
        raise FieldError(box, f"A {measure.shape} needs both: please say in words what is counted here.")
    return {**edited.model_dump(), "due_day": int(edited.due_day)}


def _must_be_theirs(session: Session, measure: Measure, carried: Carried) -> None:
    known_now = definitions.versions(session, measure)
    if len(known_now) > max(carried.seen, 1):
        by = pdsa_facts.name_of(session, known_now[-1].person_id) if known_now[-1].person_id else "A file"
        raise FieldError(
            "numerator",
            f"{by} changed the definition while you were writing. Your words are still here: please copy what you want "
            "to keep, and open it again to see theirs.",
        )


def _without(session: Session, measure: Measure, kit: Kit) -> Values:
    today = _today(session, measure, kit)
    opted = select(OptOut, Team).join(Team).where(OptOut.measure_id == measure.id).order_by(col(OptOut.id))
    now = [(one, team) for one, team in session.exec(opted) if one.until is None or one.until > today]
    teams = session.exec(
        select(Team).where(Team.collaborative_id == measure.collaborative_id, col(Team.status).not_in(GONE))
    )
    first = measures.moved(measures.month_of(today), -1)
    since = [measures.moved(first, count) for count in range(MONTHS)]
    return {
        "measure": measure,
        "lines": [(one.id, _said(session, one, team)) for one, team in now[:MOST]],
        "teams": sorted(((str(team.id), team.name[:75]) for team in teams), key=lambda one: one[1].casefold())[:100],
        "months": [(f"{month:%Y-%m}", months.called(month)) for month in since],
        "month": f"{since[1]:%Y-%m}",
        "meta": json.dumps({"measure": measure.id}),
    }


def _said(session: Session, one: OptOut, team: Team) -> str:
    by, day = pdsa_facts.name_of(session, one.person_id), times.day(times.local_day(one.at, team.timezone))
    return f"{team.name}: from {months.called(one.since)} on. {by} said so on {day}."


def _noted(session: Session, act: str, actor: Actor, measure: Measure, team: Team, since: date, kit: Kit) -> None:
    subject = f"measure:{measure.id}"
    audit.note(session, act, by=actor.id, subject=subject, now=kit.now(), team=team.id, since=since.isoformat())
    measure_cards.show(session, team, kit.now())


def _today(session: Session, measure: Measure, kit: Kit) -> date:
    collaborative = session.get_one(Collaborative, measure.collaborative_id)
    return times.local_day(kit.now(), collaborative.timezone)


def _next_year(measure: Measure, session: Session, kit: Kit) -> date:
    """Months to come may be chosen here too."""
    return measures.moved(_today(session, measure, kit), MONTHS)


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Measure]:
    """The measure, when this person may look after it; the check is on the record."""
    actor, measure = access.actor(session, body), session.get(Measure, row)
    if measure is None:
        raise Gone("This measure isn't in the record any more.")
    actor.must("measures.manage", collaborative=measure.collaborative_id)
    return actor, measure

"""A call or session is planned or changed by a form, which first shows the next dates as it understood them."""

import json
from datetime import date, time
from typing import Any, Literal

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, outbox
from bot.access import Actor
from bot.cards import call_places, event_forms, event_moves, event_news
from bot.domain import calendar_files, event_edits, event_facts, event_plans, event_repeats, events, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.event_edits import Rearranged
from bot.domain.event_plans import Plan
from bot.domain.events import Event
from bot.errors import BotError, FieldError, FieldErrors, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.kit import Kit
from bot.planning import announcing
from bot.routes import Registrar

Body = dict[str, Any]
FORM = "events.planned"
GONE = "This call isn't in the calendar any more. Please open the list anew."
CHANGED = "{by} changed this call while you looked, so nothing was saved for you. Please open it anew."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("events.new")(open_empty)
    app.action("events.edit")(open_filled)
    app.view(FORM)(save)


class Carried(BaseModel):
    """Whose call it is, which one, and as it stood: claims, checked again."""

    collaborative: int
    event: int = 0
    sequence: int = 0
    subject: str = ""  # under which half-written words are kept
    shown: str = ""  # the mark of the dates that were shown


class Chosen(BaseModel):
    """The form."""

    kind: Literal["call", "session", "coaching", "office_hours", "congress"]
    title: str
    day: date
    at: time
    minutes: int
    last_day: date | None = None
    repeats: Literal["once", "week", "two_weeks", "month", "last", "rule"]
    until: date | None = None
    rule: str = ""
    join_url: str = ""
    agenda: str = ""
    host: str = event_forms.NOBODY
    presenters: int = 0


def open_empty(ack: Ack, body: Body, kit: Kit) -> None:
    """Plan a call."""
    ack()
    open_new(body, kit, forms.pressed(body))


def open_new(body: Body, kit: Kit, collaborative_id: int) -> None:
    """The empty form, for that collaborative."""
    with kit.store.reading() as session:
        actor, collaborative = whose(session, body, collaborative_id)
        carried = Carried(collaborative=collaborative_id, subject=f"planned:{collaborative_id}")
        values = _form(session, actor, collaborative, None, carried, kit)
    answers.open_view(kit, body, "events/form", values)


def open_filled(ack: Ack, body: Body, kit: Kit) -> None:
    """Change a call: the link, the agenda, the host, or when it is."""
    ack()
    with kit.store.reading() as session:
        event = session.get(Event, forms.pressed(body))
        actor, collaborative = whose(session, body, event.collaborative_id if event else 0)
        if event is None:
            raise Gone(GONE)
        carried = Carried(
            collaborative=collaborative.id or 0, event=event.id or 0, sequence=event.sequence,
            subject=f"event:{event.id}:{event.sequence}",
        )  # fmt: skip
        values = _form(session, actor, collaborative, event, carried, kit)
    answers.open_view(kit, body, "events/form", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """What was shown is in the calendar; where the dates weren't shown yet, they are, in the open form."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now(), {"response_action": "clear"})
        carried = forms.carried(view, Carried)
        actor, collaborative = whose(session, body, carried.collaborative)
        event = _as_it_stood(session, carried)
        try:
            plan = _plan(session, collaborative, view, event, kit)
        except (FieldError, FieldErrors) as fault:
            if not carried.shown:
                raise
            blank = carried.model_copy(update={"shown": ""})  # the dates that were shown aren't those of the form now
            refused = kit.templates.render("events/form", _form(session, actor, collaborative, event, blank, kit))
            raise AskAgain(forms.faulted(refused, fault)) from fault
        found = _rearranged(session, collaborative, event, plan, view, kit) if event else None
        if carried.shown != (mark := event_forms.mark(forms.values(view))):
            announced = event_moves.announced(session, event) if event else set()
            shown = event_forms.understood(session, collaborative, plan, event, found, announced, kit.now())
            again = carried.model_copy(update={"shown": mark})
            values = {**_form(session, actor, collaborative, event, again, kit), "understood": shown, "kept": False}
            raise AskAgain(kit.templates.render("events/form", values))
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        if event and found:
            told = _change(session, actor, collaborative, event, plan, found, view, kit)
        else:
            event = event_plans.plan_call(session, collaborative, plan, by=actor.id, now=kit.now())
            told = announcing.words(session, collaborative, event.starts, kit.now())
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        _note(session, actor, event, confirmed, kit)
        event_moves.follow(session, collaborative, event, kit)
        how = event_repeats.words(plan.repeats, plan.starts, collaborative.timezone)
    ack(response_action="clear")
    answers.tell(kit, body, f"Saved. {plan.title} is in the calendar{', ' + how if how else ''}. {told}")


def _change(
    session: Session, actor: Actor, collaborative: Collaborative, event: Event, plan: Plan, found: Rearranged,
    view: Body, kit: Kit,
) -> str:  # fmt: skip
    """The event as planned from now on; moved dates are told of, other changes only where that is ticked."""
    names = event_edits.differs(event, plan, collaborative.timezone)
    event_edits.edit(session, collaborative, event, plan, found, by=actor.id, now=kit.now())
    event_moves.move(session, collaborative, found.moves, actor.id, kit)
    what = event_forms.changed(names)
    if what and forms.values(view).get("tell") == ["tell"] and collaborative.launched_at:
        _tell_everyone(session, collaborative, event, what, kit)
        calendar_files.renew(session, event, kit.now())
        return f"Everyone reads in the channel that this is new: {', '.join(event_forms.told(what))}."
    if found.moves:
        return f"{event_facts.counted(len(found.moves), 'date')} that people knew of changed: they are told."
    return "The cards show it, and nobody is told."


def _tell_everyone(session: Session, collaborative: Collaborative, event: Event, what: int, kit: Kit) -> None:
    everyone, edited = call_places.everyone(session, collaborative.id or 0), event_news.edited_key(event)
    for team, channel in call_places.of(session, event, everyone).items():
        outbox.plan(
            session, "events/edited", key=f"{edited}:in:{team}" if team else edited, to=f"channel:{channel}",
            at=kit.now(), why="a coordinator wanted everybody to know what is new about a call", now=kit.now(),
            event=event.id or 0, what=what,
        )  # fmt: skip


def _note(session: Session, actor: Actor, event: Event, confirmed: list[str], kit: Kit) -> None:
    subject = f"event:{event.id}"
    audit.note(session, "event.planned", by=actor.id, subject=subject, now=kit.now(), sequence=event.sequence)
    if confirmed:
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)


def _plan(session: Session, collaborative: Collaborative, view: Body, event: Event | None, kit: Kit) -> Plan:
    """What was chosen, as a plan; raises FieldError or FieldErrors where it can't be so."""
    chosen, zone = forms.read(view, Chosen), collaborative.timezone
    starts = event_plans.start(chosen.day, chosen.at, zone)
    teams = {str(team.id): team.id for team in rsvps.at_work(session, collaborative.id or 0)}
    if chosen.host not in (event_forms.NOBODY, event_forms.IN_TURN, *teams):
        raise FieldError("host", "This team doesn't take part any more. Please choose another.")
    plan = Plan(
        title=" ".join(chosen.title.split()), kind=chosen.kind, starts=starts, minutes=chosen.minutes,
        last_day=chosen.last_day, join_url=chosen.join_url.strip(), agenda=chosen.agenda.strip(),
        repeats=event_repeats.rule(chosen.repeats, starts, chosen.until, chosen.rule, zone),
        host=teams.get(chosen.host), hosts_in_turn=chosen.host == event_forms.IN_TURN, presenters=chosen.presenters,
    )  # fmt: skip
    event_plans.check(session, collaborative, plan, now=kit.now(), besides=event)
    return plan


def _rearranged(
    session: Session, collaborative: Collaborative, event: Event, plan: Plan, view: Body, kit: Kit
) -> Rearranged:  # fmt: skip
    """What becomes of its dates: nothing, where only other boxes were changed."""
    if event_forms.keeps_dates(session, collaborative, event, forms.values(view), kit.now()):
        return event_edits.unmoved(event)
    changed, announced = events.changes(session, collaborative.id), event_moves.announced(session, event)
    return event_edits.rearranged(
        event, changed, collaborative.timezone, plan, announced=announced, now=kit.now()
    )  # fmt: skip


def _as_it_stood(session: Session, carried: Carried) -> Event | None:
    """The event that is changed. Raises where it is gone, or somebody else changed it since the form was opened."""
    if not carried.event:
        return None
    event = session.get(Event, carried.event)
    if event is None or event.collaborative_id != carried.collaborative:
        raise Gone(GONE)
    if event.sequence != carried.sequence:
        raise BotError(CHANGED.format(by=event_facts.changer(session, event)))
    return event


def _form(
    session: Session, actor: Actor, collaborative: Collaborative, event: Event | None, carried: Carried, kit: Kit
) -> dict[str, Any]:
    """With the half-written words of last time, if there are any."""
    meta = json.loads(carried.model_dump_json())
    values = event_forms.form(session, collaborative, event, meta, kit.now())
    kept = drafts.kept(session, person=actor.id, form=FORM, subject=carried.subject)
    return {**values, "form": {**values["form"], **kept}, "kept": bool(kept)}


def whose(session: Session, body: Body, collaborative_id: int) -> tuple[Actor, Collaborative]:
    """Who plans, and where; the check is on the record."""
    actor, collaborative = access.actor(session, body), session.get(Collaborative, collaborative_id)
    actor.must("events.change", collaborative=collaborative_id)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, collaborative

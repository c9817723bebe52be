"""Measures, looked after in Slack: what there are, which teams do without one, and which ended for all."""

import json
from datetime import date
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session, col, select

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.cards import measure_cards, measure_lists
from bot.domain import measures, months, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.measures import Measure, OptOut
from bot.domain.teams import GONE, Team
from bot.errors import FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
Values = dict[str, Any]
MOST = 40  # teams without a measure, in one window
MONTHS = 12  # from which a team may do without


def register(app: Registrar) -> None:
    """What those who look after measures can do."""
    app.action("measures.settings")(open_list)
    app.action("measures.before")(show_page)
    app.action("measures.after")(show_page)
    app.action("measures.without")(open_without)
    app.view("measures.opted_out")(opt_out)
    app.action("measures.opt_in")(opt_in)
    app.action("measures.end")(open_end)
    app.view("measures.ended")(end)
    app.action("measures.take_up")(take_up)


class Listed(BaseModel):
    """Whose measures are listed: a claim, checked again."""

    collaborative: int


class Carried(BaseModel):
    """The measure: a claim, checked again."""

    measure: int


class Ending(BaseModel):
    """The first month that isn't asked for any more."""

    since: str


class Without(Ending):
    """The same for one team."""

    team: int


def open_list(ack: Ack, body: Body, kit: Kit) -> None:
    """Every measure with its definition, goal and due day."""
    ack()
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.pressed(body)
        actor.must("measures.manage", collaborative=row)
        values = measure_lists.page(session, row, 0)
    answers.open_view(kit, body, "measures/settings", values)


def show_page(ack: Ack, body: Body, kit: Kit) -> None:
    """Other measures of the same list."""
    ack()
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.carried(body["view"], Listed).collaborative
        actor.must("measures.manage", collaborative=row)
        values = measure_lists.page(session, row, forms.pressed(body))
    answers.replace_view(kit, body, "measures/settings", values)


def open_without(ack: Ack, body: Body, kit: Kit) -> None:
    """Which teams do without a measure, who said so, and one more."""
    ack()
    with kit.store.reading() as session:
        _, measure = whose(session, body, forms.pressed(body))
        values = _without(session, measure, kit)
    answers.open_view(kit, body, "measures/without", values)


def opt_out(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """A team does without it from a month on; it isn't asked for any more."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "measures.opted_out", kit.now())
        actor, measure = whose(session, body, forms.carried(view, Carried).measure)
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
        actor, measure = whose(session, body, row.measure_id if row else 0)
        assert row is not None, "its measure was found"
        team = session.get_one(Team, row.team_id)
        since = measures.month_of(times.local_day(kit.now(), team.timezone))
        measures.opt_in(session, team, measure, since=since)
        _noted(session, "measure.opted_in", actor, measure, team, since, kit)
        session.flush()
        values = _without(session, measure, kit)
    ack()
    answers.replace_view(kit, body, "measures/without", values)


def open_end(ack: Ack, body: Body, kit: Kit) -> None:
    """From which month on it is asked no more; or, where it has ended, since when."""
    ack()
    with kit.store.reading() as session:
        _, measure = whose(session, body, forms.pressed(body))
        values = _ending(session, measure, kit)
    answers.open_view(kit, body, "measures/end", values)


def end(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """No team is asked for it from a month on; its numbers and charts stay."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "measures.ended", kit.now())
        actor, measure = whose(session, body, forms.carried(view, Carried).measure)
        since = months.read(forms.read(view, Ending).since, _next_year(measure, session, kit))
        if since is None:
            raise FieldError("since", "Please choose a month.")
        if found := measures.ending(session, measure):
            raise FieldError("since", _since(session, measure, found))
        measures.end(session, measure, since=since, by=actor.id, now=kit.now())
        _noted_for_all(session, "measure.ended", actor, measure, since, kit)
    ack(response_action="clear")
    answers.tell(kit, body, f"{measure.code} is asked no more from {months.called(since)} on. Its numbers stay.")


def take_up(ack: Ack, body: Body, kit: Kit) -> None:
    """It is asked again from this month on."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "measures.take_up", kit.now())
        actor, measure = whose(session, body, forms.pressed(body))
        since = measures.month_of(_today(session, measure, kit))
        measures.take_up(session, measure, since=since)
        _noted_for_all(session, "measure.taken_up", actor, measure, since, kit)
        session.flush()
        values = _ending(session, measure, kit)
    ack()
    answers.replace_view(kit, body, "measures/end", values)


def whose(session: Session, body: Body, row: int) -> tuple[Actor, Measure]:
    """The measure, when this person may look after it; the check is on the record."""
    actor, measure = access.actor(session, body), session.get(Measure, row)
    if measure is None:
        raise Gone("This measure isn't in the record any more.")
    actor.must("measures.manage", collaborative=measure.collaborative_id)
    return actor, measure


def _ending(session: Session, measure: Measure, kit: Kit) -> Values:
    this, found = measures.month_of(_today(session, measure, kit)), measures.ending(session, measure)
    offered = [measures.moved(this, count) for count in range(MONTHS)]
    return {
        "measure": measure,
        "ended": _since(session, measure, found) if found else "",
        "months": [(f"{month:%Y-%m}", months.called(month)) for month in offered],
        "month": f"{this:%Y-%m}",
        "meta": Carried(measure=measure.id or 0).model_dump_json(),
    }


def _since(session: Session, measure: Measure, ending: OptOut) -> str:
    zone = session.get_one(Collaborative, measure.collaborative_id).timezone
    by, day = pdsa_facts.name_of(session, ending.person_id), times.day(times.local_day(ending.at, zone))
    return f"It is asked no more from {months.called(ending.since)} on. {by} said so on {day}."


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


def _noted_for_all(session: Session, act: str, actor: Actor, measure: Measure, since: date, kit: Kit) -> None:
    audit.note(session, act, by=actor.id, subject=f"measure:{measure.id}", now=kit.now(), since=since.isoformat())
    measure_cards.show_all(session, measure.collaborative_id, kit.now())


def _today(session: Session, measure: Measure, kit: Kit) -> date:
    collaborative = session.get_one(Collaborative, measure.collaborative_id)
    return times.local_day(kit.now(), collaborative.timezone)


def _next_year(measure: Measure, session: Session, kit: Kit) -> date:
    """Months to come may be chosen here too."""
    return measures.moved(_today(session, measure, kit), MONTHS)

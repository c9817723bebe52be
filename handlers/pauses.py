"""A team's pause, begun and ended in Slack by its lead or a coordinator, or for an alert; it always has an end."""

from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, home, inbox, outbox, times
from bot.access import Actor
from bot.cards import alert_cards
from bot.domain import alerts, contacts, pauses, team_facts
from bot.domain.alerts import Alert
from bot.domain.teams import GONE, Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.homes import screen
from bot.kit import Kit
from bot.routes import Registrar
from handlers import pdsa_read

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("pause.open")(open_form)
    app.action("pause.for_alert")(open_for_alert)
    app.action("pause.over")(end)
    app.view("pause.saved")(save)


class Carried(BaseModel):
    """The team that pauses, and for which alert: a claim, checked again."""

    team: int
    alert: int | None = None


class Pause(BaseModel):
    """The form: the first day at work again, and why."""

    until: date
    reason: str = Field(default="", max_length=200)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """From today until two weeks from now, to be changed."""
    ack()
    show_form(body, kit, forms.pressed(body))


def show_form(body: Body, kit: Kit, row: int) -> None:
    """The same for a team that is known already."""
    with kit.store.reading() as session:
        actor, team = _whose(session, body, row)
    _shown(kit, body, team, Carried(team=team.id or 0), "ours" if team.id in actor.team_ids else "theirs")


def open_for_alert(ack: Ack, body: Body, kit: Kit) -> None:
    """The same for coach and faculty, who were told about the team."""
    ack()
    with kit.store.reading() as session:
        _, team, alert = _alerted(session, body, forms.pressed(body), kit)
    _shown(kit, body, team, Carried(team=team.id or 0, alert=alert.id), "")


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It holds from now on, stands on the team card, and is in the trail."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "pause.saved", kit.now())
        carried = forms.carried(view, Carried)
        actor, team, alert = (
            _alerted(session, body, carried.alert, kit)
            if carried.alert is not None
            else (*_whose(session, body, carried.team), None)
        )
        told = forms.read(view, Pause)
        _must_end(told.until, _today(team, kit))
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        pauses.begin(session, team, told.until, " ".join(told.reason.split()), today=_today(team, kit))
        _changed(session, team, actor, "team.paused", kit, until=told.until.isoformat(), confirmed=confirmed)
        if alert:
            contacts.note(session, alert, actor.id, contacts.PAUSED, kit.now())
            alert_cards.show(session, alert, kit.now())
        sentence = team_facts.standing(team)
    ack(**forms.closing(view))
    answers.tell(kit, body, f"{team.name}: {sentence} I ask nothing of its people before that day. Resume ends it.")


def end(ack: Ack, body: Body, kit: Kit) -> None:
    """Resume: its people are asked again from now on."""
    ack()
    with kit.store.transaction() as session:
        actor, team = _whose(session, body, forms.pressed(body))
        if team.status != "paused":
            raise Gone(f"{team.name} doesn't pause just now, so nothing changes.")
        pauses.end(session, team, today=_today(team, kit))
        _changed(session, team, actor, "team.resumed", kit)
        session.flush()
        values = screen.gather(session, actor, kit)
        of_team = pdsa_read.cycles_of(session, actor, team)
    window = (body.get("view") or {}).get("callback_id")
    if window == "home.window":
        answers.replace_view(kit, body, "home/actions", values)
    if window == "pdsa.cycles":
        answers.replace_view(kit, body, "pdsa/list", of_team)
    answers.tell(kit, body, f"{team.name} is at work again, and its people are asked again from now on.")


def _shown(kit: Kit, body: Body, team: Team, carried: Carried, leaves: str) -> None:
    until = _today(team, kit) + timedelta(days=14)
    values = {"team": team, "until": until.isoformat(), "meta": carried.model_dump_json(), "leaves": leaves}
    answers.open_view(kit, body, "pauses/form", values)


def _must_end(until: date, today: date) -> None:
    if until <= today:
        raise FieldError("until", "Please choose a day after today: a pause ends by itself.")
    if (until - today).days > pauses.MOST:
        raise FieldError("until", f"A pause takes up to {pauses.MOST} days. Please choose an earlier day.")


def _changed(session: Session, team: Team, actor: Actor, act: str, kit: Kit, **detail: Any) -> None:
    """The card, the Homes of its people and the trail know it with the fact."""
    session.add(team)
    audit.note(session, act, by=actor.id, subject=f"team:{team.id}", now=kit.now(), **detail)
    outbox.say_again(session, f"team:{team.id}", now=kit.now())
    home.refresh(session, [actor.id, *home.people_of(session, team)], kit.now())


def _whose(session: Session, body: Body, team_id: int) -> tuple[Actor, Team]:
    actor, team = access.actor(session, body), access.team_of(session, team_id)
    actor.must("team.pause", collaborative=team.collaborative_id, team=team)
    return actor, _still_here(team)


def _alerted(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Team, Alert]:
    actor, found = access.standing_in(session, access.actor(session, body), kit.now()), session.get(Alert, row)
    team = access.team_of(session, found.team_id if found else 0)
    actor.must("alerts.pause", collaborative=team.collaborative_id, team=team)
    return actor, _still_here(team), alerts.get(session, row)


def _still_here(team: Team) -> Team:
    if team.status in GONE:
        raise Gone(f"{team.name}: {team_facts.standing(team)} A coordinator can take it in again.")
    return team


def _today(team: Team, kit: Kit) -> date:
    return times.local_day(kit.now(), team.timezone)

"""What coach and faculty do about an alert: call, say what came of it, or set it aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, home, inbox, times
from bot.access import Actor
from bot.cards import alert_cards, alert_reminders, digest_cards
from bot.domain import alerts, contacts, pdsa_facts
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers.home import show_again

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("alerts.call")(call)
    app.action("alerts.spoke")(open_spoke)
    app.view("alerts.spoken")(spoken)
    app.action("alerts.calm")(open_calm)
    app.view("alerts.calmed")(calmed)
    app.action("alerts.later")(later)


class Carried(BaseModel):
    """The alert a form is about, and the message it was opened from: claims, checked again."""

    alert: int
    channel: str = ""
    ts: str = ""


class Spoken(BaseModel):
    """What came of a talk."""

    outcome: str
    note: str = Field(default="", max_length=alerts.MOST)


class Calmed(BaseModel):
    """Why it is not a worry."""

    why: str = Field(max_length=alerts.MOST)


def call(ack: Ack, body: Body, kit: Kit) -> None:
    """I'll call."""
    with shown_if_over(body, kit), kit.store.transaction() as session:
        actor, alert, team = _pressed(session, body, kit, "alerts.call")
        before = contacts.will_call(session, alert, actor.id, kit.now())
        if before:
            alert_cards.hand_over(session, alert, before, actor.id, kit.now())
        then = f" {pdsa_facts.name_of(session, before)} hears that you do." if before else ""
        _shown(session, actor, alert, kit)
        digest_cards.show_pressed(session, *place(body), kit.now())
    ack()
    show_again(kit, body)
    told = f"Thank you. The card says that you call {team.name}; Already spoke tells what came of it.{then}"
    answers.tell(kit, body, told)


def open_spoke(ack: Ack, body: Body, kit: Kit) -> None:
    """Already spoke: what came of it."""
    _open(ack, body, kit, "alerts/spoke", {"outcomes": contacts.OUTCOMES, "most": alerts.MOST})


def spoken(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands on the card."""
    with kit.store.transaction() as session:
        actor, alert, team = _sent(session, body, view, kit, "alerts.spoken")
        told = forms.read(view, Spoken)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        if told.outcome not in contacts.OUTCOMES:
            raise FieldError("outcome", "Please choose how they are.")
        alert_cards.spoken(session, alert, actor.id, told.outcome, told.note, kit.now())
        _noted(session, actor, alert, "alert.spoken", kit, confirmed)
        _shown(session, actor, alert, kit)
        carried = forms.carried(view, Carried)
        digest_cards.show_pressed(session, carried.channel, carried.ts, kit.now())
    ack()


def open_calm(ack: Ack, body: Body, kit: Kit) -> None:
    """Not a worry: why."""
    _open(ack, body, kit, "alerts/calm", {"most": alerts.MOST})


def calmed(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It is over, and comes again only for a reason that is new."""
    with kit.store.transaction() as session:
        actor, alert, team = _sent(session, body, view, kit, "alerts.calmed")
        told = forms.read(view, Calmed)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        alerts.calm(session, alert, actor.id, told.why, kit.now())
        _noted(session, actor, alert, "alert.calmed", kit, confirmed)
        _shown(session, actor, alert, kit)
    ack()


def later(ack: Ack, body: Body, kit: Kit) -> None:
    """Remind me on the next Thursday, of whatever is open of the team."""
    with kit.store.transaction() as session:
        actor, alert, team = _pressed(session, body, kit, "alerts.later")
        here = session.get_one(Collaborative, team.collaborative_id)
        day = alerts.thursday(times.local_day(kit.now(), here.timezone))
        alerts.sleep(session, alert, day)
        alert_reminders.plan(session, alert, here, actor.id, day, kit.now())
        _shown(session, actor, alert, kit)
    ack()
    show_again(kit, body)
    answers.tell(kit, body, f"I remind you of {team.name} on {times.day(day)}, unless they are back before.")


def _open(ack: Ack, body: Body, kit: Kit, form: str, more: dict[str, Any]) -> None:
    ack()
    with shown_if_over(body, kit), kit.store.reading() as session:
        _, alert, team = whose(session, body, forms.pressed(body), kit)
        channel, ts = place(body)
        meta = Carried(alert=alert.id or 0, channel=channel, ts=ts).model_dump_json()
        values = {"team": team, "meta": meta, **more}
    answers.open_view(kit, body, form, values)


def _pressed(session: Session, body: Body, kit: Kit, what: str) -> tuple[Actor, Alert, Team]:
    inbox.once(session, inbox.click_key(body), what, kit.now())
    return whose(session, body, forms.pressed(body), kit)


def _sent(session: Session, body: Body, view: Body, kit: Kit, what: str) -> tuple[Actor, Alert, Team]:
    inbox.form_once(session, body, what, kit.now())
    return whose(session, body, forms.carried(view, Carried).alert, kit)


def whose(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Alert, Team]:
    """The alert, when this person may look after its team."""
    actor, found = access.standing_in(session, access.actor(session, body), kit.now()), session.get(Alert, row)
    team = access.team_of(session, found.team_id if found else 0)
    actor.must("alerts.handle", collaborative=team.collaborative_id, team=team)
    return actor, alerts.get(session, row), team


@contextmanager
def shown_if_over(body: Body, kit: Kit) -> Iterator[None]:
    """The digest whose button came too late loses it."""
    try:
        yield
    except Gone:
        with kit.store.transaction() as session:
            digest_cards.show_pressed(session, *place(body), kit.now())
        raise


def place(body: Body) -> tuple[str, str]:
    """The channel and the message in which it was pressed; in a window there is none."""
    return str((body.get("channel") or {}).get("id", "")), str((body.get("message") or {}).get("ts", ""))


def _noted(session: Session, actor: Actor, alert: Alert, act: str, kit: Kit, confirmed: list[str]) -> None:
    audit.note(session, act, by=actor.id, subject=alert_cards.key(alert), now=kit.now(), confirmed=confirmed)


def _shown(session: Session, actor: Actor, alert: Alert, kit: Kit) -> None:
    """The card knows it with the fact, and so does their Home."""
    alert_cards.show(session, alert, kit.now())
    home.refresh(session, [actor.id], kit.now())

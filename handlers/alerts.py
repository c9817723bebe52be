"""What coach and faculty do about an alert: call, say what came of it, set it aside, or have the team lead asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, home, inbox, outbox, times
from bot.access import Actor
from bot.cards import alert_cards, digest_cards
from bot.domain import alerts, contacts, hours, pdsa_facts
from bot.domain.alert_rules import REASONS
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers.home import show_again

Body = dict[str, Any]
SLEEPS = "you asked me to remind you of this team"
ASKS = "somebody in faculty asked me to ask you"


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("alerts.more")(open_more)
    app.action("alerts.call")(call)
    app.action("alerts.spoke")(open_spoke)
    app.view("alerts.spoken")(spoken)
    app.action("alerts.calm")(open_calm)
    app.view("alerts.calmed")(calmed)
    app.action("alerts.later")(later)
    app.action("alerts.ask")(ask)
    app.action("alerts.good")(all_good)


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


def open_more(ack: Ack, body: Body, kit: Kit) -> None:
    """Everything else that one can do about an alert."""
    ack()
    with _shown_if_over(body, kit), kit.store.reading() as session:
        _, alert, team = _whose(session, body, forms.pressed(body), kit)
        values = {"alert": alert, "team": team, "name": REASONS[alert.reason].name}
    answers.open_view(kit, body, "alerts/more", values)


def call(ack: Ack, body: Body, kit: Kit) -> None:
    """I'll call."""
    with _shown_if_over(body, kit), kit.store.transaction() as session:
        actor, alert, team = _pressed(session, body, kit, "alerts.call")
        before = contacts.will_call(session, alert, actor.id, kit.now())
        if before:
            alert_cards.hand_over(session, alert, before, actor.id, kit.now())
        then = f" {pdsa_facts.name_of(session, before)} hears that you do." if before else ""
        _shown(session, actor, alert, kit)
        digest_cards.show_pressed(session, *_place(body), kit.now())
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
        if before := contacts.spoke(session, alert, actor.id, told.outcome, told.note, kit.now()):
            alert_cards.hand_over(session, alert, before, actor.id, kit.now())
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
    """Remind me Thursday."""
    with kit.store.transaction() as session:
        actor, alert, team = _pressed(session, body, kit, "alerts.later")
        zone = session.get_one(Collaborative, team.collaborative_id).timezone
        day = alerts.thursday(times.local_day(kit.now(), zone))
        alerts.sleep(session, alert, day)
        outbox.plan(
            session, "alerts/coach", key=alert_cards.reminder_key(alert, actor.id, day), to=f"person:{actor.id}",
            at=times.at(day, times.NINE, zone), why=SLEEPS, now=kit.now(), alert=alert.id or 0, again=1,
            person=actor.id, day=day.toordinal(),
        )  # fmt: skip
        _shown(session, actor, alert, kit)
    ack()
    show_again(kit, body)
    answers.tell(kit, body, f"I remind you of {team.name} on {times.day(day)}, unless they are back before.")


def ask(ack: Ack, body: Body, kit: Kit) -> None:
    """Ask them for me: the team lead gets one question, in this person's name."""
    with kit.store.transaction() as session:
        actor, alert, team = _pressed(session, body, kit, "alerts.ask")
        lead = alert_cards.lead(session, team)
        if lead is None:
            raise BotError(f"Nobody of {team.name} is in Slack yet, so there is nobody to ask.")
        if before := next((one for one in contacts.log(session, alert) if one.what == contacts.ASKED), None):
            by, day = pdsa_facts.name_of(session, before.person_id), times.local_day(before.at, team.timezone)
            raise BotError(
                f"{by} had them asked on {times.day(day)} already. One question is enough; a call says more."
            )
        contacts.note(session, alert, actor.id, contacts.ASKED, kit.now())
        at = max(kit.now(), hours.of_person(session, lead, team).on(times.local_day(kit.now(), team.timezone)))
        outbox.plan(
            session, "alerts/asked", key=alert_cards.asked_key(alert), to=f"person:{lead.id}", at=at, why=ASKS,
            until=kit.now() + timedelta(days=7), now=kit.now(), alert=alert.id or 0, person=lead.id or 0, by=actor.id,
        )  # fmt: skip
        when = times.coming(at, kit.now(), hours.zone(session, lead))
        _shown(session, actor, alert, kit)
    ack()
    show_again(kit, body)
    answers.tell(kit, body, f"I ask {lead.name or 'the team lead'} in your name how it goes, {when}.")


def all_good(ack: Ack, body: Body, kit: Kit) -> None:
    """The team lead's answer: all good, only quiet."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "alerts.good", kit.now())
        actor, found = access.actor(session, body), session.get(Alert, forms.pressed(body))
        team = access.team_of(session, found.team_id if found else 0)
        actor.must("ask.answer", collaborative=team.collaborative_id, team=team)
        if found:
            contacts.note(session, found, actor.id, contacts.ANSWERED, kit.now())
            _shown(session, actor, found, kit)
    ack()
    answers.tell(kit, body, "Thank you. I pass it on: all good, just quiet.")


def _open(ack: Ack, body: Body, kit: Kit, form: str, more: dict[str, Any]) -> None:
    ack()
    with _shown_if_over(body, kit), kit.store.reading() as session:
        _, alert, team = _whose(session, body, forms.pressed(body), kit)
        channel, ts = _place(body)
        meta = Carried(alert=alert.id or 0, channel=channel, ts=ts).model_dump_json()
        values = {"team": team, "meta": meta, **more}
    answers.open_view(kit, body, form, values)


def _pressed(session: Session, body: Body, kit: Kit, what: str) -> tuple[Actor, Alert, Team]:
    inbox.once(session, inbox.click_key(body), what, kit.now())
    return _whose(session, body, forms.pressed(body), kit)


def _sent(session: Session, body: Body, view: Body, kit: Kit, what: str) -> tuple[Actor, Alert, Team]:
    inbox.form_once(session, body, what, kit.now())
    return _whose(session, body, forms.carried(view, Carried).alert, kit)


def _whose(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Alert, Team]:
    """The alert, when this person may look after its team."""
    actor, found = access.standing_in(session, access.actor(session, body), kit.now()), session.get(Alert, row)
    team = access.team_of(session, found.team_id if found else 0)
    actor.must("alerts.handle", collaborative=team.collaborative_id, team=team)
    return actor, alerts.get(session, row), team


@contextmanager
def _shown_if_over(body: Body, kit: Kit) -> Iterator[None]:
    """The digest whose button came too late loses it."""
    try:
        yield
    except Gone:
        with kit.store.transaction() as session:
            digest_cards.show_pressed(session, *_place(body), kit.now())
        raise


def _place(body: Body) -> tuple[str, str]:
    """The channel and the message in which it was pressed; in a window there is none."""
    return str((body.get("channel") or {}).get("id", "")), str((body.get("message") or {}).get("ts", ""))


def _noted(session: Session, actor: Actor, alert: Alert, act: str, kit: Kit, confirmed: list[str]) -> None:
    audit.note(session, act, by=actor.id, subject=alert_cards.key(alert), now=kit.now(), confirmed=confirmed)


def _shown(session: Session, actor: Actor, alert: Alert, kit: Kit) -> None:
    """The card knows it with the fact, and so does their Home."""
    alert_cards.show(session, alert, kit.now())
    home.refresh(session, [actor.id], kit.now())

"""The call sheet: what coach and faculty read before they dial, what they note, and the next test that they offer."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, outbox, reports, times
from bot.access import Actor
from bot.cards import alert_cards, callsheet_cards
from bot.domain import alerts, callsheets, checkins, contacts, hours, pdsa_facts
from bot.domain.alerts import Alert
from bot.domain.callsheets import CallSheet, Noted
from bot.domain.pdsa import Started
from bot.domain.teams import GONE, Team
from bot.errors import BotError, FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycle_forms

Body = dict[str, Any]
FORM = "callsheets.noted"
OFFERS = "somebody in faculty asked me to offer you a next test"


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("callsheets.open")(open_sheet)
    app.action("callsheets.for_alert")(open_for_alert)
    app.action("callsheets.correct")(open_to_correct)
    app.view(FORM)(note)
    app.action("callsheets.test")(open_test)
    app.action("privacy.report_callsheet")(report)


class Carried(BaseModel):
    """The team, the notes that are corrected, and the alert it was opened from: claims, checked again."""

    team: int
    sheet: int | None = None
    alert: int | None = None
    subject: str = ""


def open_sheet(ack: Ack, body: Body, kit: Kit) -> None:
    """From a team's window, or its page."""
    _open(ack, body, kit, lambda _: Carried(team=forms.pressed(body)))


def open_for_alert(ack: Ack, body: Body, kit: Kit) -> None:
    """From an alert: a talk is noted for that one."""
    _open(ack, body, kit, lambda session: _alerted(session, forms.pressed(body)))


def open_to_correct(ack: Ack, body: Body, kit: Kit) -> None:
    """One's own notes, once more."""
    _open(ack, body, kit, lambda session: _corrected(session, forms.pressed(body)))


def note(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands in the next sheet, for faculty; the team lead is offered the test where that is ticked."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor, team = _whose(session, body, carried.team, kit)
        told = forms.read(view, Noted)
        sheet = _sheet(session, actor, carried) or CallSheet(team_id=team.id or 0, person_id=actor.id, at=kit.now())
        callsheets.check(told, times.local_day(kit.now(), team.timezone), sheet.due)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        callsheets.write(session, sheet, told)
        offered = _offer(session, sheet, team, kit, wanted=bool(told.offer))
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        kit.typing.forget(str(view["id"]))
        subject = callsheet_cards.offer_key(sheet)
        audit.note(session, "call.noted", by=actor.id, subject=subject, now=kit.now(), confirmed=confirmed)
        _log(session, carried, told.spoke, actor, kit)
    ack(**forms.closing(view))
    answers.tell(kit, body, f"Kept on the call sheet of {team.name}, for its coach, faculty and coordinators.{offered}")


def open_test(ack: Ack, body: Body, kit: Kit) -> None:
    """Make it a cycle: the quick form, with the agreed test and its day filled in."""
    ack()
    with kit.store.reading() as session:
        values = form(session, access.actor(session, body), forms.pressed(body), kit)
    answers.open_view(kit, body, "pdsa/start", values)


def form(session: Session, actor: Actor, row: int, kit: Kit) -> dict[str, Any]:
    """The quick form for the team that was offered the test; the check is on the record."""
    sheet = callsheets.get(session, row)
    team = access.team_of(session, sheet.team_id)
    actor.must("cycle.write", collaborative=team.collaborative_id, team=team)
    _must_be_open(session, sheet)
    carried = cycle_forms.Carried(team=team.id, agreed=sheet.id, subject=callsheets.agreed_subject(sheet))
    return cycle_forms.promised(session, actor, team, carried, sheet.due, kit.now())


def take(session: Session, row: int, cycle: Started, kit: Kit) -> None:
    """The cycle that was just started came of it: the offer and the next sheet say so."""
    sheet = session.get(CallSheet, row)
    if sheet is None or sheet.team_id != cycle.team_id or sheet.purged_at:
        return
    _must_be_open(session, sheet)
    sheet.cycle_id = cycle.id
    session.add(sheet)
    session.flush()
    outbox.say_again(session, callsheet_cards.offer_key(sheet), now=kit.now())


def report(ack: Ack, body: Body, kit: Kit) -> None:
    """The button on a note, and on what was offered: both go; what else stands in the open sheet stays."""
    about = {"callsheet": forms.pressed(body)}
    view = body.get("view")
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "privacy.report_callsheet", kit.now())
        receipt = reports.take_down(session, access.actor(session, body), about, kit)
    ack()
    if view:
        _show_without(body, view, about["callsheet"], kit)
    answers.tell(kit, body, reports.receipt(receipt, about))


def _show_without(body: Body, view: Body, gone: int, kit: Kit) -> None:
    """The open sheet without these notes; where they stood in its boxes to be corrected, these are empty then."""
    carried, typed = forms.carried(view, Carried), forms.values(view)
    corrected = carried.sheet == gone
    if corrected:
        kit.typing.forget(str(view["id"]))
        carried.sheet, carried.subject, typed = None, callsheets.subject(carried.team, None), {}
    with kit.store.reading() as session:
        actor, team = _whose(session, body, carried.team, kit)
        values = _values(session, actor, team, carried, typed, kit)
    if corrected:
        answers.restart_view(kit, body, kit.templates.render("callsheets/sheet", values))
    else:
        answers.replace_view(kit, body, "callsheets/sheet", values)


def _open(ack: Ack, body: Body, kit: Kit, meant: Callable[[Session], Carried]) -> None:
    ack()
    with kit.store.reading() as session:
        access.actor(session, body)
        carried = meant(session)
        actor, team = _whose(session, body, carried.team, kit)
        sheet = _sheet(session, actor, carried)
        carried.subject = callsheets.subject(team.id, sheet)
        typed = drafts.kept(session, person=actor.id, form=FORM, subject=carried.subject)
        values = _values(session, actor, team, carried, typed, kit)
    answers.open_view(kit, body, "callsheets/sheet", {**values, "kept": bool(typed)})


def _values(
    session: Session, actor: Actor, team: Team, carried: Carried, typed: dict[str, Any], kit: Kit
) -> dict[str, Any]:
    """The sheet, with what stood in its boxes, or what is corrected."""
    sheet = session.get(CallSheet, carried.sheet) if carried.sheet else None
    before = _stood(sheet) if sheet else {"spoke": "", "note": "", "agreed": "", "due": "", "offer": []}
    return {
        **callsheet_cards.sheet(session, team, actor.id, kit.now()),
        "form": {name: typed.get(name, told) for name, told in before.items()},
        "offered": callsheet_cards.is_said(session, sheet),
        "kept": False,
        "most": callsheets.MOST,
        "most_agreed": callsheets.MOST_AGREED,
        "meta": carried.model_dump_json(exclude_none=True),
    }


def _stood(sheet: CallSheet) -> dict[str, Any]:
    due = sheet.due.isoformat() if sheet.due else ""
    offer = ["yes"] if sheet.offered_to else []
    return {"spoke": "", "note": sheet.note, "agreed": sheet.agreed, "due": due, "offer": offer}


def _offer(session: Session, sheet: CallSheet, team: Team, kit: Kit, *, wanted: bool) -> str:
    """Offer the test at the lead's own hour, in the name of whoever noted it; returns what follows, in words."""
    key = callsheet_cards.offer_key(sheet)
    if callsheet_cards.is_said(session, sheet):
        change = outbox.say_again if sheet.agreed else outbox.recall
        change(session, key, now=kit.now())
        return ""
    if not wanted:
        sheet.offered_to = None
        outbox.unplan(session, key)
        return ""
    lead = checkins.addressee(session, team)
    if lead is None or team.status in (*GONE, "paused"):
        raise FieldError(
            "offer", "The team is at rest, or nobody of it is in Slack. Without the tick the test is kept."
        )
    sheet.offered_to = lead.id
    zone = hours.zone(session, lead)
    today = times.local_day(kit.now(), zone)
    at = max(kit.now(), hours.of_person(session, lead, team).on(today))
    outbox.plan(
        session, "callsheets/agreed", key=key, to=f"person:{lead.id}", at=at, why=OFFERS, now=kit.now(),
        callsheet=sheet.id or 0,
    )  # fmt: skip
    return f" {lead.name or 'The team lead'} is offered the test in your name, {times.coming(at, kit.now(), zone)}."


def _log(session: Session, carried: Carried, outcome: str, actor: Actor, kit: Kit) -> None:
    """A talk stands on the cards of the team's alerts, with how they are; a note alone is none, and stays here."""
    still_open = alerts.open_of(session, [carried.team])
    if still_open and outcome in contacts.OUTCOMES:
        alert = next((one for one in still_open if one.id == carried.alert), still_open[0])
        alert_cards.spoken(session, alert, actor.id, outcome, "", kit.now())
        alert_cards.show(session, alert, kit.now())


def _alerted(session: Session, row: int) -> Carried:
    alert = session.get(Alert, row)
    return Carried(team=alert.team_id if alert else 0, alert=row)


def _corrected(session: Session, row: int) -> Carried:
    return Carried(team=callsheets.get(session, row).team_id, sheet=row)


def _sheet(session: Session, actor: Actor, carried: Carried) -> CallSheet | None:
    """The notes that are corrected, by nobody but their author."""
    if carried.sheet is None:
        return None
    sheet = callsheets.get(session, carried.sheet)
    if sheet.person_id != actor.id or sheet.team_id != carried.team:
        by = pdsa_facts.name_of(session, sheet.person_id)
        raise BotError(f"These are {by}'s notes, and {by} corrects them. What you note stands beside them.")
    return sheet


def _whose(session: Session, body: Body, row: int, kit: Kit) -> tuple[Actor, Team]:
    """Who acts, and the team, when they may look after it."""
    actor, team = access.standing_in(session, access.actor(session, body), kit.now()), access.team_of(session, row)
    actor.must("callsheet.write", collaborative=team.collaborative_id, team=team)
    return actor, team


def _must_be_open(session: Session, sheet: CallSheet) -> None:
    """A test is taken once, and only where it was offered."""
    if sheet.offered_to is None:
        raise Gone("This test isn't offered any more. All actions has Log a PDSA cycle, which opens an empty form.")
    cycle = callsheets.cycle_of(session, sheet)
    if cycle:
        raise Gone(f"Cycle {cycle.number} came of it already. Open it from its card.")

"""Minutes of a call: what was said, decided and promised, posted as a recap under its card."""

import datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import answers, audit, drafts, forms, inbox, times
from bot.access import Actor
from bot.cards import minutes_cards
from bot.domain import commitments, event_facts, minutes, pdsa_facts, rolls, rsvp_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.minutes import Minutes, Told
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import call_steering

Body = dict[str, Any]
FORM = "minutes.written"
ROWS = 3  # commitments at first
NOT_YET = "{what} hasn't begun yet. Its minutes can be written from then on."
NOTHING = "Please write something down before it is posted."


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("minutes.open")(open_form)
    app.action("minutes.more")(add_row)
    app.action("minutes.fresh")(start_anew)
    app.view(FORM)(write)


class Carried(call_steering.Which):
    """The date, how many commitments there is room for, and the version that was opened: claims, checked again."""

    subject: str = ""
    more: int = ROWS
    version: int = 0


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """The minutes as they stand, with half-written words of last time if there are any."""
    ack()
    with kit.store.reading() as session:
        actor, date, collaborative = _begun(session, body, call_steering.pressed(body), kit)
        carried, before = _as_it_stands(session, date)
        saved = drafts.kept(session, person=actor.id, form=FORM, subject=carried.subject)
        carried.more = min(max(carried.more, int(saved.get("_more", 0))), commitments.MOST)
        values = _shown(session, date, collaborative, carried, {**before, **saved}, kept=bool(saved))
    answers.open_view(kit, body, "minutes/form", values)


def add_row(ack: Ack, body: Body, kit: Kit) -> None:
    """Room for one more commitment; what is written stays."""
    ack()
    view = body["view"]
    with kit.store.reading() as session:
        _, date, collaborative = _begun(session, body, call_steering.carried(view), kit)
        carried = forms.carried(view, Carried)
        carried.more = min(carried.more + 1, commitments.MOST)
        values = _shown(session, date, collaborative, carried, forms.values(view))
    answers.replace_view(kit, body, "minutes/form", values)


def start_anew(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the half-written words aside for good: the minutes as they stand."""
    ack()
    view = body["view"]
    with kit.store.transaction() as session:
        actor, date, collaborative = _begun(session, body, call_steering.carried(view), kit)
        carried, before = _as_it_stands(session, date)
        drafts.discard(session, person=actor.id, form=FORM, subject=carried.subject)
        values = _shown(session, date, collaborative, carried, before)
    kit.typing.forget(str(view["id"]))
    answers.restart_view(kit, body, kit.templates.render("minutes/form", values))


def write(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The recap is posted, teams hear their part, and those that weren't there what they missed."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, FORM, kit.now())
        actor, date, collaborative = _begun(session, body, call_steering.carried(view), kit)
        carried, told = forms.carried(view, Carried), forms.read(view, Told)
        minutes.check(told)
        promised = _promised(session, view, date, collaborative)
        if not (told.said or told.decisions or told.recording or promised):
            raise FieldError("said", NOTHING)
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        _must_be_newest(session, kit, view, date, collaborative, carried)
        written = minutes.write(session, date, told, by=actor.id, now=kit.now())
        commitments.write(session, written, promised)
        minutes_cards.say(session, written, date, kit.now())
        _drafted(session, kit, view, actor, carried.subject, confirmed)
        audit.note(
            session, "minutes.written", by=actor.id, subject=carried.subject, now=kit.now(), version=written.version
        )
    ack()


def _begun(session: Session, body: Body, which: str, kit: Kit) -> tuple[Actor, Meeting, Collaborative]:
    actor, date, collaborative = call_steering.steered(session, body, which)
    if date.starts is None or date.starts > kit.now():
        raise Gone(NOT_YET.format(what=rsvp_facts.of(date, collaborative.timezone)))
    return actor, date, collaborative


def _as_it_stands(session: Session, date: Meeting) -> tuple[Carried, dict[str, Any]]:
    """What the form carries, and what stands in its boxes."""
    found = minutes.of_date(session, date.event.id, date.planned)
    promises = commitments.of(session, found)
    rows = max([ROWS, *(one.row for one in promises)])
    carried = Carried(which=event_facts.key(date), more=rows, version=found.version if found else 0)
    carried.subject = minutes.subject(date.event.id or 0, date.planned)
    before = {"said": found.said, "decisions": found.decisions, "recording": found.recording} if found else {}
    for one in promises:
        before |= {f"team_{one.row}": str(one.team_id), f"words_{one.row}": one.words}
        before[f"due_{one.row}"] = one.due.isoformat()
    return carried, before


def _shown(
    session: Session, date: Meeting, collaborative: Collaborative, carried: Carried, typed: dict[str, Any],
    *, kept: bool = False, meanwhile: str = "",
) -> dict[str, Any]:  # fmt: skip
    rows = range(1, carried.more + 1)
    tuesday = _next_tuesday(date, collaborative).isoformat()
    empty = {"said": "", "decisions": "", "recording": ""}
    for row in rows:
        empty |= {f"team_{row}": "", f"words_{row}": "", f"due_{row}": tuesday}
    teams = rsvps.asked(session, date.event)
    return {
        "meta": carried.model_dump_json(),
        "date": rsvp_facts.of(date, collaborative.timezone),
        "meanwhile": meanwhile,
        "rolled": rolls.is_called(session, date.event.id, date.planned),
        "kept": kept,
        "form": {**empty, **typed},
        "rows": [*rows],
        "more": carried.more < commitments.MOST,
        "names": {str(one.id): one.name[:75] for one in teams},
    }


def _promised(session: Session, view: Body, date: Meeting, collaborative: Collaborative) -> list[commitments.Promise]:
    teams = {one.id or 0 for one in rsvps.asked(session, date.event)}
    return commitments.read(forms.values(view), teams, times.local_day(date.known_as, collaborative.timezone))


def _must_be_newest(
    session: Session, kit: Kit, view: Body, date: Meeting, collaborative: Collaborative, carried: Carried
) -> None:
    """Raises AskAgain where somebody posted others meanwhile: theirs are shown above one's own."""
    found = minutes.of_date(session, date.event.id, date.planned)
    if found is None or found.version == carried.version:
        return
    meanwhile = _meanwhile(session, found)
    newer = carried.model_copy(update={"version": found.version})
    values = _shown(session, date, collaborative, newer, forms.values(view), meanwhile=meanwhile)
    raise forms.AskAgain(kit.templates.render("minutes/form", values))


def _meanwhile(session: Session, found: Minutes) -> str:
    name = pdsa_facts.name_of(session, found.person_id)
    theirs = "\n".join(filter(None, [found.said, found.decisions, found.recording]))
    return f"{name} posted minutes meanwhile. Yours are below; posting them takes the place of these:\n{theirs}"


def _next_tuesday(date: Meeting, collaborative: Collaborative) -> datetime.date:
    """“By next Tuesday we will …”: the first one after the call."""
    day = times.local_day(date.known_as, collaborative.timezone)
    return day + times.A_DAY * ((1 - day.weekday() - 1) % 7 + 1)


def _drafted(session: Session, kit: Kit, view: Body, actor: Actor, subject: str, confirmed: list[str]) -> None:
    drafts.discard(session, person=actor.id, form=FORM, subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)

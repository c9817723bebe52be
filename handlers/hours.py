"""My hours: at which hour, on which days somebody is written to, and when they are left alone; always one's own."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, home, inbox, own_time, times
from bot.domain import hours
from bot.domain.people import USUAL, Person, chosen_reminders
from bot.errors import FieldError
from bot.kit import Kit
from bot.routes import Registrar
from bot.sending import rest

Body = dict[str, Any]
DAYS = {str(number): name for number, name in enumerate(own_time.DAYS)}


REMINDERS = {"week": "A week before", "day": "The day before", "soon": "15 minutes before"}


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("hours.open")(open_form)
    app.view("hours.saved")(save)


class OwnHours(BaseModel):
    """The form; without quiet hours of their own, everybody's hold."""

    hour: time
    days: list[Annotated[int, Field(ge=0, le=6)]] = Field(min_length=1)
    quiet_from: time | None = None
    quiet_until: time | None = None
    reminders: list[Literal["week", "day", "soon"]] = []


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What holds now, to be changed."""
    ack()
    with kit.store.reading() as session:
        person = _whose(session, body)
        theirs = hours.at_work(session, person)
        quiet = times.span(person.quiet_hours) if person.quiet_hours else None
        reminders = list(chosen_reminders(person))
        usual = rest.of_collaborative(session, f"person:{person.id}", kit.settings.quiet_hours)
    form = {
        "hour": f"{theirs.hour:%H:%M}",
        "days": [str(number) for number in sorted(theirs.days)],
        "quiet_from": f"{quiet[0]:%H:%M}" if quiet else "",
        "quiet_until": f"{quiet[1]:%H:%M}" if quiet else "",
        "reminders": reminders,
    }
    answers.open_view(
        kit,
        body,
        "hours/form",
        {"form": form, "zone": theirs.zone, "days": DAYS, "usual": _usual(usual), "reminders": REMINDERS},
    )


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It holds from now on; what is as for everybody follows everybody's."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "hours.saved", kit.now())
        person, told = _whose(session, body), forms.read(view, OwnHours)
        own = _own_quiet(told)
        person.asked_at = told.hour if told.hour != times.NINE else None
        person.asked_on = sorted(told.days) if set(told.days) != times.WEEKDAYS else None
        person.quiet_hours = f"{own[0]:%H:%M}-{own[1]:%H:%M}" if own else None
        person.call_reminders = list(told.reminders) if set(told.reminders) != set(USUAL) else None
        session.add(person)
        _must_not_be_quiet(told.hour, rest.quiet(session, f"person:{person.id}", kit.settings.quiet_hours))
        session.flush()
        sentence = own_time.gather(session, person.id or 0, kit.settings.quiet_hours, kit.now())["asked"]
        home.refresh(session, [person.id or 0], kit.now())
    ack(**forms.closing(view))
    answers.tell(kit, body, f"Saved. {sentence}")


def _own_quiet(told: OwnHours) -> times.Quiet:
    """Both hours, or neither."""
    if told.quiet_from is None and told.quiet_until is None:
        return None
    if told.quiet_from is None:
        raise FieldError("quiet_from", "Please choose when the quiet hours begin, or leave both empty.")
    if told.quiet_until is None:
        raise FieldError("quiet_until", "Please choose when the quiet hours end, or leave both empty.")
    if told.quiet_from == told.quiet_until:
        raise FieldError("quiet_until", "Quiet hours that end when they begin are none. Please choose another hour.")
    return told.quiet_from, told.quiet_until


def _must_not_be_quiet(hour: time, quiet: times.Quiet) -> None:
    if quiet and times.within(hour, quiet):
        raise FieldError(
            "hour",
            f"{hour:%H:%M} lies in the quiet hours, {quiet[0]:%H:%M} to {quiet[1]:%H:%M}. "
            "Please choose an hour outside them, or other quiet hours below.",
        )


def _usual(quiet: times.Quiet) -> str:
    """What holds for whoever leaves both boxes empty."""
    night = f"silent from {quiet[0]:%H:%M} until {quiet[1]:%H:%M}" if quiet else "no quiet hours"
    return f"Both empty: as for everybody here, {night}."


def _whose(session: Session, body: Body) -> Person:
    return session.get_one(Person, access.actor(session, body).id)

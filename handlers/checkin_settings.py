"""How often, when and what teams are asked: set by those who coordinate, after a look at what comes of it."""

import json
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ValidationError
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.domain import checkin_plans, checkins, rhythm
from bot.domain.collaborative_file.shapes import CheckinEntry
from bot.domain.collaboratives import Collaborative
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
MOST_QUESTIONS, LONGEST, MOST = 10, 300, 2000  # as many as the file takes; characters of one, and of all of them


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("checkins.settings")(open_form)
    app.view("checkins.set")(preview)
    app.view("checkins.previewed")(save)


class Carried(BaseModel):
    """The collaborative they are of: a claim, checked again."""

    collaborative: int


def _lines(text: Any) -> Any:
    """A question a line."""
    return [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else text


class Chosen(BaseModel):
    """The form."""

    every: Literal["day", "week", "two_weeks", "month"]
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    at: time
    where: Literal["channel", "dm"]
    questions: Annotated[list[str], BeforeValidator(_lines)] = []


class Previewed(Carried):
    """What the preview showed, and saving stores."""

    chosen: CheckinEntry


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What holds now, to be changed."""
    ack()
    with kit.store.reading() as session:
        _, collaborative = _whose(session, body, forms.pressed(body))
        asked = checkin_plans.settings(collaborative)
    values = {
        "collaborative": collaborative, "asked": asked, "at": f"{asked.at:%H:%M}",
        "every": rhythm.CHOICES, "where": checkins.WHERE, "days": rhythm.days(asked.weekday),
        "questions": "\n".join(checkins.boxes(asked.questions).values() if asked.questions else ()),
        "meta": json.dumps({"collaborative": collaborative.id}),
    }  # fmt: skip
    answers.open_view(kit, body, "checkins/settings", values)


def preview(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The next dates as they were understood, and the card as teams will see it; nothing is stored yet."""
    with kit.store.reading() as session:
        _, collaborative = _whose(session, body, forms.carried(view, Carried).collaborative)
        asked = _understood(forms.read(view, Chosen), collaborative, kit)
        forms.guard(view, known.of(session, kit, collaborative.id or 0))
        days = checkin_plans.next_days(session, collaborative, asked, kit.now())
    values = {
        "collaborative": collaborative, "days": days, "at": f"{asked.at:%H:%M}", "where": asked.where,
        "often": rhythm.EVERY[asked.every], "questions": [checkins.MOOD, *checkins.boxes(asked.questions).values()],
        "meta": json.dumps({"collaborative": collaborative.id, "chosen": checkin_plans.stored(asked)}),
    }  # fmt: skip
    ack(response_action="push", view=kit.templates.render("checkins/preview", values))


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """They hold from the next date on; a card that stands already stays as it is."""
    carried = forms.carried(view, Previewed)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "checkins.set", kit.now())
        actor, collaborative = _whose(session, body, carried.collaborative)
        collaborative.checkin = checkin_plans.stored(carried.chosen)
        collaborative.checkin_set_on = times.local_day(kit.now(), collaborative.timezone)
        session.add(collaborative)
        audit.note(
            session, "checkins.set", by=actor.id, subject=f"collaborative:{collaborative.id}", now=kit.now(),
            every=carried.chosen.every, weekday=carried.chosen.weekday, at=f"{carried.chosen.at:%H:%M}",
            where=carried.chosen.where, questions=len(carried.chosen.questions),
        )  # fmt: skip
        days = checkin_plans.next_days(session, collaborative, carried.chosen, kit.now())
    ack(response_action="clear")
    first = f" The first one is on {days[0]:%A} {days[0].day} {days[0]:%B}." if days else ""
    answers.tell(kit, body, f"Saved. Teams are asked {rhythm.EVERY[carried.chosen.every]} from now on.{first}")


def _understood(chosen: Chosen, collaborative: Collaborative, kit: Kit) -> CheckinEntry:
    """What was chosen, where it can be so; raises FieldError with a sentence on its box where it can't."""
    if len(chosen.questions) > MOST_QUESTIONS:
        raise FieldError("questions", f"At most {MOST_QUESTIONS} questions fit; these are {len(chosen.questions)}.")
    if max(map(len, chosen.questions), default=0) > LONGEST or sum(map(len, chosen.questions)) > MOST:
        raise FieldError("questions", f"A question takes at most {LONGEST} characters, and all of them {MOST:,}.")
    setting = kit.settings.quiet_hours
    quiet = times.span(collaborative.quiet_hours) if setting and collaborative.quiet_hours else setting
    if quiet and times.within(chosen.at, quiet):
        raise FieldError(
            "at",
            f"{chosen.at:%H:%M} lies in the quiet hours, {quiet[0]:%H:%M} to {quiet[1]:%H:%M}. Please choose another.",
        )
    try:
        return CheckinEntry(**{**chosen.model_dump(), "at": f"{chosen.at:%H:%M}"})
    except ValidationError as error:
        raise FieldError("questions", str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error


def _whose(session: Session, body: Body, collaborative_id: int) -> tuple[Actor, Collaborative]:
    actor, collaborative = access.actor(session, body), session.get(Collaborative, collaborative_id)
    actor.must("checkin.set", collaborative=collaborative_id)
    if collaborative is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, collaborative

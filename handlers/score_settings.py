"""How often a collaborative scores, and whether teams read what faculty scored: its coordinators set it."""

from typing import Any, Literal

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, times
from bot.access import Actor
from bot.domain import score_periods
from bot.domain.collaboratives import Collaborative
from bot.domain.score_periods import EVERY, SHOWN, Settings
from bot.errors import Gone
from bot.kit import Kit
from bot.planning import score_turns
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("scores.settings")(open_form)
    app.view("scores.set")(save)


class Carried(BaseModel):
    """The collaborative: a claim, checked again."""

    collaborative: int


class Chosen(BaseModel):
    """The form."""

    every: Literal["action_period", "month"]
    shown: Literal["yes", "no"]


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """What holds now, and when that is next."""
    ack()
    with kit.store.reading() as session:
        _, here = _whose(session, body, forms.pressed(body))
        chosen = score_periods.settings(here)
        values = {
            "collaborative": here, "every": EVERY, "chosen": chosen.every, "shown": SHOWN,
            "shows": "yes" if chosen.shown else "no", "next": _coming(session, here, kit),
            "meta": Carried(collaborative=here.id or 0).model_dump_json(),
        }  # fmt: skip
    answers.open_view(kit, body, "scores/settings", values)


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It holds from now on; what was scored stays."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "scores.set", kit.now())
        actor, here = _whose(session, body, forms.carried(view, Carried).collaborative)
        chosen = forms.read(view, Chosen)
        here.scores = Settings(every=chosen.every, shown=chosen.shown == "yes").model_dump(exclude_defaults=True)
        here.scores_planned = None
        session.add(here)
        score_turns.follow(session, here, kit)
        audit.note(session, "scores.set", by=actor.id, subject=f"collaborative:{here.id}", now=kit.now(), **here.scores)
        sentence = f"Saved. {_coming(session, here, kit)}"
    ack()
    answers.tell(kit, body, sentence)


def _coming(session: Session, here: Collaborative, kit: Kit) -> str:
    """When teams are scored next."""
    today = times.local_day(kit.now(), here.timezone)
    coming = next((one for one in score_periods.of(session, here, kit.now()) if one.last >= today), None)
    if coming is None:
        return "No learning session is in the calendar from which on an action period would run, so nobody is asked."
    opens = "now" if coming.opens <= today else f"from {times.day(coming.opens)}"
    return f"Teams are scored {opens}, for {score_periods.called(coming.name)}."


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Collaborative]:
    actor, here = access.actor(session, body), session.get(Collaborative, row)
    actor.must("score.set", collaborative=row)
    if here is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, here

"""The run charts of all teams together, for faculty: chosen in a form, answered in one's own conversation."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, outbox
from bot.access import Actor
from bot.cards import chart_letters, pooled_charts
from bot.domain import measures
from bot.domain.measures import Measure
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
MOST_CHOICES = 100
NO_MEASURE = "There is no measure yet, so there is no chart of all teams together. A coordinator adds them in the file."
NOTHING_TO_SHOW = "This can't be shown yet: fewer than three teams have sent it, or a count is of 1 to 10 people."


class Choice(BaseModel):
    """Which of the charts."""

    measure: int


def register(app: Registrar) -> None:
    """What faculty can do."""
    app.action("pooled.choose")(choose)
    app.view("pooled.chosen")(send)
    app.action("pooled.text")(show_as_text)


def choose(ack: Ack, body: Body, kit: Kit) -> None:
    """Which chart of this collaborative?"""
    ack()
    row = forms.pressed(body)
    with kit.store.reading() as session:
        access.actor(session, body).must("measures.pool", collaborative=row)
    show_choice(body, kit)


def show_choice(body: Body, kit: Kit, *, words: str = "") -> None:
    """The same for all collaboratives that somebody is on the faculty of; words after the command choose beforehand."""
    with kit.store.reading() as session:
        found = _offered(session, access.actor(session, body))
    if not found:
        raise BotError(NO_MEASURE)
    named = words.strip().casefold()
    meant = next((one for one in found if one.code.casefold() == named), found[0])
    offered = [(str(one.id), f"{one.code} · {one.name}"[:75]) for one in found]
    answers.open_view(kit, body, "pooled/choose", {"charts": offered, "chosen": str(meant.id)})


def send(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The form closes, and the chart comes in one's own conversation."""
    with kit.store.transaction() as session:
        key = inbox.form_once(session, body, "pooled.chosen", kit.now())
        actor = access.actor(session, body)
        offered = {one.id: one for one in _offered(session, actor)}
        chosen = forms.read(view, Choice).measure
        if chosen not in offered:
            raise FieldError("measure", "Please choose one of these.")
        measure = offered[chosen]
        if pooled_charts.drawn(measure, pooled_charts.of(session, measure, kit)) is None:
            raise FieldError("measure", NOTHING_TO_SHOW)
        outbox.say(
            session, "pooled/chart", key=f"pooled:{chosen}:{key}", to=f"person:{actor.id}", now=kit.now(),
            measure=chosen, person=actor.id,
        )  # fmt: skip
        chart_letters.replace(session, f"pooled:{chosen}:{key}", kit.now())
    ack()


def show_as_text(ack: Ack, body: Body, kit: Kit) -> None:
    """Every month, with how many teams it is of, in a window."""
    ack()
    with kit.store.reading() as session:
        measure = _readable(session, access.actor(session, body), forms.pressed(body))
        told = pooled_charts.of(session, measure, kit)
    chart = pooled_charts.drawn(measure, told)
    if chart is None:
        raise Gone(NOTHING_TO_SHOW)
    answers.open_view(kit, body, "charts/text", {"charts": [pooled_charts.text(measure, chart, told)]})


def _offered(session: Session, actor: Actor) -> list[Measure]:
    """The measures of the collaboratives they are on the faculty of."""
    theirs = access.collaboratives_of(session, actor, "measures.pool")
    if not theirs:
        actor.must("measures.pool", collaborative=actor.collaborative_ids[0])
    every = [one for collaborative in theirs for one in measures.all_of(session, collaborative.id or 0)]
    return every[:MOST_CHOICES]


def _readable(session: Session, actor: Actor, row: int) -> Measure:
    measure = session.get(Measure, row)
    if measure is None:
        raise Gone("This measure isn't in the record any more.")
    actor.must("measures.pool", collaborative=measure.collaborative_id)
    return measure

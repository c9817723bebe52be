"""Who looks after a coach's teams while they are away, as a coordinator names them; coaches do with their time off."""

from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox, outbox
from bot.access import Actor
from bot.cards import cover_cards
from bot.domain import covers
from bot.domain.people import Person
from bot.errors import FieldError, Gone
from bot.kit import Kit
from bot.planning import digests
from bot.routes import Registrar

Body = dict[str, Any]


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.action("covers.open")(open_form)
    app.view("covers.named")(save)


class Carried(BaseModel):
    """The coach who is away: a claim, checked again."""

    coach: int


class Named(BaseModel):
    """Who covers; left empty, coordinators do."""

    cover: int | None = None


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Everybody on the staff, to choose from."""
    ack()
    with kit.store.reading() as session:
        _, coach = _whose(session, body, forms.pressed(body))
        values = {"coach": coach.name, **cover_cards.form(session, coach.id or 0)}
    meta = Carried(coach=coach.id or 0).model_dump_json()
    answers.open_view(kit, body, "covers/form", {**values, "meta": meta})


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """They hear of it, and have the coach's teams on every day on which the coach is away."""
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "covers.named", kit.now())
        actor, coach = _whose(session, body, forms.carried(view, Carried).coach)
        put(session, coach.id or 0, forms.read(view, Named).cover, actor, kit)
    ack()


def put(session: Session, coach: int, person: int | None, actor: Actor, kit: Kit) -> None:
    """Name somebody of the staff, or nobody; whoever had the teams before hears that somebody else has them."""
    if person is not None and person not in {one.id for one in covers.choices(session, coach)}:
        raise FieldError("cover", "Please choose somebody of the staff.")
    before = [*cover_cards.keys(session, coach, kit.now()), *digests.of_cover(session, coach, kit.now())]
    covers.name(session, coach, person, by=actor.id, now=kit.now())
    audit.note(session, "cover.named", by=actor.id, subject=f"person:{coach}", now=kit.now(), cover=person)
    outbox.say_again(session, *before, now=kit.now())
    cover_cards.tell(session, coach, kit.now())
    digests.catch_up(session, coach, kit.now())


def _whose(session: Session, body: Body, row: int) -> tuple[Actor, Person]:
    """Who acts, and the coach, of whose collaborative they have to be a coordinator."""
    actor, coach = access.actor(session, body), session.get(Person, row)
    here = [team.collaborative_id for team in covers.teams_of(session, row)]
    if not any(actor.may("cover.name", collaborative=one) for one in here):
        actor.must("cover.name", collaborative=(here or actor.collaborative_ids)[0])
    if coach is None or not here:
        raise Gone("They coach no team any more, so there is nobody to cover for.")
    return actor, coach

"""The change package looked after: ideas added, and changed in versions."""

from typing import Any

from pydantic import BaseModel, Field
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, forms, inbox
from bot.access import Actor
from bot.domain import attachments, changes
from bot.domain.changes import ChangeIdea, Driver
from bot.errors import BotError, FieldError
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers.changes import Carried, whose

Body = dict[str, Any]
MOST_LINES = 10


def register(app: Registrar) -> None:
    """What those who look after the change package can do."""
    app.action("changes.edit")(open_edit)
    app.action("changes.add")(open_new)
    app.view("changes.edited")(save)


class Edited(BaseModel):
    """An idea of the change package; tips and links stand one a line."""

    name: str = Field(min_length=1, max_length=150)
    evidence: str = Field(default="", max_length=1000)
    tips: str = Field(default="", max_length=2000)
    links: str = Field(default="", max_length=2000)
    driver: int = 0


def open_edit(ack: Ack, body: Body, kit: Kit) -> None:
    """A new version of an idea."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea, driver = whose(session, actor, forms.pressed(body))
        actor.must("changes.manage", collaborative=driver.collaborative_id)
        meta = Carried(idea=idea.id or 0, seen=idea.version)
    answers.open_view(kit, body, "changes/edit", {"idea": idea, "drivers": [], "meta": meta.model_dump_json()})


def open_new(ack: Ack, body: Body, kit: Kit) -> None:
    """An idea that isn't in the package yet."""
    ack()
    with kit.store.reading() as session:
        actor, row = access.actor(session, body), forms.pressed(body)
        actor.must("changes.manage", collaborative=row)
        drivers = [(str(one.id), one.name[:75]) for one in changes.drivers(session, row)]
    meta = Carried(collaborative=row).model_dump_json()
    answers.open_view(kit, body, "changes/edit", {"idea": None, "drivers": drivers[:100], "meta": meta})


def save(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It stands so from now on; what it said before is kept as a version."""
    carried = forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "changes.edited", kit.now(), {"response_action": "clear"})
        actor, idea = _whose(session, body, carried)
        edited = forms.read(view, Edited)
        driver = session.get_one(Driver, idea.driver_id) if idea else _driver(session, carried, edited.driver)
        confirmed = forms.guard(view, known.of(session, kit, driver.collaborative_id))
        words = _words(session, driver, idea, edited)
        if idea:
            _must_have_been_seen(idea, carried)
            others = changes.change(session, idea, words, by=actor.id, now=kit.now())
        else:
            idea, others = changes.add(session, driver, words, by=actor.id, now=kit.now()), [*words]
        audit.note(
            session, "idea.edited", by=actor.id, subject=f"change:{idea.id}", now=kit.now(), fields=others,
            version=idea.version, confirmed=confirmed,
        )  # fmt: skip
    ack(response_action="clear")
    stands = f"stands in the change package, version {idea.version}" if others else "stays as it was"
    answers.tell(kit, body, f"“{idea.name}” {stands}.")


def _whose(session: Session, body: Body, carried: Carried) -> tuple[Actor, ChangeIdea | None]:
    """Who may change the idea, or add one where none is named; the check is on the record."""
    actor = access.actor(session, body)
    idea, driver = whose(session, actor, carried.idea) if carried.idea else (None, None)
    actor.must("changes.manage", collaborative=driver.collaborative_id if driver else carried.collaborative)
    return actor, idea


def _driver(session: Session, carried: Carried, row: int) -> Driver:
    driver = session.get(Driver, row)
    if driver is None or driver.collaborative_id != carried.collaborative:
        raise FieldError("driver", "Please choose what it moves.")
    return driver


def _words(session: Session, driver: Driver, idea: ChangeIdea | None, edited: Edited) -> dict[str, Any]:
    """What the idea is to say; no driver has two of one name."""
    name = " ".join(edited.name.split())
    others = [other for of, other in changes.ideas(session, driver.collaborative_id) if of is driver]
    if any(other is not idea and other.name.casefold() == name.casefold() for other in others):
        raise FieldError("name", f"{driver.name} has an idea of this name already.")
    links = _lines(edited.links)
    broken = next((one for one in links if attachments.of_line(one) is None), "")
    if broken:
        raise FieldError(
            "links", f"Each line ends with a link that begins with https://. This one doesn't: {broken[:80]}"
        )
    return {"name": name, "evidence": edited.evidence.strip(), "tips": _lines(edited.tips), "links": links}


def _must_have_been_seen(idea: ChangeIdea, carried: Carried) -> None:
    """Nobody's words are written over by somebody who didn't see them."""
    if idea.version != carried.seen:
        raise BotError(
            f"Somebody changed this idea while you wrote: it is version {idea.version} now. Your words are still here; "
            "please copy them, and press Edit on the idea as it is."
        )


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := one.strip())][:MOST_LINES]

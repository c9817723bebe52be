"""Who is still with us: faculty opens the counts, has the curve drawn, and lays groups beside each other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms, inbox, outbox
from bot.access import Actor
from bot.cards import retention_cards
from bot.domain.collaboratives import Collaborative
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
COMES = "The curve is on its way: it comes as a direct message of mine, in Messages of this app."
Show = Callable[[Session, Actor, Collaborative, datetime], dict[str, Any]]


def register(app: Registrar) -> None:
    """What faculty and coordinators can do."""
    app.action("retention.open")(open_page)
    app.action("retention.draw")(draw)
    app.action("retention.completion")(open_completion)
    app.action("retention.gap")(open_gap)
    app.action("retention.by")(choose_groups)


def open_page(ack: Ack, body: Body, kit: Kit) -> None:
    """The counts, with the printed rule; from Home of the first collaborative, which leads to the others."""
    _open(ack, body, kit, "retention/page", retention_cards.page)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/allteach retention`."""
    ack()
    with kit.store.reading() as session:
        actor, here = _whose(session, body, None)
        values = retention_cards.page(session, actor, here, kit.now())
    answers.open_view(kit, body, "retention/page", values)


def draw(ack: Ack, body: Body, kit: Kit) -> None:
    """The curve, as a picture in one's conversation."""
    with kit.store.transaction() as session:
        key = inbox.click_key(body)
        inbox.once(session, key, "retention.draw", kit.now())
        actor, here = _whose(session, body, forms.pressed(body))
        if retention_cards.curve(session, here, kit.now()) is None:
            raise BotError(retention_cards.TOO_FEW)
        outbox.say(
            session, "retention/curve", key=f"retention:{key}", to=f"person:{actor.id}", now=kit.now(),
            collaborative=here.id or 0, person=actor.id,
        )  # fmt: skip
        values = retention_cards.page(session, actor, here, kit.now())
    ack()
    if (body.get("view") or {}).get("callback_id") == "retention.window":
        answers.replace_view(kit, body, "retention/page", {**values, "said": COMES})
    answers.tell(kit, body, COMES)


def open_completion(ack: Ack, body: Body, kit: Kit) -> None:
    """How far each team is by the rule of completing."""
    _open(ack, body, kit, "retention/completion", lambda s, _, here, now: retention_cards.completion(s, here, now))


def open_gap(ack: Ack, body: Body, kit: Kit) -> None:
    """Groups of teams beside each other, by the first grouping that has some."""
    _open(ack, body, kit, "retention/gap", lambda s, _, here, now: retention_cards.gap(s, here, "", now))


def choose_groups(ack: Ack, body: Body, kit: Kit) -> None:
    """Other groups in the open window."""
    ack()
    chosen = body["actions"][0].get("selected_option") or {}
    row, _, by = str(chosen.get("value", "")).partition(":")
    with kit.store.reading() as session:
        _, here = _whose(session, body, int(row) if row.isascii() and row.isdigit() and len(row) < 10 else 0)
        values = retention_cards.gap(session, here, by, kit.now())
    answers.replace_view(kit, body, "retention/gap", values)


def _open(ack: Ack, body: Body, kit: Kit, name: str, show: Show) -> None:
    ack()
    with kit.store.reading() as session:
        value = str(body["actions"][0].get("value", "-"))
        actor, here = _whose(session, body, None if value == "-" else forms.pressed(body))
        values = show(session, actor, here, kit.now())
    answers.open_view(kit, body, name, values)


def _whose(session: Session, body: Body, row: int | None) -> tuple[Actor, Collaborative]:
    """The collaborative that is named, or the first that somebody may see this of."""
    actor = access.actor(session, body)
    if row is None:
        seen = access.collaboratives_of(session, actor, "retention.see")
        row = (seen[0].id if seen else actor.collaborative_ids[0]) or 0
    here = session.get(Collaborative, row)
    actor.must("retention.see", collaborative=row)
    if here is None:
        raise Gone("This collaborative isn't in the record any more.")
    return actor, here

"""Broadcasts: whoever coordinates writes one, sees it as each team will, tries it out, and sends it."""

import json
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import broadcast_cards, broadcast_copies, broadcast_entries, broadcast_forms
from bot.cards.broadcast_copies import Planned
from bot.cards.broadcast_entries import Told
from bot.cards.broadcast_forms import FORM
from bot.domain import broadcasts
from bot.domain.broadcasts import Broadcast
from bot.domain.collaboratives import Collaborative
from bot.domain.teams import Channel
from bot.errors import BotError, Gone
from bot.forms import AskAgain
from bot.guard import known
from bot.inbox import Delivery
from bot.kit import Kit
from bot.routes import Registrar

Body = dict[str, Any]
HELP = (
    "*/broadcast* writes to several teams at once: all, some, or those whose data is not in yet. "
    "Words after it are filled in.\n"
    "You see it as each team will before anything is sent, can undo it until its first copy goes, "
    "and edit and recall it.\n"
    "It is also at Home and under *All actions*, at *Broadcasts*, where the earlier ones are."
)
NOT_YET = "Broadcasts begin with the launch of {name}: nobody has been invited yet."
TOO_LONG = "Your text has {count:,} characters, and {most:,} fit into one message. Nothing was sent. Here it is again: "
SENT = "Done. Your messages with me tell how it goes, too."
MOST_TOLD = 35_000  # characters that fit into one answer


def register(app: Registrar) -> None:
    """What coordinators can do."""
    app.command("/broadcast")(command)
    app.action("broadcasts.open")(show_list)
    app.action("broadcasts.new")(open_form)
    app.view(FORM)(preview)
    app.action("broadcasts.as_team")(show_as_team)
    app.action("broadcasts.trial")(try_out)
    app.action("broadcasts.change")(change)
    app.view("broadcasts.previewed")(send)
    app.view("broadcasts.rung")(send)


class Carried(BaseModel):
    """The collaborative it is written in: a claim, checked again."""

    collaborative: int
    subject: str = drafts.NEW


class Previewed(BaseModel):
    """The broadcast that was previewed, and so many people as it was said to ring."""

    broadcast: int
    rings: int = 0


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/broadcast` with words that are filled in; `/broadcast help`."""
    ack()
    words = str(body.get("text", "")).strip()
    if words.lower() == "help":
        return answers.say_to(kit, body, HELP)
    if len(words) > broadcasts.MOST:
        told = TOO_LONG.format(count=len(words), most=broadcasts.MOST)
        return answers.tell(kit, body, f"{told}{words[:MOST_TOLD]}")
    return _open(body, kit, {"words": words} if words else {})


def show_list(ack: Ack, body: Body, kit: Kit) -> None:
    """The newest ones, and the way to another."""
    ack()
    with kit.store.reading() as session:
        _, collaborative = _whose(session, body, forms.pressed(body))
        values = broadcast_forms.listed(session, collaborative, kit)
    answers.open_view(kit, body, "broadcasts/list", values)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """An empty form, with the half-written words of last time if there are any."""
    ack()
    _open(body, kit, {})


def preview(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """As a team will read it, and how many get it: kept as a draft, in place of the form."""
    with kit.store.transaction() as session:
        actor, collaborative = _whose(session, body, forms.carried(view, Carried).collaborative)
        told = forms.read(view, Told)
        wanted = broadcast_entries.audience(told, collaborative, kit.now())
        broadcast = broadcasts.draft(
            session, str(view["id"]), collaborative=collaborative.id or 0, person=actor.id, now=kit.now()
        )
        broadcast_entries.fill_in(broadcast, told, actor)
        confirmed = forms.guard(view, known.of(session, kit, collaborative.id or 0))
        broadcast.audience, broadcast.drafted_at = wanted.model_dump(mode="json"), kit.now()
        session.add(broadcast)
        session.flush()
        if confirmed:
            about = f"broadcast:{broadcast.id}"
            audit.note(session, "privacy.confirmed", by=actor.id, subject=about, now=kit.now(), fields=confirmed)
        row = broadcast.id or 0
    with kit.store.reading() as session:
        values = broadcast_forms.preview(session, session.get_one(Broadcast, row), kit)
    shown = {**values, "meta": Previewed(broadcast=row).model_dump_json()}
    ack(response_action="update", view=kit.templates.render("broadcasts/preview", shown))


def show_as_team(ack: Ack, body: Body, kit: Kit) -> None:
    """The preview as another team will read it."""
    ack()
    with kit.store.reading() as session:
        _, broadcast = _mine(session, body, forms.carried(body.get("view") or {}, Previewed).broadcast)
        values = broadcast_forms.preview(session, broadcast, kit, team=_chosen(body))
    answers.replace_view(
        kit, body, "broadcasts/preview", {**values, "meta": forms.as_sent(body["view"])["private_metadata"]}
    )


def try_out(ack: Ack, body: Body, kit: Kit) -> None:
    """A message to oneself alone, as that team will read it."""
    row, team = pair(body)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "broadcasts.trial", kit.now())
        actor, broadcast = _mine(session, body, row)
        broadcast_cards.try_out(session, broadcast, team, actor.id, kit.now())
    ack()


def change(ack: Ack, body: Body, kit: Kit) -> None:
    """Back to the form, with everything that was in it."""
    ack()
    with kit.store.reading() as session:
        actor, broadcast = _mine(session, body, forms.pressed(body))
        collaborative = session.get_one(Collaborative, broadcast.collaborative_id)
        values = broadcast_forms.opened(session, actor, collaborative, broadcast_entries.typed(broadcast), kit.now())
    answers.replace_view(kit, body, "broadcasts/compose", {**values, "meta": new_form(collaborative)})


def send(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """It goes out a minute later, or at each team's hour; what rings is asked about once more before."""
    carried = forms.carried(view, Previewed)
    planned = _looked_at(body, carried, kit)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "broadcasts.sent", kit.now(), {"response_action": "clear"})
        actor, broadcast = _mine(session, body, carried.broadcast)
        assert planned is not None  # else it was counted before
        if broadcast.ring:
            actor.must("broadcast.ring", collaborative=broadcast.collaborative_id)
            _must_be_agreed_to(broadcast, planned.rings, carried, kit)
            broadcast.rings = planned.rings
        broadcasts.send(session, broadcast, kit.now())
        broadcast_cards.tell(session, broadcast, kit.now())
        audit.note(
            session, "broadcast.sent", by=actor.id, subject=f"broadcast:{broadcast.id}", now=kit.now(),
            teams=len(planned.found.meant), rings=broadcast.rings,
        )  # fmt: skip
        drafts.discard(session, person=actor.id, form=FORM, subject=drafts.NEW)
        session.flush()
        values = broadcast_forms.report(session, broadcast, kit, 0, SENT)
    shown = {**values, "meta": json.dumps({"broadcast": carried.broadcast})}
    view = kit.templates.render("broadcasts/report", shown)
    ack(response_action="update", view={**view, "clear_on_close": True})  # the windows below are of before


def pair(body: Body) -> tuple[int, int]:
    """The broadcast and the team that a button speaks of: claims, checked again. Raises Gone where they are none."""
    first, _, rest = str(body["actions"][0].get("value", "")).partition(":")
    then, _, _ = rest.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (first, then)):
        raise Gone(broadcasts.GONE)
    return int(first), int(then)


def read_version(body: Body) -> int:
    """The version of the words above a button, which is behind the two rows; 1 on a copy of before there were any."""
    *rows, version = str(body["actions"][0].get("value", "")).split(":")
    return int(version) if len(rows) == 2 and version.isascii() and version.isdigit() and len(version) < 10 else 1


def _chosen(body: Body) -> int:
    """The team that the menu speaks of: a claim, looked for among those that get it."""
    value = str((body["actions"][0].get("selected_option") or {}).get("value", ""))
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _open(body: Body, kit: Kit, typed: dict[str, Any]) -> None:
    with kit.store.reading() as session:
        named = forms.pressed(body) if body.get("actions") else None
        actor, collaborative = _whose(session, body, named)
        if collaborative.launched_at is None:
            raise BotError(NOT_YET.format(name=collaborative.name))
        values = broadcast_forms.opened(session, actor, collaborative, typed, kit.now())
    answers.open_view(kit, body, "broadcasts/compose", {**values, "meta": new_form(collaborative)})


def new_form(collaborative: Collaborative) -> str:
    """What an empty form carries."""
    return json.dumps({"collaborative": collaborative.id, "subject": drafts.NEW})


def _looked_at(body: Body, carried: Previewed, kit: Kit) -> Planned | None:
    """Whom it means by now, and whether its hour is still to come; None where this form was sent already."""
    with kit.store.reading() as session:
        if session.get(Delivery, inbox.form_key(body)):
            return None
        _, broadcast = _mine(session, body, carried.broadcast)
        planned = broadcast_copies.look(session, broadcast, kit)
        broadcast_forms.check(session, broadcast, planned, kit)
    return planned


def _must_be_agreed_to(broadcast: Broadcast, people: int, carried: Previewed, kit: Kit) -> None:
    """Raises AskAgain, with how many people it would ring, unless as many were agreed to before."""
    if people > carried.rings:
        meta = carried.model_copy(update={"rings": people}).model_dump_json()
        raise AskAgain(
            kit.templates.render("broadcasts/ring", {"people": people, "ring": broadcast.ring, "meta": meta})
        )


def _whose(session: Session, body: Body, named: int | None) -> tuple[Actor, Collaborative]:
    """Who asks, and the collaborative that is named, or in whose channel this is, or the first they coordinate."""
    actor = access.actor(session, body)
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    here = session.exec(Channel.in_slack(str(channel))).first() if channel and not named else None
    theirs = [one.id or 0 for one in access.collaboratives_of(session, actor, "broadcast.send")]
    place = here.collaborative_id if here and here.collaborative_id in theirs else None
    row = named or place or next(iter([*theirs, *actor.collaborative_ids]))
    actor.must("broadcast.send", collaborative=row)
    return actor, session.get_one(Collaborative, row)


def _mine(session: Session, body: Body, row: int) -> tuple[Actor, Broadcast]:
    """Somebody's own broadcast that isn't sent yet."""
    actor, broadcast = access.actor(session, body), session.get(Broadcast, row)
    where = broadcast.collaborative_id if broadcast else actor.collaborative_ids[0]
    actor.must("broadcast.send", collaborative=where)
    if broadcast is None or broadcast.person_id != actor.id or broadcast.purged_at:
        raise Gone(broadcasts.GONE)
    if broadcast.goes_at:
        raise Gone("It was sent already. Broadcasts, at Home, shows how it stands.")
    return actor, broadcast

"""Logging a PDSA cycle: the command, the shortcuts, the buttons, and the quick form with what it opens."""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, known, outbox
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts
from bot.domain.pdsa import Cycle
from bot.domain.teams import Channel, Team
from bot.errors import BotError, FieldError, Gone
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycle_forms
from handlers.commands import nearest

Body = dict[str, Any]
WORDS = ("list", "help", "find")
HELP = (
    "*/pdsa* opens the form for a new cycle.\n*/pdsa list* shows your team's cycles, */pdsa 7* opens cycle 7, "
    "*/pdsa find phone calls* searches what all teams learned.\nEverything here is also behind the buttons of your team card."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/pdsa")(command)
    app.shortcut("pdsa.new")(open_form)
    app.shortcut("pdsa.from_message")(open_from_message)
    app.action("pdsa.open")(open_form)
    app.action("pdsa.more")(widen)
    app.action("pdsa.already_ran")(widen)
    app.action("pdsa.fresh")(start_empty)
    app.action("pdsa.adapt")(open_next)
    app.action("pdsa.follow")(open_next)
    app.view("pdsa.start")(start_cycle)
    app.action("pdsa.list")(list_cycles)
    app.action("pdsa.read")(read_cycle)
    app.action("pdsa.library")(open_library)
    app.view("pdsa.search")(search_library)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/pdsa`, `/pdsa list`, `/pdsa 7`, `/pdsa find words`, `/pdsa help`."""
    ack()
    word, _, rest = str(body.get("text", "")).strip().partition(" ")
    if not word:
        return open_form(ack, body, kit)
    if word.isdigit():
        return _read_numbered(body, kit, int(word))
    if word == "list":
        return list_cycles(ack, body, kit)
    if word == "find":
        return _library(body, kit, rest)
    sentence = (
        HELP if word == "help" else f"I don't know “{word}”. Did you mean */pdsa {nearest(word, WORDS)}*?\n\n{HELP}"
    )
    answers.say_to(kit, body, sentence)


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Open the quick form, with the half-written words of last time if there are any."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = _team_meant(session, actor, body)
        saved = drafts.kept(session, person=actor.id, form="pdsa.start", subject="new")
        values = cycle_forms.start(session, actor, team, kit.now(), saved=saved)
    answers.open_view(kit, body, "pdsa/start", values)


def open_from_message(ack: Ack, body: Body, kit: Kit) -> None:
    """Log as a PDSA cycle: the message's words are filled in, and nothing of them is kept before the form is sent."""
    ack()
    open_with_words(body, kit, str(body["message"].get("text", "")))


def open_with_words(body: Body, kit: Kit, text: str) -> None:
    """Open the quick form with what somebody already wrote."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = _team_meant(session, actor, body)
        values = cycle_forms.start(session, actor, team, kit.now(), given={"change": text[:3000]}, subject="words")
    answers.open_view(kit, body, "pdsa/start", values)


def widen(ack: Ack, body: Body, kit: Kit) -> None:
    """More, or We already ran it: the form grows, and what was typed stays."""
    ack()
    carried = forms.meta(body["view"])
    carried["more" if body["actions"][0]["action_id"] == "pdsa.more" else "ran"] = True
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = cycle_forms.reopened(session, actor, carried, forms.values(body["view"]), kit.now())
    answers.replace_view(kit, body, "pdsa/start", values)


def start_empty(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the kept words aside for good and begin anew."""
    ack()
    carried = forms.meta(body["view"])
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        drafts.discard(session, person=actor.id, form="pdsa.start", subject=str(carried["subject"]))
        values = cycle_forms.reopened(session, actor, {**carried, "fresh": carried.get("fresh", 0) + 1}, {}, kit.now())
    answers.replace_view(kit, body, "pdsa/start", values)


def open_next(ack: Ack, body: Body, kit: Kit) -> None:
    """Adapt: open the next cycle of the ramp, filled in from this one; the decision is saved with it."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        parent, team = writable(session, actor, int(body["actions"][0]["value"]))
        if body["actions"][0]["action_id"] == "pdsa.adapt" and parent.stage != pdsa.STUDY:
            raise Gone(f"Cycle {parent.number} was already decided: {pdsa_facts.stage(parent)}.")
        saved = drafts.kept(session, person=actor.id, form="pdsa.start", subject=f"after:{parent.id}")
        values = cycle_forms.following(session, actor, team, parent, kit.now(), saved=saved)
    answers.open_view(kit, body, "pdsa/start", values)


def start_cycle(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Save the cycle and its card together, then close the form."""
    draft = cycle_forms.read_start(view)
    carried = forms.meta(view)
    with kit.store.transaction() as session:
        inbox.once(session, inbox.form_key(body), "pdsa.start", kit.now())
        actor = access.actor(session, body)
        team = _team_chosen(session, actor, draft.team or carried.get("team"))
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        parent = _parent(session, actor, carried)
        cycle_forms.check_dates(draft, team, kit.now(), ran=bool(carried.get("ran")))
        cycle = pdsa.start(session, draft, team=team, owner=actor.id, now=kit.now(), parent=parent)
        if carried.get("ran"):
            cycle_forms.already_ran(session, view, cycle, by=actor.id, now=kit.now())
        if parent and parent.stage == pdsa.STUDY:
            pdsa.decide(
                session, parent, "adapt", by=actor.id, now=kit.now(), next_step=f"Cycle {cycle.number} tests it again."
            )
        drafts.discard(session, person=actor.id, form="pdsa.start", subject=str(carried.get("subject", "new")))
        if confirmed:
            audit.note(
                session, "privacy.confirmed", by=actor.id, subject=f"cycle:{cycle.id}", now=kit.now(), fields=confirmed
            )
        show(session, cycle, kit)
        if parent:
            show(session, parent, kit)
    ack()


def list_cycles(ack: Ack, body: Body, kit: Kit) -> None:
    """The team's cycles in a window."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = _team_meant(session, actor, body)
        if team is None:
            raise BotError("You're in several teams: open the list from the team's channel or its card.")
        actor.must("cycle.read", collaborative=team.collaborative_id, team=team)
        rows = pdsa_facts.lines(pdsa.of_team(session, team.id or 0))
    answers.open_view(kit, body, "pdsa/list", {"team": team, "cycles": rows})


def read_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """Read all: every character of the cycle, its ramp and its history."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = _whole(session, actor, pdsa.get(session, int(body["actions"][0]["value"])), kit)
    answers.open_view(kit, body, "pdsa/read", values)


def open_library(ack: Ack, body: Body, kit: Kit) -> None:
    """What all teams tried and learned."""
    ack()
    _library(body, kit, "")


def search_library(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Search in the open window."""
    words = str(forms.values(view).get("words", ""))
    with kit.store.reading() as session:
        values = _found(session, access.actor(session, body), words)
    ack(response_action="update", view=kit.templates.render("pdsa/library", values))


def writable(session: Session, actor: Actor, cycle_id: int) -> tuple[Cycle, Team]:
    """The cycle and its team, when this person may write it; the check is on the record, not on the button."""
    cycle = session.get(Cycle, cycle_id)
    team = access.team_of(session, cycle.team_id) if cycle else None
    if cycle is None or team is None:
        raise Gone("This cycle isn't in the record any more.")
    actor.must("cycle.write", collaborative=cycle.collaborative_id, team=team)
    return pdsa.get(session, cycle_id), team


def show(session: Session, cycle: Cycle, kit: Kit) -> None:
    """Bring the cycle's card, the team card and the Homes up to date."""
    now = kit.now()
    outbox.say(session, "pdsa/card", key=f"pdsa:{cycle.id}", to=f"team:{cycle.team_id}", now=now, cycle=cycle.id or 0)
    outbox.say_again(session, f"team:{cycle.team_id}", now)
    outbox.say_again(session, f"home:{cycle.owner_id}", now)


def _read_numbered(body: Body, kit: Kit, number: int) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = _team_meant(session, actor, body)
        cycle = pdsa.numbered(session, team.id or 0, number) if team else None
        if cycle is None:
            raise BotError(f"There is no cycle {number} in your team. */pdsa list* shows those there are.")
        values = _whole(session, actor, cycle, kit)
    answers.open_view(kit, body, "pdsa/read", values)


def _whole(session: Session, actor: Actor, cycle: Cycle, kit: Kit) -> dict[str, Any]:
    team = access.team_of(session, cycle.team_id)
    actor.must("cycle.read", collaborative=cycle.collaborative_id, team=team)
    facts = pdsa_facts.card(session, cycle, kit.now())
    writable_here = actor.may("cycle.write", collaborative=cycle.collaborative_id, team=team)
    return {**facts, "history": pdsa_facts.history(session, cycle), "writable": writable_here}


def _library(body: Body, kit: Kit, words: str) -> None:
    with kit.store.reading() as session:
        values = _found(session, access.actor(session, body), words)
    answers.open_view(kit, body, "pdsa/library", values)


def _found(session: Session, actor: Actor, words: str) -> dict[str, Any]:
    allowed = access.collaboratives_of(session, actor, "library.read")
    rows = [row for one in allowed for row in pdsa_facts.library(session, one.id or 0, words)]
    return {"cycles": rows[:20], "words": words[:200], "meta": json.dumps({})}


def _team_meant(session: Session, actor: Actor, body: Mapping[str, Any]) -> Team | None:
    """The team a button names, or whose channel this is, or the person's only one; None where the form has to ask."""
    actions = body.get("actions") or [{}]
    value = str(actions[0].get("value", "")) if actions[0].get("action_id") in ("pdsa.open", "pdsa.list") else ""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    found = session.exec(Channel.in_slack(str(channel))).first() if channel else None
    team_id = int(value) if value.isdigit() else found.team_id if found and found.team_id else None
    if team_id is None and len(actor.team_ids) == 1:
        team_id = actor.team_ids[0]
    if team_id is None:
        if not actor.team_ids:
            raise BotError(
                "You're not in a team, so there is nowhere to log a cycle. Teams log their own; faculty read them."
            )
        return None
    team = access.team_of(session, team_id)
    reading = body.get("text") or (actions[0].get("action_id") == "pdsa.list")
    actor.must("cycle.read" if reading else "cycle.write", collaborative=team.collaborative_id, team=team)
    return team


def _team_chosen(session: Session, actor: Actor, team_id: int | None) -> Team:
    if team_id is None:
        raise FieldError("team", "Please choose the team this test belongs to.")
    team = access.team_of(session, team_id)
    actor.must("cycle.write", collaborative=team.collaborative_id, team=team)
    return team


def _parent(session: Session, actor: Actor, carried: Mapping[str, Any]) -> Cycle | None:
    if not carried.get("parent"):
        return None
    parent, _ = writable(session, actor, int(carried["parent"]))
    after = pdsa.successor(session, parent)
    if after:
        raise Gone(f"Cycle {after.number} already follows cycle {parent.number}. Open it from its card.")
    return parent

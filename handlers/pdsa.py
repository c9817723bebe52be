"""Logging a PDSA cycle: the command, the shortcuts, the buttons, and the quick form with what it opens."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, drafting, drafts, forms, inbox, typed
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team, TeamInBrief
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from bot.templates import escape
from handlers import callsheets, commitments, cycle_forms, cycles, idea_steals, pdsa_read
from handlers.commands import nearest
from handlers.cycle_forms import Carried

Body = dict[str, Any]
HELP = (
    "*/pdsa* opens the form for a new cycle.\n*/pdsa list* shows your team's cycles.\n"
    "*/pdsa* with a number opens the cycle of that number: */pdsa 7*.\n"
    "*/pdsa find* with some words searches what all teams tried: */pdsa find phone calls*.\n"
    "Everything here is also behind the buttons of your team card."
)
WIDER: dict[str, dict[str, bool]] = {
    "pdsa.more": {"more": True},
    "pdsa.already_ran": {"ran": True},
    "pdsa.not_yet": {"ran": False},
}


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/pdsa")(command)
    app.shortcut("pdsa.new")(open_form)
    app.shortcut("pdsa.from_message")(open_from_message)
    app.action("pdsa.open")(open_form)
    for button in WIDER:
        app.action(button)(widen)
    app.action("pdsa.fresh")(start_empty)
    app.action("pdsa.adapt")(open_next)
    app.action("pdsa.follow")(open_next)
    app.view("pdsa.start")(start_cycle)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/pdsa`, `/pdsa list`, `/pdsa 7`, `/pdsa find words`, `/pdsa help`; the nearest of them where a word is none."""
    ack()
    word, _, rest = str(body.get("text", "")).strip().partition(" ")
    number = word.removeprefix("#")
    if not word:
        return open_form(ack, body, kit)
    if number.isdecimal():
        return pdsa_read.read_numbered(body, kit, int(number[:12]))
    ways: dict[str, Callable[[], None]] = {
        "list": lambda: pdsa_read.list_cycles(ack, body, kit),
        "find": lambda: pdsa_read.show_library(body, kit, rest),
        "help": lambda: answers.say_to(kit, body, HELP),
    }
    if word.lower() in ways:
        return ways[word.lower()]()
    meant = nearest(word, ways)
    guess = f" Did you mean */pdsa {meant}*?" if meant else ""
    return answers.say_to(kit, body, f"I don't know “{escape(word[:40])}” after /pdsa.{guess}\n\n{HELP}")


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """Open the quick form, with the half-written words of last time if there are any."""
    ack()
    named = forms.pressed(body) if body.get("actions") else None
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = cycles.team_meant(session, actor, body, "cycle.write", named=named)
        values = cycle_forms.new(session, actor, team, kit.now())
    answers.open_view(kit, body, "pdsa/start", values)


def open_from_message(ack: Ack, body: Body, kit: Kit) -> None:
    """Log as a PDSA cycle: the message's words are filled in, and nothing of them is kept before the form is sent."""
    ack()
    with kit.store.reading() as session:
        words = typed.plain(session, str(body["message"].get("text", "")))
    open_with_words(body, kit, words)


def open_with_words(body: Body, kit: Kit, text: str) -> None:
    """Open the quick form with what somebody already wrote."""
    message = body.get("message") or {}
    subject = f"{drafts.WORDS}:{(body.get('channel') or {}).get('id')}:{message.get('ts')}"
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = cycles.team_meant(session, actor, body, "cycle.write")
        values = cycle_forms.with_words(session, actor, team, kit.now(), text=text, subject=subject)
    answers.open_view(kit, body, "pdsa/start", values)


def widen(ack: Ack, body: Body, kit: Kit) -> None:
    """More, We already ran it, It hasn't run yet: the form changes, and what was typed in a box that goes is kept."""
    ack()
    view = body["view"]
    carried = forms.carried(view, Carried).model_copy(update=WIDER[body["actions"][0]["action_id"]])
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        _must_be_theirs(session, actor, carried)
    drafting.write(kit, body)
    with kit.store.reading() as session:
        out_of_sight = drafts.kept(session, person=actor.id, form=cycle_forms.START, subject=carried.subject)
        shown = {str(block.get("block_id")) for block in view["blocks"]}
        given = {name: text for name, text in cycle_forms.given(session, carried).items() if name not in shown}
        words = {**given, **out_of_sight, **_not_in_the_draft(kit, view), **forms.values(view)}
        kept = any(block.get("block_id") == forms.KEPT for block in view["blocks"])
        values = cycle_forms.reopened(session, actor, carried, words, kit.now(), kept=kept)
    answers.replace_view(kit, body, "pdsa/start", values)


def _not_in_the_draft(kit: Kit, view: Body) -> dict[str, str]:
    """Words that the guard keeps out of drafts come back with their box: they are held in memory, and only there."""
    shown = {str(block.get("block_id")): "" for block in view["blocks"] if block.get("type") == "input"}
    for name, text in {**shown, **forms.free_text(view)}.items():
        kit.words.hold(f"box:{view['id']}:{name}", text)
    hidden = {name: kit.words.held(f"box:{view['id']}:{name}") for name in cycle_forms.BOXES if name not in shown}
    return {name: text for name, text in hidden.items() if text}


def start_empty(ack: Ack, body: Body, kit: Kit) -> None:
    """Set the kept words aside for good and begin anew; after a cycle, with what that one tried."""
    ack()
    carried = forms.carried(body["view"], Carried)
    with kit.store.transaction() as session:
        actor = access.actor(session, body)
        _must_be_theirs(session, actor, carried)
        drafts.discard(session, person=actor.id, form=cycle_forms.START, subject=carried.subject)
        if carried.parent:
            parent, team = cycles.writable(session, actor, carried.parent)
            values = cycle_forms.following(session, actor, team, parent, kit.now())
        elif carried.stolen:
            values = idea_steals.form(session, actor, carried.stolen, carried.team, kit)
        elif carried.promise:
            values = commitments.form(session, actor, carried.promise, kit)
        elif carried.agreed:
            values = callsheets.form(session, actor, carried.agreed, kit)
        else:
            values = cycle_forms.reopened(session, actor, Carried(team=carried.team), {}, kit.now())
    kit.typing.forget(str(body["view"]["id"]))
    answers.restart_view(kit, body, kit.templates.render("pdsa/start", values))


def open_next(ack: Ack, body: Body, kit: Kit) -> None:
    """Adapt: open the next cycle of the ramp, filled in from this one; the decision is saved with it."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        parent, team = cycles.writable(session, actor, forms.pressed(body))
        if body["actions"][0]["action_id"] == "pdsa.adapt" and parent.stage != pdsa.STUDY:
            raise Gone(f"Cycle {parent.number} has moved on: {pdsa_facts.stage(parent)}. Its card shows the next step.")
        _must_lead_on(session, parent)
        values = cycle_forms.following(session, actor, team, parent, kit.now())
    answers.open_view(kit, body, "pdsa/start", values)


def start_cycle(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Save the cycle and its card together, then close the form."""
    carried = forms.carried(view, Carried)
    draft = cycle_forms.read_start(view, carried)
    now = kit.now()
    with kit.store.transaction() as session:
        inbox.form_once(session, body, "pdsa.start", now)
        actor = access.actor(session, body)
        parent, team = _parent_and_team(session, actor, carried, draft.team)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        draft = cycle_forms.linked(session, view, carried, draft)
        cycle_forms.check(session, draft, team, now, carried)
        cycle = pdsa.start(session, draft, team=team, owner=actor.id, now=now, parent=parent)
        if carried.ran:
            cycle_forms.already_ran(session, view, pdsa.get(session, cycle.id), by=actor.id, now=now)
        if parent and parent.stage == pdsa.STUDY:
            tested = f"Cycle {cycle.number} tests it again."
            pdsa.decide(session, parent, "adapt", by=actor.id, now=now, next_step=tested)
        said = idea_steals.take(session, carried.stolen, cycle, kit.now()) if carried.stolen else ""
        if carried.promise:
            commitments.take(session, carried.promise, cycle, kit)
        if carried.agreed:
            callsheets.take(session, carried.agreed, cycle, kit)
        cycles.saved(session, kit, view, cycle, by=actor.id, confirmed=confirmed)
        if parent:
            cycles.show_ramp(session, parent, kit)
    ack(**forms.closing(view))
    if said:
        answers.tell(kit, body, said)


def _parent_and_team(
    session: Session, actor: Actor, carried: Carried, chosen: int | None
) -> tuple[Cycle | None, Team | TeamInBrief]:
    """The cycle that this one follows, whose team it then belongs to; otherwise the team of the form."""
    if carried.parent:
        parent, team = cycles.writable(session, actor, carried.parent)
        parent = pdsa.for_change(session, carried.parent)
        _must_lead_on(session, parent)
        return parent, team
    team_id = chosen or carried.team
    if team_id is None:
        raise FieldError("team", "Please choose the team this test belongs to.")
    brief = access.brief_of(session, team_id)
    actor.must("cycle.write", collaborative=brief.collaborative_id, team=brief)
    return None, brief


def _must_be_theirs(session: Session, actor: Actor, carried: Carried) -> None:
    """The form is shown again with what its own ids speak of: claims, like any other."""
    if carried.stolen:
        idea_steals.readable(session, actor, carried.stolen)
    if carried.parent or carried.team:
        _parent_and_team(session, actor, carried, None)


def _must_lead_on(session: Session, parent: Cycle) -> None:
    """A ramp goes on from what was learned, and in one line."""
    if parent.stage not in (pdsa.STUDY, pdsa.ACT):
        raise Gone(f"Cycle {parent.number} comes first: {pdsa_facts.stage(parent)}. Its card shows the next step.")
    after = pdsa.successor(session, parent)
    if after:
        raise Gone(f"Cycle {after.number} already follows cycle {parent.number}. Open it from its card.")

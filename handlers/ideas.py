"""Sharing an idea, from wherever it is: a command, Home, a finished cycle, plain words; and reading it whole."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox
from bot.access import Actor
from bot.cards import idea_cards
from bot.domain import idea_facts, idea_permissions, idea_steals, ideas, pdsa
from bot.domain.idea_permissions import Permission
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.errors import BotError, FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles, idea_forms
from handlers import idea_steals as stealing
from handlers.idea_forms import SHARED, Carried, Told

Body = dict[str, Any]
HELP = (
    "*/share* opens the form for an idea; words after it are filled in.\n"
    "A finished cycle has *Share it* on its card, and any message has *Share this idea* behind ⋯.\n"
    "It is also at Home and behind All actions."
)


def register(app: Registrar) -> None:
    """What people can do."""
    app.command("/share")(command)
    app.shortcut("ideas.new")(open_form)
    app.action("ideas.share")(open_form)
    app.action("ideas.share_cycle")(open_for_cycle)
    app.view(SHARED)(share)
    app.action("ideas.read")(read)


def command(ack: Ack, body: Body, kit: Kit) -> None:
    """`/share`, with words that are filled in; `/share help`."""
    ack()
    words = str(body.get("text", "")).strip()
    if words.lower() == "help":
        return answers.say_to(kit, body, HELP)
    return _open(body, kit, Carried(), {"what": words[: ideas.MOST]} if words else {})


def open_form(ack: Ack, body: Body, kit: Kit) -> None:
    """An empty form, with the half-written words of last time if there are any."""
    ack()
    named = forms.pressed(body) if body.get("actions") else None
    _open(body, kit, Carried(), {}, named)


def open_for_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """From a finished cycle: what it tells is filled in."""
    ack()
    open_cycle(body, kit, forms.pressed(body))


def open_cycle(body: Body, kit: Kit, cycle_id: int) -> None:
    """The same, wherever the cycle was named."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        cycle, team = _shareable(session, actor, cycle_id)
        carried = Carried(cycle=cycle.id, subject=f"cycle:{cycle.id}")
        values = idea_forms.opened(session, actor, team, carried, idea_forms.of_cycle(session, cycle))
    answers.open_view(kit, body, "ideas/share", values)


def open_with_words(body: Body, kit: Kit, words: str, carried: Carried | None = None) -> None:
    """With what somebody wrote in plain words."""
    message = body.get("message") or {}
    subject = f"{drafts.WORDS}:{(body.get('channel') or {}).get('id')}:{message.get('ts')}"
    carried = carried or Carried(subject=subject)
    _open(body, kit, carried, {"what": words[: ideas.MOST]}, carried.team)


def share(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """The idea and its card together; what others shared already is shown once before that."""
    told, carried = forms.read(view, Told), forms.carried(view, Carried)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, SHARED, kit.now())
        actor = access.actor(session, body)
        team = _team(session, actor, carried, told)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        origin = _origin(session, team, carried, told)
        near = [] if carried.near else idea_forms.near_ones(session, told, team, origin)
        if near:
            raise forms.AskAgain(idea_forms.with_near(session, view, carried, near))
        idea = _written(session, actor, team, told, carried, kit)
        idea.origin_id = origin.id if origin else None
        ideas.share(session, idea)
        drafted(session, kit, view, actor, carried.subject, idea, confirmed)
        channel = idea_cards.show(session, idea, kit.now())
    ack(**forms.closing(view))
    answers.tell(kit, body, f"Thank you. It stands in #{channel}, where every team can steal it.")


def read(ack: Ack, body: Body, kit: Kit) -> None:
    """Read all: every character, who added theirs, and for its team the ways to change it."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea = stealing.readable(session, actor, forms.pressed(body))
        values = whole(session, actor, idea)
    answers.open_view(kit, body, "ideas/read", values)


def whole(session: Session, actor: Actor, idea: Idea) -> dict[str, Any]:
    """What the window with everything shows."""
    facts = idea_facts.card(session, idea)
    team = facts["team"]
    writable = actor.may("idea.write", collaborative=idea.collaborative_id, team=team)
    own = actor.team_ids == [idea.team_id]
    return {**facts, "history": idea_facts.history(session, idea, team), "writable": writable, "own": own}


def _open(body: Body, kit: Kit, carried: Carried, given: dict[str, Any], named: int | None = None) -> None:
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = cycles.team_meant(session, actor, body, "idea.write", named=named)
        values = idea_forms.opened(session, actor, team, carried, given)
    answers.open_view(kit, body, "ideas/share", values)


def _shareable(session: Session, actor: Actor, cycle_id: int) -> tuple[Cycle, Team]:
    """A finished cycle of one's own team that wasn't shared yet."""
    cycle, team = cycles.writable(session, actor, cycle_id)
    actor.must("idea.write", collaborative=cycle.collaborative_id, team=team)
    if cycle.stage != pdsa.ACT:
        raise Gone(f"Cycle {cycle.number} goes on. Once it is decided, its card has Share it.")
    if ideas.of_cycle(session, cycle.id):
        raise Gone(f"Cycle {cycle.number} is shared already. Its idea stands in the channel where teams share.")
    return cycle, team


def _team(session: Session, actor: Actor, carried: Carried, told: Told) -> Team:
    """Whose idea it is: the team of its cycle, else that of the form."""
    if carried.cycle:
        return _shareable(session, actor, carried.cycle)[1]
    team_id = told.team or carried.team
    if team_id is None:
        raise FieldError("team", "Please choose the team whose idea it is.")
    team = access.team_of(session, team_id)
    actor.must("idea.write", collaborative=team.collaborative_id, team=team)
    return team


def _written(session: Session, actor: Actor, team: Team, told: Told, carried: Carried, kit: Kit) -> Idea:
    """The row, with where it came from."""
    asked = session.get(Permission, carried.permission) if carried.permission else None
    if asked:
        _allowed(session, actor, team, asked, kit)
    link = asked.permalink if asked else carried.message
    if link and ideas.of_message(session, team.collaborative_id, link):
        raise BotError("This message is shared already. Its idea stands in the channel where teams share.")
    return Idea(
        collaborative_id=team.collaborative_id, team_id=team.id or 0, person_id=actor.id, shared_at=kit.now(),
        cycle_id=carried.cycle,
        permalink=link, author_id=actor.id if link else None,
        said_at=asked.said_at if asked else idea_forms.said_at(carried),
        **idea_forms.columns(session, told, team.collaborative_id),
    )  # fmt: skip


def _origin(session: Session, team: Team, carried: Carried, told: Told) -> Idea | None:
    """The other team's idea that it comes from: as it was chosen, else the one that its cycle goes back to."""
    if told.origin:
        chosen = session.get(Idea, told.origin)
        if (
            chosen is None
            or chosen.collaborative_id != team.collaborative_id
            or chosen.withdrawn_at
            or chosen.purged_at
        ):
            raise FieldError("origin", "This idea isn't there any more. Please choose another, or none.")
        return chosen if chosen.team_id != team.id else None
    cycle = session.get(Cycle, carried.cycle) if carried.cycle else None
    origin = idea_steals.origin(session, cycle) if cycle else None
    return origin if origin and origin.team_id != team.id else None


def _allowed(session: Session, actor: Actor, team: Team, asked: Permission, kit: Kit) -> None:
    """The author's yes, by their own hand and in the collaborative in which they were asked."""
    if asked.author_id != actor.id or asked.collaborative_id != team.collaborative_id:
        raise Gone("Only whoever wrote a message can share it.")
    if asked.state == idea_permissions.YES:
        raise Gone("You have shared this message already.")
    idea_permissions.answer(session, asked, idea_permissions.YES, kit.now())
    idea_cards.author_answered(session, asked, kit.now())


def drafted(
    session: Session, kit: Kit, view: Body, actor: Actor, subject: str, idea: Idea, confirmed: list[str]
) -> None:
    """What follows a saved form: its draft goes, and what was confirmed is noted."""
    drafts.discard(session, person=actor.id, form=str(view["callback_id"]), subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(
            session, "privacy.confirmed", by=actor.id, subject=ideas.subject(idea), now=kit.now(), fields=confirmed
        )

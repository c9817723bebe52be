"""Stealing an idea: the quick form filled in from it, adding one's own to it, and who took it so far."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, audit, drafts, forms, inbox, outbox
from bot.access import Actor
from bot.cards import idea_cards
from bot.domain import idea_facts, idea_steals, ideas
from bot.domain.ideas import Idea
from bot.domain.pdsa import Started
from bot.domain.teams import Team
from bot.errors import FieldError, Gone
from bot.guard import known
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycle_forms, cycles
from handlers.idea_forms import SHARED, SUPPORTED, Supported

Body = dict[str, Any]
NO_IDEA = "This idea isn't in the record any more."
TAKEN_BACK = (
    "{team} took this idea back while you were writing. Your test stands all the same, as your own cycle {number}: "
    "nobody is named on it, and it doesn't count as stolen."
)
ON_ITS_WAY = "The picture is on its way to your conversation with me."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("ideas.steal")(open_steal)
    app.action("ideas.support")(open_support)
    app.view(SUPPORTED)(support)
    app.action("ideas.spread")(show_spread)
    app.action("ideas.picture")(send_picture)


class Adds(BaseModel):
    """The idea that a team adds to, the team, and the form it came from: claims, checked again."""

    idea: int
    team: int | None = None
    subject: str = ""


def open_steal(ack: Ack, body: Body, kit: Kit) -> None:
    """Steal this: the quick form of a cycle, filled in, for the team of whoever pressed."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea = readable(session, actor, forms.pressed(body))
        team = cycles.team_meant(session, actor, body, "cycle.write")
        before = idea_steals.of_team(session, idea, team.id or 0) if team else None
        values = {} if before else form(session, actor, idea.id or 0, team.id if team else None, kit)
    if before:
        cycle = before.newest
        told = {"cycle": cycle, "outcome": idea_steals.outcome(cycle)}
        return answers.open_view(kit, body, "ideas/taken", told)
    return answers.open_view(kit, body, "pdsa/start", values)


def form(session: Session, actor: Actor, idea_id: int, team_id: int | None, kit: Kit) -> dict[str, Any]:
    """The quick form, filled in from an idea that this team may take; without a team the form asks for one."""
    idea = readable(session, actor, idea_id)
    team = access.team_of(session, team_id) if team_id else None
    if team:
        actor.must("cycle.write", collaborative=team.collaborative_id, team=team)
        _must_be_of_one(idea, team)
        idea_steals.may(session, idea, team_id or 0)
    return cycle_forms.stealing(session, actor, team, idea, kit.now())


def take(session: Session, idea_id: int, cycle: Started, now: datetime) -> str:
    """The cycle that was just started tests an idea; what was taken back since the form opened is nobody's to thank.

    Returns what whoever started it has to know. Raises Gone where it was taken down, or the team has it already.
    """
    idea = session.get(Idea, idea_id)
    if idea and idea.withdrawn_at and not idea.purged_at:
        return TAKEN_BACK.format(team=session.get_one(Team, idea.team_id).name, number=cycle.number)
    idea = ideas.get(session, idea_id)
    _must_be_of_one(idea, session.get_one(Team, cycle.team_id))
    steal = idea_steals.take(session, idea, team=cycle.team_id, by=cycle.owner_id, cycle=cycle.id, now=now)
    idea_cards.stolen(session, idea, steal, now)
    return ""


def open_support(ack: Ack, body: Body, kit: Kit) -> None:
    """Ours too: a few words of one's own on another team's card; out of the form for sharing they come along."""
    ack()
    view = body.get("view") or {}
    typed = forms.values(view) if view.get("callback_id") == SHARED else {}
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        idea = readable(session, actor, forms.pressed(body))
        team = _supporting(session, actor, body, idea)
        mine = idea_steals.of_supporter(session, idea, team.id or 0) if team else None
        teams = [] if team else [(str(one), session.get_one(Team, one).name[:75]) for one in actor.team_ids]
    words = mine.words if mine else "\n".join(filter(None, [typed.get("what"), typed.get("happened")]))
    adds = Adds(idea=idea.id or 0, team=team.id if team else None, subject=_drafted_as(view) if typed else "")
    whose = team.name if team else ""
    values = {"idea": idea, "teams": teams, "whose": whose, "words": words[:1000], "meta": adds.model_dump_json()}
    answers.open_view(kit, body, "ideas/support", values)


def support(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Its card names their team."""
    told, adds = forms.read(view, Supported), forms.carried(view, Adds)
    with kit.store.transaction() as session:
        inbox.form_once(session, body, SUPPORTED, kit.now())
        actor = access.actor(session, body)
        idea = readable(session, actor, adds.idea)
        team = _chosen(session, actor, idea, told.team or adds.team)
        confirmed = forms.guard(view, known.of(session, kit, team.collaborative_id))
        idea_steals.support(session, idea, team=team.id or 0, by=actor.id, words=told.words, now=kit.now())
        drafts.discard(session, person=actor.id, form=SHARED, subject=adds.subject)
        if confirmed:
            subject = ideas.subject(idea)
            audit.note(session, "privacy.confirmed", by=actor.id, subject=subject, now=kit.now(), fields=confirmed)
        outbox.say_again(session, idea_cards.key(idea), now=kit.now())
    ack(response_action="clear")


def show_spread(ack: Ack, body: Body, kit: Kit) -> None:
    """Who took it, what became of it, what it goes back to, and what was shared again from it."""
    ack()
    with kit.store.reading() as session:
        actor, idea = access.actor(session, body), session.get(Idea, forms.pressed(body))
        if idea is None:
            raise Gone(NO_IDEA)
        actor.must("idea.read", collaborative=idea.collaborative_id)
        if idea.purged_at:
            raise Gone("This idea was taken down because it may have held patient details.")
        values = _spread(session, actor, idea)
    answers.open_view(kit, body, "ideas/spread", values)


def send_picture(ack: Ack, body: Body, kit: Kit) -> None:
    """The same as a picture, in one's own conversation."""
    with kit.store.transaction() as session:
        inbox.once(session, inbox.click_key(body), "ideas.picture", kit.now())
        actor = access.actor(session, body)
        idea = readable(session, actor, forms.pressed(body))
        actor.must("idea.picture", collaborative=idea.collaborative_id)
        outbox.say(
            session, "ideas/picture", key=f"{idea_cards.key(idea)}:picture:{actor.id}", to=f"person:{actor.id}",
            now=kit.now(), idea=idea.id or 0,
        )  # fmt: skip
        values = _spread(session, actor, idea, said=ON_ITS_WAY)
    ack()
    if (body.get("view") or {}).get("type") == "modal":
        answers.replace_view(kit, body, "ideas/spread", values)
    else:
        answers.tell(kit, body, ON_ITS_WAY)


def readable(session: Session, actor: Actor, idea_id: int) -> Idea:
    """The idea, for people of its collaborative; the check is on the record."""
    idea = session.get(Idea, idea_id)
    if idea is None:
        raise Gone(NO_IDEA)
    actor.must("idea.read", collaborative=idea.collaborative_id)
    return ideas.get(session, idea_id)


def _spread(session: Session, actor: Actor, idea: Idea, said: str = "") -> dict[str, Any]:
    """What the window of its chain shows; `said` is the answer to what was pressed in it."""
    picture = actor.may("idea.picture", collaborative=idea.collaborative_id)
    return {**idea_facts.spread(session, idea), "picture": picture, "said": said}


def _supporting(session: Session, actor: Actor, body: Body, idea: Idea) -> Team | None:
    """The team that would add theirs; None where the form has to ask."""
    view = body.get("view") or {}
    named = forms.meta(view).get("team") if view.get("callback_id") == SHARED else None
    team = cycles.team_meant(session, actor, body, "idea.write", named=named if isinstance(named, int) else None)
    return _chosen(session, actor, idea, team.id) if team else None


def _chosen(session: Session, actor: Actor, idea: Idea, team_id: int | None) -> Team:
    if team_id is None:
        raise FieldError("team", "Please choose the team that adds theirs.")
    team = access.team_of(session, team_id)
    actor.must("idea.write", collaborative=team.collaborative_id, team=team)
    _must_be_of_one(idea, team)
    if idea.team_id == team.id:
        raise Gone("This is your own team's idea already.")
    return team


def _drafted_as(view: Body) -> str:
    return str(forms.meta(view).get("subject", ""))


def _must_be_of_one(idea: Idea, team: Team) -> None:
    if team.collaborative_id != idea.collaborative_id:
        raise Gone(
            "This idea is another collaborative's, and its spread is counted there. Log your own test with /pdsa."
        )

"""Reading cycles: the teams, a team's list, one cycle whole, and the library of what all teams learned."""

from typing import Any

from slack_bolt import Ack
from sqlmodel import Session

from bot import access, answers, forms
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts, pdsa_history, pdsa_search
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.errors import BotError, Gone
from bot.homes import overview
from bot.kit import Kit
from bot.routes import Registrar
from handlers import cycles

Body = dict[str, Any]
WHICH_TEAM = "You're in several teams: ask in the team's own channel, or press Our cycles on its card."


def register(app: Registrar) -> None:
    """What people can do."""
    app.action("teams.list")(list_teams)
    app.action("pdsa.list")(list_cycles)
    app.action("pdsa.read")(read_cycle)
    app.action("pdsa.library")(open_library)
    app.view("pdsa.search")(search_library)


def list_teams(ack: Ack, body: Body, kit: Kit) -> None:
    """All teams that somebody of the staff may read, in a window."""
    ack()
    with kit.store.reading() as session:
        values = overview.all_teams(session, access.actor(session, body), kit.now())
    answers.open_view(kit, body, "teams/list", values)


def list_cycles(ack: Ack, body: Body, kit: Kit) -> None:
    """The team's cycles in a window; somebody of the staff who names no team chooses one."""
    ack()
    named = forms.pressed(body) if body.get("actions") else None
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        chooses = not (named or actor.team_ids or cycles.team_here(session, body))
        values = overview.all_teams(session, actor, kit.now()) if chooses else _cycles(session, actor, body, named)
    if chooses:
        return answers.open_view(kit, body, "teams/list", values)
    return answers.open_view(kit, body, "pdsa/list", values)


def read_cycle(ack: Ack, body: Body, kit: Kit) -> None:
    """Read all: every character of the cycle, its ramp and its history."""
    ack()
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        values = _whole(session, actor, session.get(Cycle, forms.pressed(body)), kit)
    answers.open_view(kit, body, "pdsa/read", values)


def read_numbered(body: Body, kit: Kit, number: int) -> None:
    """The same by the team's own number."""
    with kit.store.reading() as session:
        actor = access.actor(session, body)
        team = cycles.team_meant(session, actor, body, "cycle.read")
        if team is None:
            raise BotError(WHICH_TEAM)
        cycle = pdsa_search.numbered(session, team.id or 0, number)
        if cycle is None:
            raise BotError(f"{team.name} has no cycle {number} yet. */pdsa list* shows those there are.")
        values = _whole(session, actor, cycle, kit)
    answers.open_view(kit, body, "pdsa/read", values)


def open_library(ack: Ack, body: Body, kit: Kit) -> None:
    """What all teams tried and learned."""
    ack()
    show_library(body, kit, "")


def show_library(body: Body, kit: Kit, words: str) -> None:
    """The same, for these words at once."""
    with kit.store.reading() as session:
        values = _found(session, access.actor(session, body), words)
    answers.open_view(kit, body, "pdsa/library", values)


def search_library(ack: Ack, body: Body, view: Body, kit: Kit) -> None:
    """Search in the open window."""
    words = str(forms.values(view).get("words", ""))
    with kit.store.reading() as session:
        values = _found(session, access.actor(session, body), words)
    ack(response_action="update", view=kit.templates.render("pdsa/library", values))


def _cycles(session: Session, actor: Actor, body: Body, named: int | None) -> dict[str, Any]:
    team = cycles.team_meant(session, actor, body, "cycle.read", named=named)
    if team is None:
        raise BotError(WHICH_TEAM)
    return cycles_of(session, actor, team)


def cycles_of(session: Session, actor: Actor, team: Team) -> dict[str, Any]:
    """What the window with a team's cycles prints."""
    writable = actor.may("cycle.write", collaborative=team.collaborative_id, team=team)
    return {
        "team": team,
        "cycles": pdsa_facts.lines(pdsa_search.of_team(session, team.id or 0)),
        "writable": writable,
        "pause": overview.pause(actor, team),
        "coached": actor.may("engagement.read", collaborative=team.collaborative_id, team=team),
        "ends": actor.may("ending.see", collaborative=team.collaborative_id, team=team),
    }


def _whole(session: Session, actor: Actor, found: Cycle | None, kit: Kit) -> dict[str, Any]:
    if found is None:
        raise Gone("This cycle isn't in the record any more.")
    team = access.team_of(session, found.team_id)
    actor.must("cycle.read", collaborative=found.collaborative_id, team=team)
    cycle = pdsa.get(session, found.id or 0)
    writable = actor.may("cycle.write", collaborative=cycle.collaborative_id, team=team)
    facts = pdsa_facts.card(session, cycle, kit.now())
    return {**facts, "history": pdsa_history.history(session, cycle, team), "writable": writable}


def _found(session: Session, actor: Actor, words: str) -> dict[str, Any]:
    allowed = access.collaboratives_of(session, actor, "library.read")
    rows = [row for one in allowed for row in pdsa_facts.library(session, one.id or 0, words)]
    shown = [{**row, "readable": _may_read(actor, row["team"])} for row in rows[:20]]
    return {"cycles": shown, "words": words[:200]}


def _may_read(actor: Actor, team: Team) -> bool:
    return actor.may("cycle.read", collaborative=team.collaborative_id, team=team)

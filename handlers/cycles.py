"""What all handlers of cycles share: who may write one, which team is meant, and what follows a saved form."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot import access, audit, drafts, forms, outbox
from bot.access import Actor
from bot.cards import idea_cards
from bot.domain import pdsa
from bot.domain.pdsa import Cycle, Started
from bot.domain.reasons import CYCLES
from bot.domain.teams import Channel, Team
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.planning import asking

Body = dict[str, Any]
NO_TEAM = (
    "You're not in a team, so there is nowhere to log a cycle. "
    "Teams log their own; coaches and faculty read them: */pdsa list* shows the teams."
)
FOR_WHICH = (
    "Which team is it for? */pdsa list* shows the teams: open one's cycles, and press Log a PDSA cycle above them. "
    "Or write */pdsa* in the team's own channel."
)
NO_TEAM_SHARES = (
    "You're not in a team, and ideas are shared by the teams that tried them. "
    "Whoever is in one finds Share an idea at Home and behind All actions."
)
WHOSE = "Every team numbers its own cycles: ask in the team's channel, or choose the team with */pdsa list*."


def writable(session: Session, actor: Actor, cycle_id: int) -> tuple[Cycle, Team]:
    """The cycle and its team, when this person may write it; the check is on the record, not on the button."""
    cycle = session.get(Cycle, cycle_id)
    team = access.team_of(session, cycle.team_id) if cycle else None
    if cycle is None or team is None:
        raise Gone("This cycle isn't in the record any more.")
    actor.must("cycle.write", collaborative=cycle.collaborative_id, team=team)
    return pdsa.get(session, cycle_id), team


def team_meant(
    session: Session, actor: Actor, body: Mapping[str, Any], act: str, *, named: int | None = None
) -> Team | None:
    """The team a button names, or whose channel this is, or the person's only one; None where the form has to ask."""
    team_id = named or team_here(session, body)
    if team_id is None and not actor.team_ids:
        raise BotError(_way_on(actor, act))
    if team_id is None and len(actor.team_ids) > 1:
        return None
    team = access.team_of(session, team_id or actor.team_ids[0])
    actor.must(act, collaborative=team.collaborative_id, team=team)
    return team


def team_here(session: Session, body: Mapping[str, Any]) -> int | None:
    """The team in whose channel this was pressed or typed."""
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
    found = session.exec(Channel.in_slack(str(channel))).first() if channel else None
    return found.team_id if found else None


def saved(
    session: Session, kit: Kit, view: Mapping[str, Any], cycle: Cycle | Started, *, by: int, confirmed: list[str]
) -> None:
    """What follows every saved form: its draft goes, what was confirmed is noted, the cards are brought up to date."""
    subject = str(forms.meta(view).get("subject", ""))
    drafts.discard(session, person=by, form=str(view["callback_id"]), subject=subject)
    kit.typing.forget(str(view["id"]))
    if confirmed:
        audit.note(session, "privacy.confirmed", by=by, subject=f"cycle:{cycle.id}", now=kit.now(), fields=confirmed)
    show(session, cycle, kit, by=by)


def show(session: Session, cycle: Cycle | Started, kit: Kit, *, by: int) -> None:
    """Bring the cycle's card, the team card, the owner's Home and what is asked about it up to date."""
    now = kit.now()
    outbox.say(session, "pdsa/card", key=f"pdsa:{cycle.id}", to=f"team:{cycle.team_id}", now=now, cycle=cycle.id or 0)
    outbox.say_again(session, f"team:{cycle.team_id}", f"home:{cycle.owner_id}", now=now)
    if isinstance(cycle, Cycle):
        asking.settle(session, kit, CYCLES, cycle.id or 0, by=by)
        idea_cards.follow(session, cycle, now)


def show_ramp(session: Session, cycle: Cycle, kit: Kit) -> None:
    """Bring the cards of the cycle's whole chain up to date: each of them shows it, as does the idea it came from."""
    for one in pdsa.ramp(session, cycle):
        outbox.say_again(session, f"pdsa:{one.id}", now=kit.now())
    idea_cards.follow(session, cycle, kit.now())


def _way_on(actor: Actor, act: str) -> str:
    """What somebody without a team is told: the director writes for every team, and has to choose one."""
    if act == "idea.write":
        return NO_TEAM_SHARES
    if act != "cycle.write":
        return WHOSE
    directs = any(actor.may(act, collaborative=one) for one in actor.collaborative_ids)
    return FOR_WHICH if directs else NO_TEAM

"""What is said about an idea: its card, word to whoever shared it, and the question to the author of a message."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from bot import outbox
from bot.cards import digest_cards, weekly_cards
from bot.domain import idea_facts, idea_permissions, idea_steals, pdsa, pdsa_facts, people, spreads
from bot.domain.idea_permissions import Permission
from bot.domain.ideas import Idea, Steal
from bot.domain.pdsa import ACT, Cycle
from bot.domain.people import Person
from bot.domain.teams import GONE, Channel, Team
from bot.kit import Kit
from bot.sending import pictures
from bot.sending.pictures import Wanted

Values = dict[str, Any]
About = Mapping[str, int]
WHY = "somebody would like to share what they wrote"


def key(idea: Idea) -> str:
    """The occasion."""
    return f"idea:{idea.id}"


def show(session: Session, idea: Idea, now: datetime) -> str:
    """The channel in which teams share has its card; returns that channel's name."""
    here = select(Channel).where(Channel.collaborative_id == idea.collaborative_id, Channel.purpose == "share")
    channel = session.exec(here).one()
    outbox.say(session, "ideas/card", key=key(idea), to=f"channel:{channel.id}", now=now, idea=idea.id or 0)
    if idea.cycle_id:
        outbox.say_again(session, f"pdsa:{idea.cycle_id}", now=now)  # it offers to share no more
    if idea.origin_id:
        outbox.say_again(session, f"idea:{idea.origin_id}", now=now)
    return channel.name


def stolen(session: Session, idea: Idea, steal: Steal, now: datetime) -> None:
    """The card has one team more, and whoever shared it hears which."""
    outbox.say_again(session, key(idea), now=now)
    if whom := _whom(session, idea):
        outbox.say(
            session, "ideas/stolen", key=f"{key(idea)}:stolen:{steal.team_id}", to=whom, now=now, idea=idea.id or 0,
            team=steal.team_id,
        )  # fmt: skip


def follow(session: Session, cycle: Cycle, now: datetime) -> None:
    """A cycle moved on: where it goes back to a stolen idea, the idea's card shows it, and its source hears the end.

    Of a chain of cycles they hear how the first ended and how the whole did, not of each *Adapt* on the way.
    """
    steal = idea_steals.of_ramp(session, pdsa.ramp(session, cycle))
    if steal is None:
        return
    idea = session.get_one(Idea, steal.idea_id)
    outbox.say_again(session, key(idea), now=now)
    whom = _whom(session, idea)
    if cycle.deleted_at:
        outbox.recall(session, _ended(cycle), now)
    elif whom and not idea.purged_at and cycle.stage == ACT and (_is_first(steal, cycle) or cycle.decision != "adapt"):
        about = {"idea": idea.id or 0, "team": steal.team_id, "ended": cycle.id or 0}
        outbox.say(session, "ideas/ended", key=_ended(cycle), to=whom, now=now, **about)


def changed(session: Session, idea: Idea, now: datetime) -> None:
    """Its words are others now: whatever shows them is said as they stand."""
    outbox.say_again(session, key(idea), now=now)
    for steal, ramp in idea_steals.taken(session, idea):
        told = [occasion for cycle in ramp for occasion in (f"pdsa:{cycle.id}", _ended(cycle))]
        outbox.say_again(session, f"{key(idea)}:stolen:{steal.team_id}", *told, now=now)


def show_again(session: Session, now: datetime, *, of: Iterable[Idea]) -> None:
    """Who may be asked, or whether the team is still there, is another thing now."""
    outbox.say_again(session, *(key(idea) for idea in of), now=now)


def silence(session: Session, idea: Idea, now: datetime) -> int:
    """Its words are gone: its card and what was said of it go too; returns how many cycles were begun from it."""
    pictures.condemn(session, key(idea))
    outbox.recall(session, key(idea), now)
    weekly_cards.say_again(session, idea.collaborative_id, idea.shared_at, now)
    digest_cards.forget_idea(session, idea, now)
    taken = idea_steals.taken(session, idea)
    for cycle in (one for theft in taken for one in theft.ramp):
        outbox.recall(session, _ended(cycle), now)
        outbox.say_again(session, f"pdsa:{cycle.id}", now=now)
    if idea.cycle_id:
        outbox.say_again(session, f"pdsa:{idea.cycle_id}", now=now)
    return len(taken)


def ask_author(session: Session, asked: Permission, now: datetime) -> None:
    """Whoever wrote the message is asked, in their hours."""
    outbox.plan(
        session, "ideas/permission", key=f"permission:{asked.id}", to=f"person:{asked.author_id}", at=now, why=WHY,
        now=now, permission=asked.id or 0,
    )  # fmt: skip


def author_answered(session: Session, asked: Permission, now: datetime) -> None:
    """The question shows its answer, and whoever asked hears it."""
    outbox.say_again(session, f"permission:{asked.id}", now=now)
    outbox.say(
        session, "ideas/answered", key=f"permission:{asked.id}:answer", to=f"person:{asked.asked_by}", now=now,
        permission=asked.id or 0,
    )  # fmt: skip


def card(session: Session, about: About, kit: Kit) -> Values | None:
    """What its card prints; None where its words were taken down."""
    idea = session.get(Idea, about["idea"])
    return idea_facts.card(session, idea) if idea and not idea.purged_at else None


def word_of_theft(session: Session, about: About, kit: Kit) -> Values | None:
    """What its source is told when a team takes it; None where that is undone."""
    idea, team = session.get(Idea, about["idea"]), session.get(Team, about["team"])
    theft = idea_steals.of_team(session, idea, about["team"]) if idea else None
    if idea is None or team is None or theft is None or idea.purged_at:
        return None
    first = theft.ramp[0]
    by = pdsa_facts.name_of(session, first.owner_id)
    return {"idea": idea, "team": team, "number": first.number, "by": by, "alone": _is_here(session, idea)}


def word_of_end(session: Session, about: About, kit: Kit) -> Values | None:
    """What its source is told when a cycle that goes back to it ended."""
    idea = session.get(Idea, about["idea"])
    theft = idea_steals.of_team(session, idea, about["team"]) if idea else None
    cycle = theft and next((one for one in theft.ramp if one.id == about.get("ended", theft.steal.cycle_id)), None)
    if idea is None or not theft or not cycle or cycle.stage != ACT or cycle.purged_at or idea.purged_at:
        return None
    return {
        "idea": idea, "cycle": cycle, "team": session.get_one(Team, cycle.team_id),
        "outcome": idea_steals.outcome(cycle), "after": theft.ramp.index(cycle) + 1,
        "tally": idea_steals.tally_of(session, idea), "alone": _is_here(session, idea),
    }  # fmt: skip


def picture(session: Session, about: About, kit: Kit) -> Values | None:
    """Its chain as a picture, for who asked; None where it was taken back or down."""
    idea = session.get(Idea, about["idea"])
    if idea is None or idea.withdrawn_at or idea.purged_at:
        return None
    spread = idea_facts.picture(session, idea)
    return {"idea": idea, "picture": Wanted(f"idea:{idea.id}", spread, spreads.alt(spread))}


def question(session: Session, about: About, kit: Kit) -> Values | None:
    """What the author of a message is asked, and what came of it."""
    asked = session.get(Permission, about["permission"])
    if asked is None:
        return None
    names = {"by": pdsa_facts.name_of(session, asked.asked_by), "author": pdsa_facts.name_of(session, asked.author_id)}
    here = select(Channel.name).where(
        Channel.collaborative_id == asked.collaborative_id, Channel.purpose == "share"
    )  # fmt: skip
    return {"asked": asked, "open": asked.state == idea_permissions.ASKED, **names, "channel": session.exec(here).one()}


def _whom(session: Session, idea: Idea) -> str:
    """Who hears of it: whoever shared it, their team once they left, and nobody of a team that left."""
    if session.get_one(Team, idea.team_id).status in GONE:
        return ""
    return f"person:{idea.person_id}" if _is_here(session, idea) else f"team:{idea.team_id}"


def _is_here(session: Session, idea: Idea) -> bool:
    person = session.get_one(Person, idea.person_id)
    return person.workspace is not None and people.is_in(session, idea.person_id, idea.collaborative_id)


def _is_first(steal: Steal, cycle: Cycle) -> bool:
    return steal.cycle_id == cycle.id


def _ended(cycle: Cycle) -> str:
    """Under the cycle whose words it tells, so that it goes with them."""
    return f"pdsa:{cycle.id}:ended"

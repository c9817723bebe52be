"""Stealing an idea, which is a compliment: who took it, what became of it there, and what came of that in turn."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bot.domain import activity, ideas, pdsa
from bot.domain.ideas import Idea, Steal, Support
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.errors import Gone

OUTCOMES = {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned", "": "still testing"}
_OF_CYCLES = select(Steal).where(col(Steal.cycle_id).in_(bindparam("cycles", expanding=True)))
_TAKEN = select(Steal, Cycle).join(Cycle).where(Steal.idea_id == bindparam("idea")).order_by(
    col(Steal.at), col(Steal.id)
)  # fmt: skip


def may(session: Session, idea: Idea, team_id: int) -> None:
    """Whether a team may take it. Raises Gone, with the way on, where it is their own or they have it already."""
    if idea.team_id == team_id:
        raise Gone("This is your own team's idea. To test it further, start the next cycle from the card of your test.")
    found = of_team(session, idea, team_id)
    if found:
        raise Gone(f"Your team took this idea already: it is your cycle {found.number}, {outcome(found)}.")


def take(session: Session, idea: Idea, *, team: int, by: int, cycle: int, now: datetime) -> Steal:
    """Write down who took it, and the act of both teams. A cycle that was deleted gives way to the new one."""
    may(session, idea, team)
    before = session.exec(select(Steal).where(Steal.idea_id == idea.id, Steal.team_id == team)).first()
    steal = before or Steal(idea_id=idea.id or 0, team_id=team, person_id=by, cycle_id=cycle, at=now)
    steal.person_id, steal.cycle_id, steal.at = by, cycle, now
    session.add(steal)
    session.flush()
    if before is None:
        subject = ideas.subject(idea)
        activity.record(session, "idea.stolen", team=team, person=by, subject=subject, now=now)
        activity.record(session, "idea.given", team=idea.team_id, person=idea.person_id, subject=subject, now=now)
    return steal


def support(session: Session, idea: Idea, *, team: int, by: int, words: str, now: datetime) -> None:
    """A team that came to the same adds theirs; said again, its words change."""
    if idea.team_id == team:
        raise Gone("This is your own team's idea already.")
    mine = of_supporter(session, idea, team)
    if mine is None:
        mine = Support(idea_id=idea.id or 0, team_id=team, person_id=by, at=now)
        activity.record(session, "idea.supported", team=team, person=by, subject=ideas.subject(idea), now=now)
    mine.words, mine.person_id = words, by
    session.add(mine)


def of_supporter(session: Session, idea: Idea, team_id: int) -> Support | None:
    """What a team added to it."""
    return session.exec(select(Support).where(Support.idea_id == idea.id, Support.team_id == team_id)).first()


def of_team(session: Session, idea: Idea, team_id: int) -> Cycle | None:
    """The cycle in which a team tests it; one that was deleted is none."""
    return next((cycle for steal, cycle in taken(session, idea) if steal.team_id == team_id), None)


def taken(session: Session, idea: Idea) -> list[tuple[Steal, Cycle]]:
    """Who took it, each with the cycle, oldest first; those that were deleted are left out."""
    found = session.exec(_TAKEN, params={"idea": idea.id})
    return [(steal, cycle) for steal, cycle in found if not cycle.deleted_at]


def of_cycle(session: Session, cycle_id: int | None) -> Steal | None:
    """The theft that began with this cycle."""
    return session.exec(select(Steal).where(Steal.cycle_id == cycle_id)).first()


def is_shared(session: Session, cycle: Cycle) -> bool:
    """Whether an idea was shared from it, and stands."""
    return ideas.of_cycle(session, cycle.id) is not None


def source(session: Session, ramp: Sequence[Cycle]) -> Idea | None:
    """The idea that a chain of cycles goes back to."""
    found = session.exec(_OF_CYCLES, params={"cycles": [cycle.id for cycle in ramp]}).first()
    return session.get(Idea, found.idea_id) if found else None


def origin(session: Session, cycle: Cycle) -> Idea | None:
    """The same for one cycle, whose chain is still to be looked up."""
    return source(session, pdsa.ramp(session, cycle))


def outcome(cycle: Cycle) -> str:
    """What became of it there, in a word or two."""
    return "stopped" if cycle.stopped else OUTCOMES[cycle.decision]


def tally(cycles: Sequence[Cycle]) -> str:
    """`tried by 5 teams: 3 adopted · 1 adapted · 1 abandoned`; empty where nobody took it yet."""
    if not cycles:
        return ""
    counted = Counter(cycle.decision for cycle in cycles)
    told = [f"{counted[decision]} {word}" for decision, word in OUTCOMES.items() if counted[decision]]
    return f"tried by {len(cycles)} team{'' if len(cycles) == 1 else 's'}: {' · '.join(told)}"


def adaptations(session: Session, idea: Idea) -> list[Idea]:
    """What came of it and was shared again, oldest first."""
    told_on = select(Idea).where(Idea.origin_id == idea.id, ideas.alive())
    return list(session.exec(told_on.order_by(col(Idea.shared_at), col(Idea.id))))


def credit(session: Session, idea: Idea) -> str:
    """Whose it was, for the card of whoever took it."""
    called = f": {idea.title}" if idea.title else ""
    return f"Stolen from {session.get_one(Team, idea.team_id).name}, with thanks{called}"

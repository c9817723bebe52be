"""Stealing an idea, which is a compliment: who took it, what became of it there, and what came of that in turn."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, cast

from sqlalchemy import CTE, ColumnElement, Select, bindparam, func, literal
from sqlmodel import Session, col, select

from bot.domain import activity, ideas, pdsa
from bot.domain.ideas import Idea, Steal, Support
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.errors import Gone

OUTCOMES = {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned", "": "still testing"}
KEPT = ("adopt", "adapt")  # decisions of a team with which it worked
_OF_CYCLES = select(Steal).where(col(Steal.cycle_id).in_(bindparam("cycles", expanding=True)))


class Theft(NamedTuple):
    """A team that took an idea, with all that it tested of it: the cycle it began with, and those that came of that."""

    steal: Steal
    ramp: list[Cycle]

    @property
    def newest(self) -> Cycle:
        """Where the team is with it."""
        return self.ramp[-1]

    @property
    def standing(self) -> Cycle:
        """What counts: the last cycle that was decided, and while none was, the one under way."""
        return next((cycle for cycle in reversed(self.ramp) if cycle.decision), self.newest)

    @property
    def after(self) -> int:
        """How many cycles it took to come there."""
        return self.ramp.index(self.standing) + 1


def may(session: Session, idea: Idea, team_id: int) -> None:
    """Whether a team may take it. Raises Gone, with the way on, where it is their own or they have it already."""
    if idea.team_id == team_id:
        raise Gone("This is your own team's idea. To test it further, start the next cycle from the card of your test.")
    found = of_team(session, idea, team_id)
    if found:
        now_at = found.newest
        raise Gone(f"Your team took this idea already: it is your cycle {now_at.number}, {outcome(now_at)}.")


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


def of_team(session: Session, idea: Idea, team_id: int) -> Theft | None:
    """What a team tests of it; a cycle that was deleted is none."""
    return next((theft for theft in taken(session, idea) if theft.steal.team_id == team_id), None)


def taken(session: Session, idea: Idea) -> list[Theft]:
    """Who took it, oldest first; cycles that were deleted are left out, and whoever deleted the first took nothing."""
    found = session.exec(_TAKEN, params={"idea": idea.id}).all()
    thefts = []
    for steal, rows in groupby(found, lambda row: row[0]):
        cycles = [cycle for _, cycle in rows]
        if not cycles[0].deleted_at:
            thefts.append(Theft(steal, [cycle for cycle in cycles if not cycle.deleted_at]))
    return thefts


def of_ramp(session: Session, ramp: Sequence[Cycle]) -> Steal | None:
    """The theft that a chain of cycles began with."""
    return session.exec(_OF_CYCLES, params={"cycles": [cycle.id for cycle in ramp]}).first()


def keeping(collaboratives: list[int]) -> Select[Any]:
    """The ideas that were adopted or adapted, each with the team that took it and, as it last decided, goes on."""
    ways = _ways(col(Cycle.collaborative_id).in_(collaboratives))
    decided = col(Cycle.decision) != "", col(Cycle.deleted_at).is_(None)
    last: Any = select(ways.c.steal, func.max(ways.c.step).label("step")).join(Cycle, col(Cycle.id) == ways.c.cycle)
    last = last.where(*decided).group_by(ways.c.steal).subquery()
    kept: Any = select(col(Steal.idea_id).label("row"), col(Steal.team_id).label("team"))
    kept = kept.join(last, last.c.steal == col(Steal.id))
    kept = kept.join(ways, (ways.c.steal == last.c.steal) & (ways.c.step == last.c.step))
    kept = kept.join(Cycle, col(Cycle.id) == ways.c.cycle)
    return cast(Select[Any], kept.where(*decided, col(Cycle.decision).in_(KEPT)))


def shared_as(session: Session, cycle: Cycle) -> int:
    """The idea that was shared from it, as long as it stands; 0 where none was."""
    idea = ideas.of_cycle(session, cycle.id)
    return (idea.id if idea else None) or 0


def source(session: Session, ramp: Sequence[Cycle]) -> Idea | None:
    """The idea that a chain of cycles goes back to."""
    found = of_ramp(session, ramp)
    return session.get(Idea, found.idea_id) if found else None


def origin(session: Session, cycle: Cycle) -> Idea | None:
    """The same for one cycle, whose chain is still to be looked up."""
    return source(session, pdsa.ramp(session, cycle))


def outcome(cycle: Cycle) -> str:
    """What became of it there, in a word or two."""
    return "stopped" if cycle.stopped else OUTCOMES[cycle.decision]


def tally_of(session: Session, idea: Idea) -> str:
    """How far an idea got, each team counted by where it came to."""
    return tally([theft.standing for theft in taken(session, idea)])


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


def _ways(of: ColumnElement[bool]) -> CTE:
    """Each theft with the cycles it led to: the first, its next, and so on."""
    steps: Any = select(col(Steal.id).label("steal"), col(Cycle.id).label("cycle"), literal(0).label("step")).join(
        Cycle, col(Cycle.id) == col(Steal.cycle_id)
    )
    ways: CTE = steps.where(of).cte("way", recursive=True)
    return ways.union_all(
        select(ways.c.steal, col(Cycle.id), ways.c.step + 1).join(Cycle, col(Cycle.parent_id) == ways.c.cycle)
    )


def _all_of_one() -> Any:
    ways = _ways(col(Steal.idea_id) == bindparam("idea"))
    found = select(Steal, Cycle).join(ways, ways.c.steal == col(Steal.id)).join(Cycle, col(Cycle.id) == ways.c.cycle)
    return found.order_by(col(Steal.at), col(Steal.id), ways.c.step)


_TAKEN = _all_of_one()

"""What a list of found ideas says of each: whose it is, what they did, and how far it got."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bot.domain import changes, idea_steals, ideas, organization_types
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.folding import Term
from bot.domain.ideas import Idea
from bot.domain.pdsa import Cycle, alive
from bot.domain.teams import Organization, Team

Choice = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One found idea, as a list shows it."""

    id: int
    packaged: bool  # of the change package, and so nobody's to thank
    title: str
    whose: str  # the team that shared it; of the package, the driver
    told: str
    tally: str  # how far it got; empty where nobody took it yet
    takable: bool  # whoever looks may test it


def lines(session: Session, rows: tuple[int, ...], teams: list[int]) -> list[Line]:
    """The rows of a page, for somebody of these teams."""
    return [_shared(session, row, teams) if row > 0 else _packaged(session, -row, teams) for row in rows]


def drivers(session: Session, collaboratives: list[int]) -> list[Choice]:
    """The drivers that ideas can be chosen by, in the package's order."""
    found = [driver for one in collaboratives for driver in changes.drivers(session, one)]
    return [(str(driver.id), driver.name[:75]) for driver in found[:99]]


def organizations(session: Session, collaboratives: list[int]) -> list[Choice]:
    """The types of organization that there are."""
    here = col(Organization.collaborative_id).in_(collaboratives), Organization.type != ""
    found = session.exec(select(Organization.type).where(*here).distinct().order_by(Organization.type).limit(99))
    return [(kind[:150], organization_types.called(kind)[:75]) for kind in found]


def taken_as(typed: str, terms: tuple[Term, ...], *, loosely: bool) -> str:
    """How the words were taken, where that isn't how they were typed; empty where it is."""
    if typed and not terms:
        return "There is no word in it to look for, so here is everything."
    meant = [f"“{term.word}” as {_either(term.meant)}" for term in terms if term.meant]
    said = [f"I read {_listed(meant, 'and')}."] if meant else []
    said += ["Nothing has all of these words; these have some of them."] if loosely else []
    return " ".join(said)


def _shared(session: Session, id: int, teams: list[int]) -> Line:
    idea = session.get_one(Idea, id)
    team = session.get_one(Team, idea.team_id)
    thefts = idea_steals.taken(session, idea)
    tally = idea_steals.tally([theft.standing for theft in thefts])
    mine = idea.team_id in teams or any(theft.steal.team_id in teams for theft in thefts)
    whose = f"{team.name} · {ideas.KINDS[idea.kind]}"
    return Line(id, False, idea.title, whose, idea.happened or idea.what, tally, bool(teams) and not mine)


def _packaged(session: Session, id: int, teams: list[int]) -> Line:
    idea = session.get_one(ChangeIdea, id)
    driver = session.get_one(Driver, idea.driver_id)
    cycles = session.exec(select(Cycle).where(Cycle.idea_id == id, alive()).order_by(col(Cycle.id))).all()
    newest = {cycle.team_id: cycle for cycle in cycles} | {one.team_id: one for one in cycles if one.decision}
    title = f"{idea.code} {idea.name}".strip()
    told = " · ".join(filter(None, [idea.evidence, *idea.tips]))
    return Line(
        id, True, title, f"Change package · {driver.name}", told, idea_steals.tally([*newest.values()]), bool(teams)
    )


def _either(words: tuple[str, ...]) -> str:
    return _listed([f"“{word}”" for word in words[:3]], "or")


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))

"""Finding ideas, shared ones and the change package's alike: by words and by what is known of them, best first."""

from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Subquery, case, distinct, func, literal, union_all
from sqlmodel import Session, col, select

from bot.domain import folding, idea_index, idea_steals, ideas
from bot.domain.changes import ChangeIdea, Driver
from bot.domain.folding import Term
from bot.domain.idea_index import IdeaText
from bot.domain.ideas import Idea, Steal
from bot.domain.pdsa import Cycle
from bot.domain.teams import Organization, Team

BEST, STOLEN, NEWEST = "best", "stolen", "newest"
TELLING = 5  # words that a loose search goes by: the rarest
NEAR, ENOUGH, OF = 3, 3, 8  # ideas that are shown as near; words in common at least, and of how many of the rarest
IN_TITLE_AS_TYPED, IN_TITLE, AS_TYPED, SOMEWHERE = 6, 4, 2, 1  # points of one word
ROW_IN_TITLE, IN_A_ROW = 6, 3  # of all of them together


@dataclass(frozen=True)
class Wish:
    """What somebody looks for."""

    words: str = ""
    driver: int | None = None  # with the drivers below it
    organization: str = ""  # a type; of the change package, what such tested; of what worked, with whom it did
    untried_by: tuple[int, ...] = ()  # teams whose own ideas and tests are left out
    worked: bool = False  # only what a team that isn't among `teams` shared as worked, adopted or adapted
    teams: tuple[int, ...] = ()  # whoever looks
    order: str = BEST


@dataclass(frozen=True)
class Found:
    """One page of what there is: rows of the index, and how the words were taken."""

    rows: tuple[int, ...]  # a shared idea's id, or minus that of an idea of the change package
    of: int
    terms: tuple[Term, ...] = ()
    loosely: bool = False  # nothing has all of the words; these have some


def search(session: Session, collaboratives: list[int], wish: Wish, *, start: int = 0, most: int = 6) -> Found:
    """The ideas of these collaboratives that fit, from the `start`th on; words that stand everywhere are passed over.

    A word finds what begins like it, in any form, case and accent, and where nothing does, what is one slip away.
    """
    terms = idea_index.weighed(session, collaboratives, folding.terms(wish.words))
    phrase = " ".join(folding.words(wish.words)[: folding.MOST_WORDS])
    if not terms:
        return _page(session, collaboratives, wish, None, literal(0), start, most)
    fits = idea_index.matching(session, terms, joined="AND")
    found = _page(session, collaboratives, wish, fits, _points(session, terms, phrase), start, most)
    if found.of or len(terms) == 1:
        return replace(found, terms=tuple(terms))
    telling = _telling(terms, TELLING)
    if not telling:
        return replace(found, terms=tuple(terms))
    fits = idea_index.matching(session, telling, joined="OR")
    found = _page(session, collaboratives, wish, fits, _points(session, telling, phrase), start, most)
    return replace(found, terms=tuple(terms), loosely=True)


def near(session: Session, collaborative: int, words: str) -> list[Idea]:
    """The shared ideas that say something like this, likeliest first; none where too little is in common."""
    terms = idea_index.weighed(session, [collaborative], folding.terms(words))
    telling = _telling([term for term in terms if not term.meant], OF)
    if len(telling) < ENOUGH:
        return []
    fits = idea_index.matching(session, telling, joined="OR")
    common = sum((case((_has(session, IdeaText.words, f" {term.stem}"), 1), else_=0) for term in telling), literal(0))
    alike = _points(session, telling, "")
    found = select(Idea).join(IdeaText, col(IdeaText.id) == col(Idea.id)).where(
        Idea.collaborative_id == collaborative, ideas.alive(), fits, common >= ENOUGH
    )  # fmt: skip
    return list(session.exec(found.order_by(alike.desc(), col(Idea.id).desc()).limit(NEAR)))


def tries(collaboratives: list[int]) -> Subquery:
    """Which team tested which row, and what it decided: of a shared idea who stole it, of the package who names it."""
    stolen: Any = select(
        col(Steal.idea_id).label("row"), col(Steal.team_id).label("team"), col(Cycle.id).label("cycle"),
        col(Cycle.decision).label("decision"),
    ).join(Cycle, col(Cycle.id) == col(Steal.cycle_id))  # fmt: skip
    tested: Any = select(-col(Cycle.idea_id), col(Cycle.team_id), col(Cycle.id), col(Cycle.decision))
    tested = tested.where(col(Cycle.idea_id).is_not(None))
    here = col(Cycle.collaborative_id).in_(collaboratives), col(Cycle.deleted_at).is_(None)
    return union_all(stolen.where(*here), tested.where(*here)).subquery("tried")


def _page(
    session: Session, collaboratives: list[int], wish: Wish, fits: ColumnElement[bool] | None,
    points: ColumnElement[int], start: int, most: int,
) -> Found:  # fmt: skip
    """What fits, ranked; equals by how many teams took them, then the newest first.

    It is worked out whole before a page is taken, which PostgreSQL would otherwise do idea by idea.
    """
    tried = tries(collaboratives)
    taken = select(tried.c.row, func.count(distinct(tried.c.team)).label("teams")).group_by(tried.c.row).subquery()
    row = col(IdeaText.id)
    fitting: Any = select(row.label("row"), points.label("points"), func.coalesce(taken.c.teams, 0).label("thefts"))
    found = (
        fitting.outerjoin(Idea, col(Idea.id) == row)
        .outerjoin(ChangeIdea, col(ChangeIdea.id) == func.coalesce(Idea.change_idea_id, -row))
        .outerjoin(Team, col(Team.id) == col(Idea.team_id))
        .outerjoin(Organization, col(Organization.id) == col(Team.organization_id))
        .outerjoin(taken, taken.c.row == row)
        .where(col(IdeaText.collaborative_id).in_(collaboratives), (row < 0) | ideas.alive())
        .where(*([] if fits is None else [fits]), *_filters(session, collaboratives, wish, tried))
        .cte()
    ).c
    best, thefts = found.points.desc(), found.thefts.desc()
    order = {BEST: (best, thefts), STOLEN: (thefts, best), NEWEST: ()}[wish.order]
    counted = select(func.count(found.row)).scalar_subquery()
    rows = session.exec(select(found.row, counted).order_by(*order, found.row.desc()).offset(start).limit(most)).all()
    return Found(tuple(id for id, _ in rows), rows[0][1] if rows else 0)


def _filters(session: Session, collaboratives: list[int], wish: Wish, tried: Subquery) -> list[ColumnElement[bool]]:
    row = col(IdeaText.id)
    chosen: list[ColumnElement[bool]] = []
    if wish.driver:
        chosen.append(func.coalesce(Idea.driver_id, ChangeIdea.driver_id).in_(_below(session, wish.driver)))
    if wish.organization and not wish.worked:
        theirs = select(tried.c.row).join(Team, col(Team.id) == tried.c.team).join(Organization)
        theirs = theirs.where(Organization.type == wish.organization)
        chosen.append((col(Organization.type) == wish.organization) | ((row < 0) & row.in_(theirs)))
    if wish.untried_by:
        ours = select(tried.c.row).where(tried.c.team.in_(wish.untried_by))
        chosen.append(row.not_in(ours) & func.coalesce(Idea.team_id, 0).not_in(wish.untried_by))
    if wish.worked:
        chosen.append(row.in_(_worked(collaboratives, wish, tried)))
    return chosen


def _worked(collaboratives: list[int], wish: Wish, tried: Subquery) -> Select[Any]:
    """What worked with another team, of the wished type: it shared it so, or kept it as it last decided."""
    told: Any = select(col(Idea.id).label("row"), col(Idea.team_id).label("team"))
    told = told.where(col(Idea.collaborative_id).in_(collaboratives), Idea.kind == ideas.WORKED)
    decided: Any = select(tried.c.row, tried.c.team, func.max(tried.c.cycle).label("cycle"))
    decided = decided.where(tried.c.row < 0, tried.c.decision != "").group_by(tried.c.row, tried.c.team).subquery()
    packaged: Any = select(decided.c.row, decided.c.team).join(Cycle, col(Cycle.id) == decided.c.cycle)
    packaged = packaged.where(col(Cycle.decision).in_(idea_steals.KEPT))
    found = union_all(told, idea_steals.keeping(collaboratives), packaged).subquery()
    worked: Any = select(found.c.row).where(found.c.team.not_in(wish.teams))
    if wish.organization:
        worked = worked.join(Team, col(Team.id) == found.c.team).join(Organization)
        worked = worked.where(Organization.type == wish.organization)
    return cast(Select[Any], worked)


def _below(session: Session, driver: int) -> list[int]:
    """The driver and all that stand under it."""
    found, level = [driver], [driver]
    while level:
        level = [id for id in session.exec(select(Driver.id).where(col(Driver.parent_id).in_(level))) if id]
        found += level
    return found


def _telling(terms: list[Term], most: int) -> list[Term]:
    """The rarest of the words that the record knows."""
    return sorted((term for term in terms if term.weight), key=lambda term: -term.weight)[:most]


def _points(session: Session, terms: list[Term], phrase: str) -> ColumnElement[int]:
    """A word in the title counts above one further on, as typed above another form, a rare one above a common one."""
    found: ColumnElement[int] = literal(0)
    for term in terms:
        for word, stem in ((term.word, term.stem), *((meant, meant) for meant in term.meant)):
            found = found + term.weight * case(
                (_has(session, IdeaText.title, f" {word} "), IN_TITLE_AS_TYPED),
                (_has(session, IdeaText.title, f" {stem}"), IN_TITLE),
                (_has(session, IdeaText.words, f" {word} "), AS_TYPED),
                (_has(session, IdeaText.words, f" {stem}"), SOMEWHERE),
                else_=0,
            )
    if " " not in phrase:
        return found
    return found + case(
        (_has(session, IdeaText.title, f" {phrase}"), ROW_IN_TITLE),
        (_has(session, IdeaText.words, f" {phrase}"), IN_A_ROW),
        else_=0,
    )


def _has(session: Session, text: str, piece: str) -> ColumnElement[bool]:
    """Whether a folded text has this piece; a space before it is where a word begins."""
    at = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    return at(literal(" ") + col(text) + literal(" "), piece) > 0

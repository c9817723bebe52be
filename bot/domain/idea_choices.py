"""Shared ideas as somebody chooses one while typing: those of other teams that fit."""

from sqlmodel import Session, col, select

from bot.domain import idea_search, ideas
from bot.domain.idea_search import BEST, NEWEST, Wish
from bot.domain.ideas import Idea, Steal
from bot.domain.teams import Team

MOST, LONGEST = 100, 75  # choices that Slack shows in one list, and characters of one
Choice = tuple[str, str]


def others_like(session: Session, collaboratives: list[int], teams: list[int], typed: str) -> list[Choice]:
    """Ideas that none of these teams shared: those they took first, then as a search has them, else the newest."""
    wish = Wish(typed, order=BEST if typed.strip() else NEWEST)
    found = idea_search.search(session, collaboratives, wish, most=3 * MOST).rows
    taken = set(session.exec(select(Steal.idea_id).where(col(Steal.team_id).in_(teams))))
    rows = list(found) if typed.strip() else [*taken, *found]
    there = select(Idea, Team.name).join(Team).where(
        col(Idea.id).in_(rows), col(Idea.collaborative_id).in_(collaboratives), col(Idea.team_id).not_in(teams),
        ideas.alive(),
    )  # fmt: skip
    of_row = {idea.id: (str(idea.id), _label(idea, team)) for idea, team in session.exec(there)}
    ranked = sorted(dict.fromkeys(rows), key=lambda row: row not in taken)
    return [of_row[row] for row in ranked if row in of_row][:MOST]


def any_of_others(session: Session, collaborative: int, teams: list[int]) -> bool:
    """Whether there is any to choose from."""
    there = Idea.collaborative_id == collaborative, col(Idea.team_id).not_in(teams), ideas.alive()
    return session.exec(select(Idea.id).where(*there).limit(1)).first() is not None


def label(session: Session, collaborative: int, value: str) -> str:
    """How a choice stands in its list; empty for none, for one that is gone, and for another collaborative's."""
    idea = session.get(Idea, int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else None
    if idea is None or idea.collaborative_id != collaborative or idea.withdrawn_at or idea.purged_at:
        return ""
    return _label(idea, session.get_one(Team, idea.team_id).name)


def _label(idea: Idea, team: str) -> str:
    return f"{idea.title} · {team}"[:LONGEST]

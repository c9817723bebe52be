"""Ideas that say something like what somebody is about to share, by the words they have in common."""

import re

from sqlmodel import Session, col, select

from bot.domain import ideas
from bot.domain.ideas import Idea

MOST = 3
LOOKED_AT = 1000  # of a collaborative, the newest first
ENOUGH, A_THIRD = 3, 1 / 3  # words in common, and what they are of the shorter one's
STOP = frozenset(
    "about after again also been before could does done each from have here into just like more most much only other "
    "over people same some such than that their them then there these they this those through until very were what "
    "when where which while whom will with would your first team teams week month patient client caller callers".split()
)


def near(session: Session, collaborative_id: int, words: str) -> list[Idea]:
    """The ideas that share most words with these, likeliest first; those with fewer than a few have none of it."""
    mine = _telling(words)
    newest = select(Idea).where(Idea.collaborative_id == collaborative_id, ideas.alive())
    found = session.exec(newest.order_by(col(Idea.id).desc()).limit(LOOKED_AT))
    ranked = sorted(((_likeness(mine, _telling(ideas.words(idea))), idea) for idea in found), key=lambda one: -one[0])
    return [idea for likeness, idea in ranked[:MOST] if likeness]


def _likeness(one: set[str], other: set[str]) -> float:
    """What the words in common are of the shorter one's; 0 where that says nothing."""
    common = len(one & other)
    share = common / max(min(len(one), len(other)), 1)
    return share if common >= ENOUGH and share >= A_THIRD else 0


def _telling(words: str) -> set[str]:
    """Words of some length, without the commonest and without their endings."""
    return {word[:6] for word in re.findall(r"[^\W\d_]{4,}", words.casefold()) if word not in STOP}

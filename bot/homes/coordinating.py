"""The tabs of whoever coordinates: what is about to be said, and what was sent to many."""

from typing import Any

from sqlmodel import Session

from bot.access import Actor
from bot.cards import broadcast_forms
from bot.domain.collaboratives import Collaborative
from bot.kit import Kit
from bot.planning import upcoming as planned

Values = dict[str, Any]
MOST = 30  # messages of two blocks each on a page


def upcoming(session: Session, actor: Actor, here: Collaborative, page: int, kit: Kit) -> Values:
    """What is planned by now, mostly the next two days, the earliest first, each with the way to hold it back."""
    return planned.written(session, here, kit.now(), page, MOST)


def broadcasts(session: Session, actor: Actor, here: Collaborative, page: int, kit: Kit) -> Values:
    """The newest ones, and the way to another."""
    return broadcast_forms.listed(session, here, kit, page)

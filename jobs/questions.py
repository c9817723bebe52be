"""Questions to faculty: where whoever had one has left, somebody else has it, and is told."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import question_cards
from bot.domain import questions
from bot.domain.teams import Team
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(hand_on, "interval", minutes=5, args=[kit], id="questions.hand_on")


def hand_on(kit: Kit) -> None:
    """Give every question that nobody has an owner, where there is somebody."""
    with kit.store.reading() as session:
        found = _to_hand_on(session, kit)
    if not found:
        return
    with kit.store.transaction() as session:
        for asked, owner in _to_hand_on(session, kit):
            questions.give(session, asked, owner)
            question_cards.changed(session, asked, kit.now())
            question_cards.to_owner(session, asked, kit.now())


def _to_hand_on(session: Session, kit: Kit) -> list[tuple[questions.Question, int]]:
    found = [
        (asked, questions.owner(session, session.get_one(Team, asked.team_id), kit.now()))
        for asked in questions.ownerless(session)
    ]
    return [(asked, owner) for asked, owner in found if owner]

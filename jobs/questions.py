"""Questions to faculty: where whoever had one has left or stays away, the next has it, and is told why."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot.cards import question_cards
from bot.domain import questions
from bot.domain.teams import Team
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(hand_on, "interval", minutes=5, args=[kit], id="questions.hand_on")


def hand_on(kit: Kit) -> None:
    """Give every question that nobody sees to a new owner, where there is somebody."""
    with kit.store.reading() as session:
        found = _to_hand_on(session, kit)
    if not found:
        return
    with kit.store.transaction() as session:
        for asked, owner in _to_hand_on(session, kit):
            before = asked.owner_id or 0
            questions.give(session, asked, owner)
            question_cards.passed(session, asked, before, kit.now())


def _to_hand_on(session: Session, kit: Kit) -> list[tuple[questions.Question, int]]:
    found = [
        (asked, questions.successor(session, asked, session.get_one(Team, asked.team_id), kit.now()))
        for asked in questions.open_to_faculty(session)
    ]
    return [(asked, owner) for asked, owner in found if owner]

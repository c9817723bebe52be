"""Questions: to faculty when no peer has answered, and on from an owner who has left or stays away; each hears why."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot.cards import question_cards
from bot.domain import question_owners, questions
from bot.domain.questions import Question
from bot.domain.teams import Team
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(pass_on, "interval", minutes=5, args=[kit], id="questions.pass_on")
    scheduler.add_job(hand_on, "interval", minutes=5, args=[kit], id="questions.hand_on")


def pass_on(kit: Kit) -> None:
    """Give every question that no peer has answered in time to somebody in faculty, where there is somebody."""
    with kit.store.reading() as session:
        found = _to_pass_on(session, kit)
    if not found:
        return
    with kit.store.transaction() as session:
        for asked, owner in _to_pass_on(session, kit):
            questions.pass_on(session, asked, owner, kit.now())
            question_cards.passed_to_faculty(session, asked, kit.now())


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


def _to_pass_on(session: Session, kit: Kit) -> list[tuple[Question, int]]:
    found = [
        (asked, question_owners.owner(session, asked, session.get_one(Team, asked.team_id), kit.now()))
        for asked in question_owners.unanswered(session, kit.now())
    ]
    return [(asked, owner) for asked, owner in found if owner]


def _to_hand_on(session: Session, kit: Kit) -> list[tuple[Question, int]]:
    found = [
        (asked, question_owners.successor(session, asked, session.get_one(Team, asked.team_id), kit.now()))
        for asked in question_owners.waiting(session)
    ]
    return [(asked, owner) for asked, owner in found if owner]

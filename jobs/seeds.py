"""Seed questions: written two days ahead, taken back where somebody shares meanwhile, anew where a day is lost."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox
from bot.cards import question_cards, seed_cards
from bot.domain import collaboratives, seeds
from bot.domain.collaboratives import Collaborative
from bot.domain.questions import Question
from bot.domain.seeds import Sprouting
from bot.kit import Kit
from bot.planning import asking

Planned = tuple[Collaborative, Question | None, Sprouting | None]


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="seeds.plan")


def plan(kit: Kit) -> None:
    """Write what quiet collaboratives are to be asked, and take back what there is no reason for any more."""
    with kit.store.reading() as session:
        behind = _behind(session, kit)
    if not behind:
        return
    with kit.store.transaction() as session:
        for collaborative, stale, due in _behind(session, kit):
            if stale:
                _take_back(session, stale)
            if due:
                seed_cards.plan(session, collaborative, due, kit.now())


def _behind(session: Session, kit: Kit) -> list[Planned]:
    found = [_next(session, one, kit) for one in collaboratives.launched(session).all()]
    return [one for one in found if one[1] or one[2]]


def _next(session: Session, collaborative: Collaborative, kit: Kit) -> Planned:
    """The question to take back, and the hour for which to write one."""
    due, newest = seeds.due(session, collaborative, kit.now()), seeds.newest(session, collaborative)
    letter = outbox.of_key(session, question_cards.key(newest)) if newest else None
    coming = due if due and due.at <= kit.now() + asking.AHEAD else None
    if newest is None or letter is None:
        return collaborative, None, coming
    if letter.state in (outbox.EXPIRED, outbox.DROPPED) and letter.ts is None:
        return collaborative, newest, coming
    if outbox.is_planned(letter):
        as_it_should = coming is not None and coming.at == letter.planned_for
        return (collaborative, None, None) if as_it_should else (collaborative, newest, coming)
    taken_up = newest.asked_at < seeds.last_sign(session, collaborative)
    return collaborative, None, coming if taken_up else None


def _take_back(session: Session, asked: Question) -> None:
    letter = outbox.of_key(session, question_cards.key(asked))
    if letter:
        outbox.forget(session, letter)
    session.flush()
    session.delete(asked)
    session.flush()

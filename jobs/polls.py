"""Polls close by themselves at their end, and ask teams that came after they were opened."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot.cards import poll_cards
from bot.domain import polls
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", minutes=1, args=[kit], id="polls.plan")


def plan(kit: Kit) -> None:
    """Take the write lock only where something is to be written."""
    with kit.store.reading() as session:
        behind = bool(polls.due(session, kit.now())) or any(polls.unasked(session, kit.now()))
    if behind:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    session.add_all([*polls.unasked(session, kit.now())])
    session.flush()
    for poll in polls.due(session, kit.now()):
        poll_cards.closed_by_itself(session, poll, kit)

"""The weekly post: each team's is written two days ahead, and taken back where there is no reason for it any more."""

from collections.abc import Iterable
from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import outbox
from bot.cards import weekly_cards
from bot.domain import weekly
from bot.domain.weekly import Planned
from bot.kit import Kit
from bot.outbox import Letter

AHEAD = timedelta(hours=48)
WHY = "once a week each team hears what is new in all of them"


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="weekly.plan")


def plan(kit: Kit) -> None:
    """Write what is to come; take the write lock only where something is to change."""
    with kit.store.reading() as session:
        coming = [*weekly.coming(session, kit.now(), AHEAD)]
        behind = any(_is_to_plan(session, one) for one in coming) or _stale(session, coming)
    if behind:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    coming = [*weekly.coming(session, kit.now(), AHEAD)]
    for key in _stale(session, coming):
        outbox.unplan(session, key)
    for one in coming:
        if _is_to_plan(session, one):
            outbox.plan(
                session, "weekly/post", key=_key(one), to=f"team:{one.team.id}", at=one.at, until=one.until, why=WHY,
                now=kit.now(), team=one.team.id or 0, day=one.week.toordinal(),
            )  # fmt: skip


def _is_to_plan(session: Session, one: Planned) -> bool:
    """Whether it isn't written yet, or waits for another hour than its own."""
    letter = outbox.of_key(session, _key(one))
    return letter is None or (outbox.is_planned(letter) and letter.planned_for != one.at)


def _stale(session: Session, coming: Iterable[Planned]) -> list[str]:
    """Posts that wait and aren't to come any more: of a team that pauses or has left, or of another week."""
    wanted = {_key(one) for one in coming}
    waiting = select(Letter).where(Letter.state == outbox.PENDING, col(Letter.clock), Letter.message == "weekly/post")
    return [one.key for one in session.exec(waiting) if outbox.is_planned(one) and one.key not in wanted]


def _key(one: Planned) -> str:
    return weekly_cards.key(one.team.id or 0, one.week)

"""Broadcasts: each goes out once its minute is over, and its sender reads how it goes."""

from datetime import datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox
from bot.cards import broadcast_cards, broadcast_copies
from bot.cards.broadcast_copies import Planned
from bot.domain import broadcasts
from bot.domain.broadcasts import Broadcast
from bot.kit import Kit
from bot.outbox import Letter

GAP = timedelta(seconds=13)  # between two edits of how it goes; with the way to Slack none gets older than 15
SOON = timedelta(seconds=10)  # so long before the next one is written down, so that it goes at its second
LONG = timedelta(days=14)  # after that nobody waits for what still stands in the way of a copy


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(begin, "interval", seconds=2, args=[kit], id="broadcasts.begin")
    scheduler.add_job(tell, "interval", seconds=2, args=[kit], id="broadcasts.tell")
    scheduler.add_job(look_again, "interval", minutes=5, args=[kit], id="broadcasts.look_again")


def begin(kit: Kit) -> None:
    """Write the copies of those whose minute is over, for whom they mean by now."""
    with kit.store.reading() as session:
        planned = {one.id or 0: _planned(session, one, kit) for one in _to_begin(session, kit)}
    for row, plan in planned.items():
        _write(kit, row, plan)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    for broadcast in _to_begin(session, kit):
        _write_in(session, broadcast, _planned(session, broadcast, kit), kit)


def look_again(kit: Kit) -> None:
    """Whom those of a later day mean by now; and what waits for a sender who has left, waits."""
    with kit.store.reading() as session:
        begun = [one for one in _standing(session) if one.begun_at and one.last_at]
        planned = {one.id or 0: _planned(session, one, kit) for one in begun if _may_change(session, one, kit)}
    for row, plan in planned.items():
        _write(kit, row, plan)


def tell(kit: Kit) -> None:
    """Have each sender read how it stands, every fifteen seconds while it changes; then that it is done."""
    with kit.store.reading() as session:
        behind = {one.id or 0: due for one in broadcasts.moving(session) if (due := _due(session, one, kit))}
        settled = [one.id or 0 for one in broadcasts.moving(session) if _is_settled(session, one, kit)]
    if not behind and not settled:
        return
    with kit.store.transaction() as session:
        for row, due in behind.items():
            broadcast_cards.tell(session, session.get_one(Broadcast, row), due)
        for row in settled:
            session.get_one(Broadcast, row).settled_at = kit.now()


def _standing(session: Session) -> list[Broadcast]:
    """Those that go out, by themselves: not recalled, and with somebody who answers for them."""
    return [one for one in broadcasts.moving(session) if broadcasts.is_alive(one) and one.left_at is None]


def _to_begin(session: Session, kit: Kit) -> list[Broadcast]:
    return [one for one in _standing(session) if one.goes_at and one.goes_at <= kit.now() and not one.begun_at]


def _may_change(session: Session, broadcast: Broadcast, kit: Kit) -> bool:
    """Whether some of its copies are still to come on a later day, or nobody answers for it any more."""
    ahead = broadcast.day is not None and broadcast.last_at is not None and broadcast.last_at > kit.now()
    return ahead or not _answers(session, broadcast)


def _answers(session: Session, broadcast: Broadcast) -> bool:
    return broadcast_copies.answers_for_it(session, broadcast)


def _planned(session: Session, broadcast: Broadcast, kit: Kit) -> Planned | None:
    """Whom it means; None where nobody answers for it."""
    return broadcast_copies.look(session, broadcast, kit) if _answers(session, broadcast) else None


def _write(kit: Kit, row: int, planned: Planned | None) -> None:
    """Its copies, unless it was recalled meanwhile."""
    with kit.store.transaction() as session:
        broadcast = session.get_one(Broadcast, row, with_for_update=True)
        if broadcasts.is_alive(broadcast) and not broadcast.left_at:
            _write_in(session, broadcast, planned, kit)


def _write_in(session: Session, broadcast: Broadcast, planned: Planned | None, kit: Kit) -> None:
    if planned:
        broadcast.begun_at = broadcast.begun_at or kit.now()
        broadcast_copies.write(session, broadcast, planned, kit.now())
    elif broadcast_copies.wait(session, broadcast) or not broadcast.begun_at:
        broadcast.left_at = kit.now()
        broadcast_cards.tell_that_it_waits(session, broadcast, kit.now())


def _due(session: Session, broadcast: Broadcast, kit: Kit) -> datetime | None:
    """When its sender is to read how it stands; None where they have read it, or will."""
    letter = outbox.of_key(session, broadcast_cards.progress_key(broadcast))
    if letter is None or broadcast.goes_at is None:
        return kit.now()
    if letter.state != outbox.SENT:
        return None
    if broadcast.goes_at > kit.now() and broadcasts.is_alive(broadcast):
        return broadcast.goes_at if letter.due < broadcast.goes_at else None
    left = GAP - (kit.now() - letter.due)
    if left > SOON or _is_told(session, letter, broadcast, kit):
        return None
    return kit.now() + max(left, timedelta())


def _is_settled(session: Session, broadcast: Broadcast, kit: Kit) -> bool:
    """Whether nothing more is to come of it, and its sender has read so."""
    if broadcast.last_at is not None and kit.now() > broadcast.last_at + LONG:
        return True
    letter = outbox.of_key(session, broadcast_cards.progress_key(broadcast))
    if letter is None or letter.state != outbox.SENT or not _may_be_over(session, broadcast, kit.now()):
        return False
    found = broadcast_copies.lines(session, broadcast)
    return _is_told(session, letter, broadcast, kit) and not broadcast_copies.moves(found)


def _is_told(session: Session, letter: Letter, broadcast: Broadcast, kit: Kit) -> bool:
    return letter.about.get("as_of") == broadcast_cards.fingerprint(session, broadcast, kit.now())


def _may_be_over(session: Session, broadcast: Broadcast, now: datetime) -> bool:
    """Whether it went out, or never will; what nobody answers for any more isn't over before that was looked at."""
    if broadcast.recalled_at:
        return True
    went_out = broadcast.begun_at is not None and broadcast.left_at is None and (broadcast.last_at or now) <= now
    return went_out and _answers(session, broadcast)

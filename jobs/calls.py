"""The card of each call or session is written as it comes near, and shown anew when a file changed it."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import call_cards
from bot.domain import event_facts, events, hours, rsvp_asks, rsvps
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.events import Event, Meeting
from bot.domain.rsvps import Invited
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.outbox import Letter

NOTICE = timedelta(days=14)  # before it begins a date gets its card
SOON = rsvp_asks.NOTICE + NOTICE  # and the rows in which teams are asked: planners look a fortnight ahead
LATELY = timedelta(days=3)
AHEAD = timedelta(hours=48)
WHY = "a call or session comes up"


class Planned(NamedTuple):
    """A card that is to come, and the hour for it."""

    date: Meeting
    channel: int
    at: datetime


class Behind(NamedTuple):
    """What isn't written as it is to be; mostly there is nothing."""

    cards: list[Planned]
    gone: list[str]  # the keys of cards that wait and are not to come any more
    stale: list[str]  # of those that were said before their facts changed
    uninvited: list[Invited]


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", minutes=1, args=[kit], id="calls.plan")


def plan(kit: Kit) -> None:
    """Take the write lock only where something is to be written."""
    with kit.store.reading() as session:
        behind = any(_behind(session, kit.now()))
    if behind:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    now, found = kit.now(), _behind(session, kit.now())
    for key in found.gone:
        outbox.unplan(session, key)
    for date, channel, at in found.cards:
        outbox.plan(
            session, "calls/card", key=call_cards.key(date), to=f"channel:{channel}", at=at, why=WHY,
            until=date.known_as, now=now, **call_cards.about(date),
        )  # fmt: skip
    outbox.say_again(session, *found.stale, now=now)
    session.add_all(found.uninvited)
    session.flush()


def _behind(session: Session, now: datetime) -> Behind:
    found, wanted = Behind([], [], [], []), set()
    for collaborative, channel in session.exec(_LAUNCHED).all():
        dates = events.between(session, collaborative, now - LATELY, now + SOON)
        keys = {call_cards.key(one): one for one in dates}
        letters = _letters(session, {*keys, *_announced(session, collaborative, now)})
        for one in _coming(session, collaborative, channel or 0, dates, now):
            wanted.add(call_cards.key(one.date))
            if _is_to_plan(one, letters.get(call_cards.key(one.date))):
                found.cards.append(one)
        found.stale.extend(
            key for key, letter in letters.items() if _is_stale(letter, collaborative.loaded_at, keys.get(key), now)
        )
        coming = [one for one in dates if one.starts and one.starts > now and not _is_after_all(collaborative, one)]
        found.uninvited.extend(rsvps.uninvited(session, collaborative.id or 0, coming))
    found.gone.extend(key for key in _waiting(session, now) if key not in wanted)
    return found


def _waiting(session: Session, now: datetime) -> list[str]:
    """Cards that wait as they were planned; of one that comes too late the sender says what became of it."""
    return [
        letter.key
        for letter in session.exec(_WAITING)
        if outbox.is_planned(letter) and letter.expires and letter.expires > now
    ]


def _coming(
    session: Session, collaborative: Collaborative, channel: int, dates: list[Meeting], now: datetime
) -> Iterator[Planned]:
    """The dates whose card is due within two days: a fortnight before, at nine of a working day.

    One that became known later than that gets its card on the first working day that is left, or at once.
    """
    if not dates:
        return
    working, zone = hours.of_staff(session, collaborative), collaborative.timezone
    for date in dates:
        if date.starts is None or date.starts <= now or _is_after_all(collaborative, date):
            continue
        begins, today = times.local_day(date.starts, zone), times.local_day(now, zone)
        at = working.on(max(begins - NOTICE, today))
        if at >= date.starts:
            at = times.at(today, times.MIDNIGHT, zone)
        if at <= now + AHEAD:
            yield Planned(date, channel, at)


def _is_after_all(collaborative: Collaborative, date: Meeting) -> bool:
    """Whether the collaborative is over by then."""
    return is_over(collaborative, times.local_day(date.known_as, collaborative.timezone))


def _announced(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[str]:
    """The keys of the dates that teams were asked to come to: a file may have taken them from the calendar."""
    asked = select(Invited.event_id, Invited.planned).join(Event).where(
        Event.collaborative_id == collaborative.id, Invited.planned > now - LATELY
    )  # fmt: skip
    return (call_cards.key_of(event, event_facts.stamp(planned)) for event, planned in session.exec(asked.distinct()))


def _letters(session: Session, keys: Collection[str]) -> dict[str, Letter]:
    if not keys:
        return {}
    return {letter.key: letter for letter in session.exec(select(Letter).where(col(Letter.key).in_(keys)))}


def _is_to_plan(one: Planned, letter: Letter | None) -> bool:
    if letter is None:
        return True
    return outbox.is_planned(letter) and (letter.planned_for, letter.expires) != (one.at, one.date.known_as)


def _is_stale(letter: Letter, loaded: datetime, date: Meeting | None, now: datetime) -> bool:
    """Whether it was said before a file changed anything, or before its date was over."""
    if not letter.ts or letter.state != outbox.SENT:
        return False
    ends = date.known_as + date.lasts if date else None
    return letter.due < loaded <= now or bool(ends and letter.due < ends <= now)


_WAITING = select(Letter).where(Letter.state == outbox.PENDING, col(Letter.clock), Letter.message == "calls/card")
_LAUNCHED = (
    select(Collaborative, Channel.id)
    .join(Channel, col(Channel.collaborative_id) == Collaborative.id)
    .where(col(Collaborative.launched_at).is_not(None), Channel.purpose == "everyone")
    .order_by(col(Collaborative.id))
)

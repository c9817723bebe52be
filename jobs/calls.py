"""The card of each call or session and its reminders are written as it comes near, and follow what changes."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bot import outbox
from bot.cards import calendar_cards, call_cards, call_places, preparation_cards, presenting_cards
from bot.domain import event_facts, events, hours, presenting, rsvp_asks, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.preparations import Task
from bot.domain.rsvps import Invited
from bot.domain.teams import Channel, Team
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import announcing, call_reminders
from bot.planning.call_reminders import Reminder
from bot.statements import query

SOON = rsvp_asks.NOTICE + announcing.NOTICE  # and the rows in which teams are asked: planners look a fortnight ahead
LATELY = timedelta(days=3)
AHEAD = timedelta(days=7)  # so far ahead coordinators see what is to come
WHY = "a call or session comes up"


class Planned(NamedTuple):
    """A card that is to come, and the hour for it."""

    date: Meeting
    team: int  # whose channel it stands in, or `call_places.EVERYBODY`
    channel: int
    at: datetime

    @property
    def key(self) -> str:
        """Its occasion."""
        return call_places.key(self.date.event.id or 0, event_facts.stamp(self.date.planned), self.team)

    @property
    def about(self) -> dict[str, int]:
        """How its letter names it."""
        return {**call_cards.about(self.date), **({"team": self.team} if self.team else {})}


class Turns(NamedTuple):
    """So many turns to host or present at one date."""

    date: Meeting
    role: str
    many: int


class Behind(NamedTuple):
    """What isn't written as it is to be; mostly there is nothing."""

    cards: list[Planned]
    reminders: list[Reminder]
    gone: list[str]  # the keys of those that wait and are not to come any more
    stale: list[str]  # of those that were said before their facts changed
    over: list[Meeting]  # dates whose card is yet to say so
    uninvited: list[Invited]
    turns: list[Turns]  # that no team has yet
    unlisted: list[tuple[Meeting, Task, Team]]  # teams without a card of what they prepare
    calendars: list[Collaborative]  # whose calendar for everybody shows what isn't so any more


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
    for card in found.cards:
        outbox.plan(
            session, "calls/card", key=card.key, to=f"channel:{card.channel}", at=card.at, why=WHY,
            until=card.date.known_as, now=now, **card.about,
        )  # fmt: skip
    for reminder in found.reminders:
        outbox.plan(
            session, "calls/reminder", key=reminder.key, to=f"person:{reminder.person}", at=reminder.at,
            why=call_reminders.WHY, until=reminder.date.known_as, now=now, **reminder.about,
        )  # fmt: skip
    for turns in found.turns:
        presenting_cards.give(session, turns.date, turns.role, turns.many, now)
    for date, first, team in found.unlisted:
        preparation_cards.plan(session, date, first, team, now)
    for place in found.calendars:
        calendar_cards.say(session, place, now)
    outbox.say_again(session, *found.stale, now=now)
    for one in found.over:
        call_cards.close(session, one, kit)
    session.add_all(found.uninvited)
    session.flush()


def _behind(session: Session, now: datetime) -> Behind:
    found = Behind([], [], [], [], [], [], [], [], [])
    wanted: set[str] = set()
    for collaborative, channel in session.exec(_LAUNCHED).all():
        dates = events.between(session, collaborative, now - LATELY, now + SOON)
        coming = [
            one
            for one in dates
            if one.starts and one.starts > now and not announcing.is_after_all(collaborative, one.known_as)
        ]
        cards = [*_cards(session, collaborative, channel or 0, coming, now)]
        reminders = [*call_reminders.wanted(session, collaborative, coming, now + AHEAD, now)]
        wanted |= {card.key for card in cards} | {one.key for one in reminders}
        known = {key: one for one in dates for key in call_places.keys(one)}
        letters = _letters(session, {*known, *_announced(session, collaborative, now), *wanted})
        found.cards.extend(one for one in cards if _is_to_plan(one, letters.get(one.key)))
        found.reminders.extend(one for one in reminders if _is_to_plan(one, letters.get(one.key)))
        stale = [key for key, one in letters.items() if _is_stale(one, collaborative.loaded_at, known.get(key), now)]
        found.stale.extend(stale)
        found.over.extend(known[key] for key in stale if key in known and known[key].is_over(now))
        if calendar_cards.is_behind(session, collaborative, now):
            found.calendars.append(collaborative)
        found.turns.extend(Turns(one, *turn) for one in coming for turn in presenting.lacks(session, one))
        if coming:
            found.unlisted.extend(preparation_cards.lacking(session, collaborative.id or 0, coming))
        found.uninvited.extend(rsvps.uninvited(session, collaborative.id or 0, coming))
    found.gone.extend(key for key in _waiting(session, now) if key not in wanted)
    return found


def _waiting(session: Session, now: datetime) -> list[str]:
    """What waits as it was planned; of what comes too late the sender says what became of it."""
    return [
        letter.key
        for letter in session.exec(_WAITING)
        if outbox.is_planned(letter) and letter.expires and letter.expires > now
    ]


def _cards(
    session: Session, collaborative: Collaborative, channel: int, dates: list[Meeting], now: datetime
) -> Iterator[Planned]:
    """The cards that are due within a week."""
    if not dates:
        return
    working, zone = hours.of_staff(session, collaborative), collaborative.timezone
    for date in dates:
        at = announcing.at(working, date.known_as, zone, now)
        if at < now + AHEAD:
            places = call_places.of(session, date.event, channel)
            yield from (Planned(date, team, place, at) for team, place in places.items())


def _announced(session: Session, collaborative: Collaborative, now: datetime) -> Iterator[str]:
    """The keys of the dates that teams were asked to come to: a file may have taken them from the calendar."""
    asked = _asked_to(session, collaborative.id, now - LATELY)
    return (call_cards.key_of(event, event_facts.stamp(planned)) for event, planned in asked)


def _letters(session: Session, keys: Collection[str]) -> dict[str, Letter]:
    if not keys:
        return {}
    return {letter.key: letter for letter in session.exec(select(Letter).where(col(Letter.key).in_(keys)))}


def _is_to_plan(one: Planned | Reminder, letter: Letter | None) -> bool:
    if letter is None:
        return True
    return outbox.is_planned(letter) and (letter.planned_for, letter.expires) != (one.at, one.date.known_as)


def _is_stale(letter: Letter, loaded: datetime, date: Meeting | None, now: datetime) -> bool:
    """Whether it was said before a file changed anything, or before its date was over."""
    if letter.message != "calls/card" or not letter.ts or letter.state != outbox.SENT:
        return False
    ends = date.known_as + date.lasts if date else None
    return letter.due < loaded <= now or bool(ends and letter.due < ends <= now)


@query
def _asked_to(collaborative: int | None, since: datetime) -> Select[int, datetime]:
    asked = select(Invited.event_id, Invited.planned).join(Event)
    return asked.where(Event.collaborative_id == collaborative, Invited.planned > since).distinct()


_WAITING = select(Letter).where(
    Letter.state == outbox.PENDING, col(Letter.clock), col(Letter.message).in_(("calls/card", "calls/reminder"))
)
_LAUNCHED = (
    select(Collaborative, Channel.id)
    .join(Channel, col(Channel.collaborative_id) == Collaborative.id)
    .where(col(Collaborative.launched_at).is_not(None), Channel.purpose == "everyone")
    .order_by(col(Collaborative.id))
)

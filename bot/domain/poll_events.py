"""What a poll becomes: the event at the time that was chosen, to which what people said of that time carries over."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from bot.domain import event_plans, polls, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.event_plans import Plan
from bot.domain.events import Event, Meeting
from bot.domain.people import Membership
from bot.domain.poll_tally import CANNOT, WORKS
from bot.domain.polls import Poll, Polled, Slot, SlotAnswer


def make(session: Session, poll: Poll, slot: Slot, *, by: int, now: datetime) -> Event:
    """That time is it: from now on it stands in the calendar, for these teams too where it stood there already.

    Raises FieldErrors where it can't.
    """
    title, collaborative = polls.called(poll), session.get_one(Collaborative, poll.collaborative_id)
    there = select(Event).where(
        Event.collaborative_id == collaborative.id, Event.title == title, Event.starts == slot.starts
    )
    polled = select(Polled.team_id).where(Polled.poll_id == poll.id).order_by(col(Polled.id))
    asked = () if poll.asks_all else tuple(session.exec(polled))
    plan = Plan(title=title, starts=slot.starts, kind=poll.kind, minutes=poll.minutes, teams=asked)
    if event := session.exec(there).first():
        event.team_ids = sorted({*event.team_ids, *asked}) if event.team_ids and asked else []
        session.add(event)
    else:
        event = event_plans.plan_call(session, collaborative, plan, by=by, now=now)
    poll.event_id, poll.closed_at = event.id, poll.closed_at or now
    session.add(poll)
    session.flush()
    return event


def carry_over(session: Session, poll: Poll, slot: Slot, date: Meeting, now: datetime) -> list[int]:
    """Whoever said *Works* of that time comes, and *Can't* is no, unless they told already; returns who comes so.

    *If need be* promises nothing: these people are asked as everybody is.
    """
    comes = []
    for person, answer in _said_here(session, poll, slot):
        if rsvps.counting(session, date, person) is None:
            rsvps.answer(session, date, person, coming=answer == WORKS, by=person, now=now)
            comes += [person] if answer == WORKS else []
    return comes


def _said_here(session: Session, poll: Poll, slot: Slot) -> Iterator[tuple[int, str]]:
    """What people of the teams that it asks, and staff, said of a time."""
    asked = select(Polled.team_id).where(Polled.poll_id == poll.id)
    told = select(SlotAnswer.person_id, SlotAnswer.answer).join(
        Membership, col(Membership.person_id) == SlotAnswer.person_id
    ).where(
        SlotAnswer.slot_id == slot.id, col(SlotAnswer.answer).in_((WORKS, CANNOT)), col(Membership.left_at).is_(None),
        Membership.collaborative_id == poll.collaborative_id,
        col(Membership.team_id).in_(asked) | col(Membership.team_id).is_(None),
    )  # fmt: skip
    return iter(dict(session.exec(told.order_by(col(SlotAnswer.id))).all()).items())

"""Word to a coordinator, once, that the roll of a call wasn't called: before that nobody counts as not there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from bot import outbox, times
from bot.cards import attendance_words, call_cards
from bot.domain import absences, attendance, event_facts, expected, rolls, seats
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, Meeting
from bot.domain.rsvps import Invited
from bot.kit import Kit

WHY = "they coordinate, and nobody called the roll of a call"


def key(about: Mapping[str, int]) -> str:
    """The occasion: the roll of the date that a letter names, also where the calendar has it no more."""
    return f"{call_cards.key_of(about['event'], about['planned'])}:roll"


def owed(session: Session, dates: Iterable[Meeting], now: datetime) -> Iterator[tuple[Meeting, int]]:
    """Those of these dates whose roll is waited for, and nobody was told so yet, each with who is to be."""
    for date in dates:
        if date.starts and date.starts + date.lasts + attendance.CLOSES <= now < closes(date):
            waits = date.event.kind in expected.EXPECTED_CALLS and not rolls.is_called(
                session, date.event.id, date.planned
            )
            told = outbox.of_key(session, key(call_cards.about(date)))
            if waits and told is None and _is_about_anybody(session, date):
                yield from ((date, person) for person in _whom(session, date, now))


def plan(session: Session, date: Meeting, person: int, now: datetime) -> None:
    """They are told."""
    about = call_cards.about(date)
    outbox.plan(
        session, "attendance/uncalled", key=key(about), to=f"person:{person}", at=now, why=WHY, until=closes(date),
        now=now, **about,
    )  # fmt: skip


def closes(date: Meeting) -> datetime:
    """Until when its roll still tells who wasn't there."""
    return date.known_as + date.lasts + expected.ROLL_CLOSES


def uncalled(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """What it prints; None where the roll was called, or the date canceled, before it was said."""
    event, date = session.get_one(Event, about["event"]), call_cards.date_of(session, about)
    called = rolls.is_called(session, event.id, event_facts.at(about["planned"]))
    stands = date is not None and date.starts is not None and not called
    letter = outbox.of_key(session, key(about))
    if letter is not None and letter.ts is None and not stands:
        return None
    here = session.get_one(Collaborative, event.collaborative_id)
    known_as = date.known_as if date else event_facts.at(about["planned"])
    return {
        "title": event.title,
        "known_as": known_as,
        "closes": closes(date) if date else known_as,
        "zone": here.timezone,
        "collaborative": here.name,
        "here": (attendance_words.line(session, date) if date else "") or "Nobody is noted yet.",
        "called": called,
        "open": stands,
        "which": f"{event.id}:{about['planned']}",
    }


def _is_about_anybody(session: Session, date: Meeting) -> bool:
    """Whether somebody was noted, or any team was asked to come."""
    asked = select(Invited.id).where(Invited.event_id == date.event.id, Invited.planned == date.planned).limit(1)
    return bool(attendance.present(session, date).people) or session.exec(asked).first() is not None


def _whom(session: Session, date: Meeting, now: datetime) -> list[int]:
    """One coordinator: whoever is there, first of them who put the date into the calendar; none where there is none."""
    here = session.get_one(Collaborative, date.event.collaborative_id)
    today = times.local_day(now, here.timezone)

    def place(person: int) -> tuple[bool, bool, bool]:
        directs = seats.steers_as(session, here, person) == "director"
        return absences.away(session, person, today), person != date.event.made_by, directs

    return sorted(seats.coordinators(session, here), key=place)[:1]

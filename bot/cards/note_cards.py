"""A coordinator writes to people about a date: what they read, and how it gets to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import outbox
from bot.domain import event_facts, hours, pdsa_facts, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import TOGETHER, Event, Meeting
from bot.domain.notes import Note
from bot.domain.people import Person
from bot.kit import Kit

Values = dict[str, Any]
WHY = "a coordinator wrote to them about a call or session"


def key(note: Note) -> str:
    """The occasion."""
    return f"note:{note.id}"


def send(session: Session, note: Note, date: Meeting, people: Iterable[int], now: datetime) -> None:
    """Each of them reads it at once, or once their night is over."""
    for person in people:
        outbox.plan(
            session, "readiness/note", key=f"{key(note)}:{person}", to=f"person:{person}", at=now, why=WHY,
            until=date.known_as + date.lasts, now=now, note=note.id or 0, person=person,
        )  # fmt: skip


def told(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What one of them reads; None once it was taken down."""
    note, person = session.get(Note, about["note"]), session.get(Person, about["person"])
    if note is None or note.purged_at or person is None:
        return None
    event = session.get_one(Event, note.event_id)
    date = rsvps.meeting(session, note.event_id, note.planned)
    by = pdsa_facts.name_of(session, note.person_id)
    return {
        **shown(event, by, note.words, date.known_as if date else note.planned, hours.zone(session, person)),
        "collaborative": session.get_one(Collaborative, event.collaborative_id).name,
        "which": f"{event.id}:{event_facts.stamp(note.planned)}",
        "comes": date is not None and date.starts is not None and not date.is_over(kit.now()),
        "together": event.kind in TOGETHER,
        "note": note.id,
    }


def shown(event: Event, by: str, words: str, known_as: datetime, zone: str) -> Values:
    """The words as they are read, in a preview too."""
    return {"title": event.title, "by": by, "words": words, "known_as": known_as, "zone": zone}

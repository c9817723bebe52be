"""A meeting tool's list in the bot's conversation: whom it proposes as having been at a call, and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot import access, outbox
from bot.domain import attendance, event_facts, events, participant_files, participant_list, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.participant_files import ParticipantFile
from bot.domain.people import Person
from bot.domain.sheet_drafts import SheetDraft
from bot.kit import Kit

Values = dict[str, Any]
LATELY = timedelta(days=14)


def take_over(kit: Kit, draft: SheetDraft, content: bytes) -> bool:
    """Whether it is such a list, dropped by whoever steers calls: then it is proposed, and is no table of numbers."""
    found = participant_list.read(content)
    if found is None:
        return False
    with kit.store.transaction() as session:
        steered = steered_by(session, draft.person_id)
        waiting = session.get(SheetDraft, draft.id)
        if not steered or waiting is None:
            return False
        session.delete(waiting)
        begun = [one for place in steered for one in lately(session, place, kit)]
        date = max(begun, key=lambda one: one.known_as, default=None)
        file = participant_files.propose(session, found, date, by=draft.person_id, now=kit.now())
        say(session, kit, file)
    return True


def steered_by(session: Session, person: int) -> list[Collaborative]:
    """The collaboratives whose calls they steer."""
    actor = access.of_person(session, person)
    return access.collaboratives_of(session, actor, "call.steer") if actor else []


def lately(session: Session, collaborative: Collaborative, kit: Kit) -> list[Meeting]:
    """The dates of the last two weeks that people may have been at."""
    near = events.between(session, collaborative, kit.now() - LATELY, kit.now() + attendance.OPENS)
    return [one for one in near if one.starts and not attendance.is_early(one, kit.now())]


def say(session: Session, kit: Kit, file: ParticipantFile) -> None:
    """The message about a list says how it stands."""
    session.add(file)
    session.flush()
    outbox.say(
        session, "attendance/proposed", key=f"participants:{file.id}", to=f"person:{file.person_id}", now=kit.now(),
        participants=file.id or 0,
    )  # fmt: skip


def date_of(session: Session, file: ParticipantFile) -> Meeting | None:
    """The date it is for; None where the calendar has it no more."""
    return rsvps.meeting(session, file.event_id, file.planned) if file.event_id and file.planned else None


def proposed(session: Session, about: Mapping[str, int], kit: Kit) -> Values | None:
    """What the message prints; None once nothing of the list is left."""
    file = session.get(ParticipantFile, about["participants"])
    if file is None:
        return None
    date = date_of(session, file)
    zone = session.get_one(Collaborative, date.event.collaborative_id).timezone if date else "UTC"
    names = sorted(_named(session, date, row) for row in file.people) if date else []
    return {
        "file": file.id,
        "state": file.state,
        "title": date.event.title if date else "",
        "known_as": date.known_as if date else file.dropped_at,
        "zone": zone,
        "people": names,
        "strangers": file.strangers,
        "counted": event_facts.counted(file.counted or len(file.people), "person", "people"),
    }


def _named(session: Session, date: Meeting, row: int) -> str:
    teams = [team.name for team in rsvps.teams_of(session, row, date.event.collaborative_id)]
    return f"{session.get_one(Person, row).name}{f' ({teams[0]})' if teams else ''}"

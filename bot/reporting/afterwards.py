"""What was written around a call: its minutes, a coordinator's message, the list of what teams prepare."""

from sqlmodel import Session

from bot import drafts, outbox
from bot.access import Actor
from bot.cards import minutes_cards, note_cards, preparation_cards
from bot.domain import commitments, minutes, notes, participant_files, preparations, sheet_drafts
from bot.domain.events import Event
from bot.domain.minutes import Minutes
from bot.domain.notes import Note
from bot.domain.preparations import Task
from bot.errors import BotError, Gone
from bot.kit import Kit
from bot.outbox import Letter
from bot.reporting import receipts


def remove_minutes(session: Session, actor: Actor, found: Minutes | None, kit: Kit) -> int:
    """Every copy goes; tests that came of them have words of their own."""
    if found is None:
        raise Gone("These minutes aren't in the record any more, so there is nothing left to take down.")
    collaborative = session.get_one(Event, found.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    if found.purged_at:
        raise BotError("These minutes have already been taken down.")
    for one in commitments.of(session, found):
        drafts.discard_about(session, f"commitment:{one.id}")
    commitments.purge(session, found)
    minutes.purge(session, found, kit.now())
    subject = minutes.subject(found.event_id, found.planned)
    drafts.discard_about(session, subject)
    outbox.recall(session, minutes_cards.key(found), kit.now())
    about = {"minutes": found.id or 0, "author": found.person_id, "place": collaborative}
    return receipts.write(session, actor, subject, found.person_id, collaborative, about, kit)


def remove_note(session: Session, actor: Actor, note: Note | None, kit: Kit) -> int:
    """What a coordinator wrote goes, wherever it was read."""
    if note is None:
        raise Gone("This message isn't in the record any more, so there is nothing left to take down.")
    collaborative = session.get_one(Event, note.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    if note.purged_at:
        raise BotError("This message has already been taken down.")
    notes.purge(session, note, kit.now())
    outbox.recall(session, note_cards.key(note), kit.now())
    about = {"note": note.id or 0, "author": note.person_id, "place": collaborative}
    return receipts.write(session, actor, f"note:{note.id}", note.person_id, collaborative, about, kit)


def remove_tasks(session: Session, actor: Actor, task: Task | None, kit: Kit) -> int:
    """The list that it is on goes from every team's channel."""
    if task is None:
        raise Gone("This list isn't in the record any more, so there is nothing left to take down.")
    collaborative = session.get_one(Event, task.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    row = task.id or 0
    preparations.remove(session, preparations.of_date(session, task.event_id, task.planned))
    outbox.recall(session, preparation_cards.prefix(task.event_id, task.planned), kit.now())
    about = {"task": row, "place": collaborative}
    return receipts.write(session, actor, f"task:{row}", None, collaborative, about, kit)


def forget_file(session: Session, letter: Letter) -> None:
    """Nothing of a dropped file is kept that the message was about."""
    sheet_drafts.remove(session, letter.about.get("sheet", 0))
    participant_files.remove(session, letter.about.get("participants", 0))

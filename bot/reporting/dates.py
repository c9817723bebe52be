"""What was written of a date: that it changed, or takes place, stays said."""

from sqlmodel import Session, col, select

from bot import audit, outbox, store
from bot.access import Actor
from bot.cards import event_audience
from bot.domain.events import Event, EventChange
from bot.errors import Gone
from bot.kit import Kit
from bot.outbox import Letter
from bot.reporting import receipts


def remove_words(session: Session, actor: Actor, change: EventChange | None, kit: Kit) -> int:
    """The words about a date go from everywhere they were said; that it changed stays said."""
    if change is None or not change.words:
        raise Gone("There are no words of anybody about this date, so there is nothing to take down.")
    collaborative = session.get_one(Event, change.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    change.words = ""
    session.add(change)
    said = [one.key for one in event_audience.letters(session, change) if not event_audience.is_unsaid(one)]
    outbox.say_again(session, *said, now=kit.now())
    about = {"change": change.id or 0}
    return receipts.write(session, actor, f"change:{change.id}", change.person_id, collaborative, about, kit)


def remove_agenda(session: Session, actor: Actor, event: Event | None, kit: Kit) -> int:
    """What a call is about goes from its cards, which stay; coordinators hear that their file still has it."""
    if event is None or not event.agenda:
        raise Gone("There is no agenda here any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=event.collaborative_id)
    event.agenda = ""
    session.add(event)
    store.after_commit(session, kit.store.wipe)
    cards = select(Letter.key).where(col(Letter.key).startswith(f"call:{event.id}:"), Letter.message == "calls/card")
    outbox.say_again(session, *session.exec(cards), now=kit.now())
    line = audit.note(session, "privacy.purged", by=actor.id, subject=f"event:{event.id}", now=kit.now())
    about = {"event": event.id or 0, "place": event.collaborative_id}
    receipts.tell_coordinators(session, actor, line, kit.now(), event.collaborative_id, **about)
    return line.id or 0

"""What was written of a date: that it changed, or takes place, stays said."""

from sqlmodel import Session, col, select

from bot import outbox
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
    """What a call is about goes from its cards, which stay; its author and coordinators hear of it."""
    if event is None or not event.agenda:
        raise Gone("There is no agenda here any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=event.collaborative_id)
    alike = select(Event).where(Event.collaborative_id == event.collaborative_id, Event.agenda == event.agenda)
    for one in session.exec(alike).all():  # what was split off from it has the same words
        one.agenda = ""
        session.add(one)
        cards = select(Letter.key).where(col(Letter.key).startswith(f"call:{one.id}:"), Letter.message == "calls/card")
        outbox.say_again(session, *session.exec(cards), now=kit.now())
    about, author = {"event": event.id or 0, "place": event.collaborative_id}, event.edited_by or event.made_by
    return receipts.write(session, actor, f"event:{event.id}", author, event.collaborative_id, about, kit)

"""What was written of a date: that it changed, or takes place, stays said."""

from sqlmodel import Session, col, or_, select

from bot import drafts, outbox
from bot.access import Actor
from bot.cards import event_audience, event_moves, poll_cards
from bot.domain import calendar_files, polls, rsvp_facts
from bot.domain.arrivals import Arrival
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange
from bot.domain.minutes import Minutes
from bot.domain.notes import Note
from bot.domain.polls import Poll
from bot.drafts import Draft
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


def remove_title(session: Session, actor: Actor, event: Event | None, kit: Kit) -> int:
    """A call's title and agenda go wherever they stand: it is called by its kind, its dates and answers stay."""
    if event is None or not (event.agenda or event.title != rsvp_facts.KINDS[event.kind]):
        raise Gone("There are no words of anybody about this date any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=event.collaborative_id)
    alike = select(Event).where(
        Event.collaborative_id == event.collaborative_id,
        (col(Event.title) == event.title) | ((col(Event.agenda) == event.agenda) & (col(Event.agenda) != "")),
    )  # what was split off from it has the same words
    for one in session.exec(alike).all():
        _purge(session, one, kit)
    about, author = {"event": event.id or 0, "place": event.collaborative_id}, event.edited_by or event.made_by
    return receipts.write(session, actor, f"event:{event.id}", author, event.collaborative_id, about, kit)


def remove_needs(session: Session, actor: Actor, arrival: Arrival | None, kit: Kit) -> int:
    """What somebody needs there goes; that they come, and how, stays."""
    if arrival is None or not arrival.needs:
        raise Gone("There are no words here any more, so there is nothing to take down.")
    collaborative = session.get_one(Event, arrival.event_id).collaborative_id
    actor.must("privacy.report", collaborative=collaborative)
    arrival.needs = ""
    session.add(arrival)
    about = {"arrival": arrival.id or 0, "place": collaborative, "author": arrival.person_id}
    return receipts.write(session, actor, f"arrival:{arrival.id}", arrival.person_id, collaborative, about, kit)


def _purge(session: Session, event: Event, kit: Kit) -> None:
    """Also from calendars that have it, from the poll that it came of, and from forms that are half filled in."""
    kind = rsvp_facts.KINDS[event.kind]
    named = select(Event.id).where(
        Event.collaborative_id == event.collaborative_id, Event.title == kind, Event.starts == event.starts
    )
    event.title = f"{kind} {event.id}" if session.exec(named).first() not in (None, event.id) else kind
    event.agenda, event.sequence = "", event.sequence + 1
    session.add(event)
    session.flush()
    for poll in session.exec(select(Poll).where(Poll.event_id == event.id)).all():
        polls.purge(session, poll)
        poll_cards.show(session, poll, kit)
    for subject in session.exec(select(Draft.subject).where(col(Draft.subject).startswith(f"event:{event.id}:"))).all():
        drafts.discard_about(session, subject)
    calendar_files.renew(session, event, kit.now())
    event_moves.follow(session, session.get_one(Collaborative, event.collaborative_id), event, kit)
    outbox.say_again(session, *_telling(session, event), now=kit.now())


def _telling(session: Session, event: Event) -> list[str]:
    """Whatever else names it: turns, reminders, lists, notes, minutes, and word of dates that changed."""
    changes = session.exec(select(EventChange.id).where(EventChange.event_id == event.id))
    written = session.exec(select(Minutes.id).where(Minutes.event_id == event.id))
    noted = session.exec(select(Note.id).where(Note.event_id == event.id))
    occasions = [
        f"call:{event.id}:", f"prepare:{event.id}:", *(f"event:{row}:" for row in changes),
        *(f"minutes:{row}" for row in written), *(f"note:{row}" for row in noted),
    ]  # fmt: skip
    begins = or_(*(col(Letter.key).startswith(one, autoescape=True) for one in occasions))
    return list(session.exec(select(Letter.key).where(begins, col(Letter.ts).is_not(None))))

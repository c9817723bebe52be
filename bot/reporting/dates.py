"""What was written of a date: that it changed, or takes place, stays said."""

from sqlmodel import Session, col, or_, select

from bot import drafts, outbox
from bot.access import Actor
from bot.cards import call_cards, event_audience, event_moves, poll_cards
from bot.domain import calendar_files, polls, rsvp_facts, weekly
from bot.domain.arrivals import Arrival
from bot.domain.asks import Ask, Put
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange
from bot.domain.minutes import Minutes
from bot.domain.notes import Note
from bot.domain.polls import Poll
from bot.domain.rsvps import Invited
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
    if event is None or not rsvp_facts.has_words(event):
        raise Gone("There are no words of anybody about this date any more, so there is nothing to take down.")
    actor.must("privacy.report", collaborative=event.collaborative_id)
    title, agenda = event.title, event.agenda
    same = col(Event.agenda) == agenda if agenda else col(Event.title) == title
    alike = select(Event).where(Event.collaborative_id == event.collaborative_id, same)
    for one in session.exec(alike).all():  # what was split off from it has the same words
        _purge(session, one, title, agenda, kit)
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


def _purge(session: Session, event: Event, title: str, agenda: str, kit: Kit) -> None:
    """Also from calendars that have it, from the poll that it came of, and from forms that are half filled in.

    A file that has these words still brings them back no more.
    """
    event.title = _plain_title(session, event) if event.title == title else event.title
    event.agenda = "" if event.agenda == agenda else event.agenda
    event.sequence, event.edited_at = event.sequence + 1, kit.now()
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


def _plain_title(session: Session, event: Event) -> str:
    """Its kind; with its row, where another of that kind is called so at the same time."""
    kind = rsvp_facts.KINDS[event.kind]
    named = select(Event.id).where(
        Event.collaborative_id == event.collaborative_id, Event.title == kind, Event.starts == event.starts
    )
    return kind if session.exec(named).first() in (None, event.id) else f"{kind} {event.id}"


def _telling(session: Session, event: Event) -> list[str]:
    """Whatever else names it: questions, turns, reminders, lists, notes, minutes, news of it, and what was to come."""
    changes = session.exec(select(EventChange.id).where(EventChange.event_id == event.id))
    written = session.exec(select(Minutes.id).where(Minutes.event_id == event.id))
    noted = session.exec(select(Note.id).where(Note.event_id == event.id))
    occasions = [
        f"call:{event.id}:", f"prepare:{event.id}:", f"event:edited:{event.id}:", *(f"event:{row}:" for row in changes),
        *(f"minutes:{row}" for row in written), *(f"note:{row}" for row in noted),
    ]  # fmt: skip
    begins = (col(Letter.key).startswith(one, autoescape=True) for one in occasions)
    asked = select(Put.letter).join(Ask).join(Invited, col(Invited.id) == Ask.subject).where(
        Invited.event_id == event.id, col(Ask.kind).in_(call_cards.KIND)
    )  # fmt: skip
    coming = col(Letter.message).in_(("digest/post", "weekly/post")) & (col(Letter.due) >= event.starts - weekly.COMING)
    told = or_(*begins, coming, col(Letter.key).in_(asked))
    return list(session.exec(select(Letter.key).where(told, col(Letter.ts).is_not(None))))

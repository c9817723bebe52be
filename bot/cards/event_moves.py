"""An event was planned, changed or ended as a whole: dates that people knew are told of, and every card follows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from bot import home, outbox
from bot.cards import calendar_cards, call_cards, event_audience, event_news
from bot.cards.event_audience import News, Told
from bot.domain import event_changes, event_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange, Meeting
from bot.domain.people import Membership
from bot.domain.presenting import Presenting
from bot.domain.rsvps import Rsvp
from bot.domain.teams import Team
from bot.kit import Kit
from bot.outbox import Letter


def announced(session: Session, event: Event) -> set[datetime]:
    """The dates, as planned, that people know of: by a card, a reminder, an answer, a turn, or word of a change."""
    cards = select(Letter.about).where(
        col(Letter.key).startswith(f"call:{event.id}:"), col(Letter.message).in_(("calls/card", "calls/reminder")),
        col(Letter.ts).is_not(None),
    )  # fmt: skip
    posted = {event_facts.at(about["planned"]) for about in session.exec(cards)}
    return posted.union(
        session.exec(select(Rsvp.planned).where(Rsvp.event_id == event.id)),
        session.exec(select(Presenting.planned).where(Presenting.event_id == event.id)),
        session.exec(select(EventChange.planned).where(EventChange.event_id == event.id)),
    )


def move(
    session: Session, collaborative: Collaborative, moves: Iterable[tuple[Meeting, datetime | None]], by: int, kit: Kit
) -> None:
    """These dates begin at another time, or not at all: whoever knew of one is told, and asked again."""
    for meeting, starts in moves:
        news = News(collaborative, meeting, Told(meeting.starts, starts))
        found = event_audience.audience(session, news, by, kit)
        change = event_changes.change(session, meeting, starts, words="", by=by, now=kit.now())
        event_news.tell(session, change, found, at_night=False, kit=kit)
        call_cards.follow(session, replace(meeting, change=change), kit)


def follow(session: Session, collaborative: Collaborative, event: Event, kit: Kit) -> None:
    """Whatever shows this event, or the next one, is brought up to date without a word."""
    cards = select(Letter.key).where(
        col(Letter.key).startswith(f"call:{event.id}:"),
        col(Letter.message).in_(("calls/card", "calls/named")),
        col(Letter.ts).is_not(None),
    )
    teams = select(Team.id).where(Team.collaborative_id == collaborative.id)
    shown = [*session.exec(cards), *(f"team:{team}" for team in session.exec(teams))]
    outbox.say_again(session, *shown, calendar_cards.key(collaborative.id or 0), now=kit.now())
    ours = select(Membership.person_id).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None)
    )
    home.refresh(session, sorted(set(session.exec(ours))), kit.now())

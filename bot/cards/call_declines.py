"""Word to whoever counted on somebody for a call or session that they can't come: one for a date and a namer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox
from bot.cards import call_cards
from bot.domain import hours, pdsa_facts, people, rsvp_facts, rsvps
from bot.domain.events import Event, Meeting
from bot.domain.people import Person
from bot.kit import Kit
from bot.outbox import Letter

WHY = "somebody they named for a call or session can't come"


def tell(session: Session, date: Meeting, person: int, now: datetime) -> None:
    """Whoever named this person is told, once their night is over; who else they named and can't come stands in it.

    What was said already would be edited unseen, so another word goes out then.
    """
    row = rsvps.of_person(session, date, person)
    if row is None or not row.coming or row.by_id == person or row.version != date.version:
        return
    told = {**call_cards.as_it_stands(date), "by": row.by_id}
    said = outbox.of_key(session, key(told))
    occasion = f"{key(told)}:{person}" if said and said.ts else key(told)
    outbox.plan(
        session, "calls/declined", key=occasion, to=f"person:{row.by_id}", at=now, why=WHY, until=date.known_as,
        now=now, **told,
    )  # fmt: skip


def follow(session: Session, date: Meeting, now: datetime) -> None:
    """Somebody said whether they come: what was told of it before shows it."""
    told = select(Letter.key).where(col(Letter.key).startswith(f"{call_cards.key(date)}:declined:", autoescape=True))
    outbox.say_again(session, *session.exec(told), now=now)


def key(about: Mapping[str, int]) -> str:
    """The occasion: those whom that person named can't come to this date as it stands."""
    return f"{call_cards.key_of(about['event'], about['planned'])}:declined:{about['by']}:{about['version']}"


def declined(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any] | None:
    """Everything it prints; None where all of them come by now, or the date isn't as it was, before it was said."""
    by, date = session.get(Person, about["by"]), call_cards.date_of(session, about)
    if by is None:
        return None
    stands = date is not None and date.starts is not None and date.version == about["version"]
    cannot = _cannot(session, date, about) if date and stands else []
    if not cannot and _waits(session, about):
        return None
    event = session.get_one(Event, about["event"])
    theirs = rsvps.teams_of(session, about["by"], event.collaborative_id)
    told = [one for team in theirs for one in rsvps.of_team(session, date, team.id or 0)] if date else []
    return {
        "name": people.first_name(by.name),
        "people": rsvp_facts.named(cannot) if cannot else "",
        "title": event.title,
        **call_cards.then_and_now(date, about, kit.now()),
        "zone": hours.zone(session, by),
        "stands": rsvp_facts.stands(told) if theirs and stands else "",
        "open": bool(theirs and stands and date and not date.is_over(kit.now())),
        "which": f"{event.id}:{about['planned']}",
    }


def _cannot(session: Session, date: Meeting, about: Mapping[str, int]) -> list[str]:
    """Those they named who said since that they can't, whoever was named first first."""
    start = f"{call_cards.key(date)}:named:"
    named = select(Letter).where(col(Letter.key).startswith(start, autoescape=True)).order_by(col(Letter.id))
    theirs = dict.fromkeys(
        one.about["person"]
        for one in session.exec(named)
        if one.about["by"] == about["by"] and one.about["version"] == about["version"]
    )
    return [pdsa_facts.name_of(session, one) for one in theirs if rsvps.says(session, date, one) is False]


def _waits(session: Session, about: Mapping[str, int]) -> bool:
    unsaid = select(Letter.id).where(col(Letter.key).startswith(key(about), autoescape=True), col(Letter.ts).is_(None))
    return session.exec(unsaid).first() is not None

"""Whose weekly digest comes when: at eight on Monday where they are, or to whoever covers for a coach from later on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot import outbox, times
from bot.cards import digest_cards
from bot.domain import covers, digest, hours
from bot.domain.activity import week_of
from bot.domain.collaboratives import Collaborative
from bot.domain.covers import Cover
from bot.domain.people import Person

EIGHT = time(8)
OF_USE, WHOLE = timedelta(days=5), timedelta(days=7)  # from Monday on; the whole week for whoever works at its end
WHY = "once a week whoever looks after teams hears how they go"


class Planned(NamedTuple):
    """Somebody's digest of a Monday, and its hour."""

    person: int
    at: datetime
    until: datetime


def of(session: Session, person: Person, monday: date) -> Planned:
    """At eight or at the hour of their own, on Monday or on their next day at work of that week."""
    theirs = hours.of_person(session, person)
    return Planned(person.id or 0, replace(theirs, hour=person.asked_at or EIGHT).on(monday), _until(theirs, monday))


def write(session: Session, one: Planned, monday: date, now: datetime) -> None:
    """Owe it to them."""
    outbox.plan(
        session, "digest/post", key=digest_cards.key(one.person, monday), to=f"person:{one.person}", at=one.at,
        until=one.until, why=WHY, now=now, person=one.person, day=monday.toordinal(),
    )  # fmt: skip


def catch_up(session: Session, coach: int, now: datetime) -> None:
    """Whoever covers for a coach who is away by now, named after this Monday's digests were found, reads it too."""
    monday = week_of(now)
    for person in {*_covering(session, coach, monday, now)}:
        key, one = digest_cards.key(person, monday), of(session, session.get_one(Person, person), monday)
        if outbox.of_key(session, key):
            outbox.say_again(session, key, now=now)
        elif now < one.until:
            write(session, one._replace(at=max(one.at, now)), monday, now)


def of_cover(session: Session, coach: int, now: datetime) -> list[str]:
    """This Monday's digest of whoever is named for a coach; it tells otherwise once somebody else is."""
    cover = session.get(Cover, coach)
    return [digest_cards.key(cover.person_id, week_of(now))] if cover else []


def _covering(session: Session, coach: int, monday: date, now: datetime) -> Iterator[int]:
    for row in sorted({team.collaborative_id for team in covers.teams_of(session, coach)}):
        here, week = session.get_one(Collaborative, row), digest.of_monday(session, row, monday)
        person = covers.standing_for(session, coach, row, times.local_day(now, here.timezone))
        if person and week and week.found_at and digest.goes_on(here, now):
            yield person


def _until(theirs: times.Hours, monday: date) -> datetime:
    """How long it is of use: until the weekend, or to its end for those who work on no other day."""
    works_before = any(day < OF_USE.days for day in theirs.days)
    return times.at(monday + (OF_USE if works_before else WHOLE), times.MIDNIGHT, theirs.zone)

"""Whom the link of a call goes to the working day before: everybody of a team but who said that they can't."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.cards import call_cards
from bot.domain import absences, hours, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.people import Membership, Person
from bot.domain.teams import Team

WHY = "a call or session is near, and they haven't said that they can't come"


class Reminder(NamedTuple):
    """Whom it goes to, and when."""

    date: Meeting
    person: int
    at: datetime

    @property
    def about(self) -> dict[str, int]:
        """How its letter names it."""
        return {**call_cards.about(self.date), "person": self.person, "version": self.date.version}

    @property
    def key(self) -> str:
        """Its occasion."""
        return call_cards.reminder_key(self.about)


def wanted(
    session: Session, collaborative: Collaborative, dates: Sequence[Meeting], until: datetime
) -> Iterator[Reminder]:
    """The reminders of these dates whose hour comes before that moment, as the record stands now."""
    for date in dates:
        yield from _of(session, collaborative, date, until)


def _of(session: Session, collaborative: Collaborative, date: Meeting, until: datetime) -> Iterator[Reminder]:
    """Everybody's of one date; who is away on its day, or whose team pauses then, is left in peace.

    Who heard of the date, or of its change, only after that hour isn't reminded on top.
    """
    people = _people(session, date)
    cannot = {one.person for one in rsvps.said(session, date) if not one.coming}
    off = absences.days_of(session, people)
    known = max(one for one in (collaborative.launched_at, date.change and date.change.changed_at) if one)
    for row, (person, team) in people.items():
        working = hours.at_own_hour(person, hours.of_team(session, team))
        day, away = times.local_day(date.known_as, working.zone), off.get(row, set())
        at = replace(working, off={*working.off, *away}).before(day)
        if row not in cannot and day.isoformat() not in away and known < at < until:
            yield Reminder(date, row, at)


def _people(session: Session, date: Meeting) -> dict[int, tuple[Person, Team]]:
    """Everybody in Slack who is in a team that takes part, with the first of theirs."""
    teams = {team.id: team for team in rsvps.at_work(session, date.event.collaborative_id)}
    here = select(Person, Membership.team_id).join(Membership).where(
        col(Membership.team_id).in_(teams), col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    found: dict[int, tuple[Person, Team]] = {}
    for person, team in session.exec(here.order_by(col(Membership.id))):
        if not rsvps.pauses_then(teams[team], date.known_as):
            found.setdefault(person.id or 0, (person, teams[team]))
    return found

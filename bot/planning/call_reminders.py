"""Whom the link of a call goes to, a week and a day before as they like it: all of a team but who said they can't."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot import times
from bot.cards import call_cards
from bot.domain import absences, checkins, events, hours, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Meeting
from bot.domain.people import AHEAD, DAY, SOON, WEEK, Membership, Person, chosen_reminders
from bot.domain.teams import Team

A_WEEK, A_QUARTER = timedelta(days=6), timedelta(minutes=15)  # the last of their days a whole week before
WHY = "a call or session is near, and they haven't said that they can't come"


class Reminder(NamedTuple):
    """Whom it goes to, and when."""

    date: Meeting
    person: int
    at: datetime
    ahead: str  # one of the reminders that people may choose

    @property
    def about(self) -> dict[str, int]:
        """How its letter names it."""
        return {**call_cards.about(self.date), "person": self.person, "version": self.date.version,
                "ahead": AHEAD.index(self.ahead)}  # fmt: skip

    @property
    def key(self) -> str:
        """Its occasion."""
        return call_cards.reminder_key(self.about)


def wanted(
    session: Session, collaborative: Collaborative, dates: Sequence[Meeting], until: datetime, now: datetime
) -> Iterator[Reminder]:
    """The reminders of these dates whose hour comes before that moment, as the record stands now."""
    for date in dates:
        for one in _of(session, collaborative, date, now):
            if one.at < until:
                yield one


def _of(session: Session, collaborative: Collaborative, date: Meeting, now: datetime) -> Iterator[Reminder]:
    """Everybody's of one date; who is away on its day, or whose team pauses then, is left in peace.

    Who heard of the date, or of its change, only after that hour isn't reminded on top, and nobody is told that
    something is in a week once it is near.
    """
    people = _people(session, date)
    cannot = {one.person for one in rsvps.said(session, date) if not one.coming}
    off, asked = absences.days_of(session, people), _asked(session, date, people)
    known = max(one for one in (collaborative.launched_at, date.change and date.change.changed_at) if one)
    for row, (person, team) in people.items():
        working = hours.at_own_hour(person, hours.of_team(session, team))
        day, away = times.local_day(date.known_as, working.zone), off.get(row, set())
        if row in cannot or day.isoformat() in away:
            continue
        theirs = replace(working, off={*working.off, *away})
        hours_of = {WEEK: theirs.before(day - A_WEEK), DAY: theirs.before(day), SOON: date.known_as - A_QUARTER}
        for ahead in _chosen(person, date):
            if known < hours_of[ahead] and not (ahead == WEEK and (row in asked or hours_of[DAY] <= now)):
                yield Reminder(date, row, hours_of[ahead], ahead)


def _chosen(person: Person, date: Meeting) -> list[str]:
    """Which reminders they want of it: of what one drops in to that of the day before alone."""
    return [one for one in chosen_reminders(person) if one == DAY or events.is_asked(date.event)]


def _asked(session: Session, date: Meeting, people: dict[int, tuple[Person, Team]]) -> set[int]:
    """Those who are asked that week whether their team comes: the question has the link too."""
    answered = {one.team for one in rsvps.said(session, date)}
    teams = {team.id: team for _, team in people.values() if team.id not in answered}
    return {lead.id or 0 for team in teams.values() if (lead := checkins.addressee(session, team))}


def _people(session: Session, date: Meeting) -> dict[int, tuple[Person, Team]]:
    """Everybody in Slack who is in a team that takes part, with the first of theirs."""
    teams = {team.id: team for team in rsvps.asked(session, date.event)}
    here = select(Person, Membership.team_id).join(Membership).where(
        col(Membership.team_id).in_(teams), col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    found: dict[int, tuple[Person, Team]] = {}
    for person, team in session.exec(here.order_by(col(Membership.id))):
        if not rsvps.pauses_then(teams[team], date.known_as):
            found.setdefault(person.id or 0, (person, teams[team]))
    return found

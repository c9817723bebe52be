"""Whom a changed date is told to, and when it comes to them: after their night, their day off or their time off."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.domain import absences, event_changes, event_facts, hours, rsvps
from bot.domain.collaboratives import Collaborative
from bot.domain.events import EventChange, Meeting
from bot.domain.people import Membership, Person
from bot.domain.teams import Channel
from bot.kit import Kit
from bot.outbox import Letter
from bot.times import Hours, Quiet

AWAKE, NIGHT, DAY_OFF, AWAY, PAUSED = "", "night", "day off", "away", "paused"
SHORT, SAID, SAID_FOR, HEARD, READS = range(5)  # why somebody is told, as letters carry it
STAFF = 0  # stands for the team of whoever is in none


class Told(NamedTuple):
    """When a date begins by what somebody knows, and when it really does; None where it is canceled."""

    was: datetime | None
    starts: datetime | None

    @property
    def begins(self) -> datetime:
        """By when they need to know: the earlier of the two."""
        return min(one for one in self if one)

    @property
    def ends(self) -> datetime:
        """The later of them."""
        return max(one for one in self if one)

    @property
    def is_news(self) -> bool:
        """Whether they don't know it already."""
        return self.was != self.starts


@dataclass(frozen=True)
class News:
    """What is to be told of a date."""

    collaborative: Collaborative
    meeting: Meeting
    told: Told


@dataclass(frozen=True)
class Hearer:
    """A person or a channel that is told: when it comes to them, what it waits for, and what is new to them."""

    to: str
    zone: str
    at: datetime
    waits: str
    told: Told
    soon: bool  # within 24 hours: they may be woken for it
    team: int = STAFF
    because: int = SHORT  # why they get a message of their own, or only read it in a channel


@dataclass(frozen=True)
class Audience:
    """Whom a change reaches."""

    people: list[Hearer]  # also those who read it in a channel only
    told: list[Hearer]  # who get a message of their own: it is soon, they had one about this date, or had answered
    channels: list[Hearer]
    away: list[str]  # the addresses of people who are back too late for it, or whose team is

    @property
    def asleep(self) -> int:
        """How many people it may wake to be told now."""
        return sum(one.waits == NIGHT and one.soon for one in self.told)

    @property
    def soon(self) -> bool:
        """Whether anybody may be woken for it."""
        return any(one.soon for one in self.told)


def heard(theirs: Hours, quiet: Quiet, away: Collection[str], told: Told, now: datetime) -> tuple[datetime, str] | None:
    """When it comes to somebody, and what it waits for; None for whoever is away for as long as it is of use.

    It comes once their night is over, on a day on which they work. A day off doesn't keep it from whoever would hear
    of it too late after that day.
    """
    awake = times.quiet_until(now, theirs.zone, quiet) or now
    day = times.local_day(awake, theirs.zone)
    is_away, pauses = day.isoformat() in away, bool(theirs.resumes and day < theirs.resumes)
    if is_away or pauses:
        back = replace(theirs, off={*theirs.off, *away}).on(day)
        return (back, PAUSED if pauses else AWAY) if back < told.ends else None
    morning = theirs.on(day)
    if theirs.day(day) != day and morning < told.begins:
        return morning, DAY_OFF if awake == now else NIGHT
    return awake, AWAKE if awake == now else NIGHT


def audience(session: Session, news: News, by: int, kit: Kit) -> Audience:
    """Whom it reaches as things are now: nobody before the launch, and nobody who knows it already."""
    if news.collaborative.launched_at is None:
        return Audience([], [], [], [])
    setting, own = kit.settings.quiet_hours, news.collaborative.quiet_hours
    usual, working = times.span(own) if setting and own else setting, _working(session, news)
    knows, now = known(letters(session, news.meeting.change)), kit.now()
    answered = rsvps.answered(session, news.meeting)
    channels = [(f"channel:{one.id}", one.team_id or STAFF) for one in _channels(session, news, working)]
    posted = {team: Told(knows.get(to, news.told.was), news.told.starts) for to, team in channels}
    people: dict[str, Hearer | None] = {}
    for person, teams, off in _people(session, news.collaborative, working):
        told = posted.get(teams[0], news.told)
        told = told._replace(was=knows.get(f"person:{person.id}", told.was))
        if told.is_news and person.id != by:
            quiet = times.span(person.quiet_hours) if person.quiet_hours and usual else usual
            theirs = {team: hours.at_own_hour(person, working[team]) for team in teams}
            to = f"person:{person.id}"
            people[to] = _hearer(to, theirs, quiet, off, told, now)
    reached = [replace(one, because=_because(one, answered, knows)) for one in people.values() if one]
    found = [_hearer(to, {team: working[team]}, usual, (), posted[team], now) for to, team in channels]
    return Audience(
        people=reached,
        told=[one for one in reached if one.because != READS],
        channels=[one for one in found if one],
        away=[to for to, one in people.items() if one is None],
    )


def together(found: Sequence[Audience], told: Told) -> Audience:
    """Whoever any of these reaches, each once, by the strongest of their reasons; all of them are told this."""
    people: dict[str, Hearer] = {}
    for one in (one for audience in found for one in audience.people):
        if one.to not in people or one.because < people[one.to].because:
            people[one.to] = replace(one, told=told)
    return Audience(
        people=[*people.values()],
        told=[one for one in people.values() if one.because != READS],
        channels=[*{one.to: replace(one, told=told) for audience in found for one in audience.channels}.values()],
        away=[to for to in dict.fromkeys(to for audience in found for to in audience.away) if to not in people],
    )


def letters(session: Session, change: EventChange | None) -> list[Letter]:
    """Every letter about this date, the oldest first."""
    if change is None:
        return []
    theirs = select(Letter).where(col(Letter.key).startswith(f"event:{change.id}:", autoescape=True))
    return list(session.exec(theirs.order_by(col(Letter.id))))


def is_unsaid(letter: Letter) -> bool:
    """Whether Slack neither has it nor may have it."""
    return letter.ts is None and letter.state not in (outbox.SENDING, outbox.UNKNOWN)


def known(told: Iterable[Letter]) -> dict[str, datetime | None]:
    """The start of a date that was last told to each address; where it is still unsaid, the one they knew before."""
    return {one.to: event_facts.start(one.about["was" if is_unsaid(one) else "starts"]) for one in told}


def _because(one: Hearer, answered: Mapping[int, int], knows: Collection[str]) -> int:
    row = _row(one.to)
    if row in answered:
        return SAID if answered[row] == row else SAID_FOR
    if one.soon:
        return SHORT
    return HEARD if one.to in knows else READS


def _row(to: str) -> int:
    return int(to.partition(":")[2])


def _hearer(
    to: str, theirs: Mapping[int, Hours], quiet: Quiet, off: Collection[str], told: Told, now: datetime
) -> Hearer | None:
    """Somebody who is in these teams, told as soon as one of them lets it; None where they know it or are away."""
    found = [
        Hearer(to, working.zone, *comes, told, told.begins - now <= event_changes.SOON, team)
        for team, working in theirs.items()
        if told.is_news and (comes := heard(working, quiet, off, told, now))
    ]
    return min(found, key=lambda one: one.at) if found else None


def _working(session: Session, news: News) -> dict[int, Hours]:
    """The hours of each team that the event is for, by its row, and of whoever is in none."""
    teams = rsvps.asked(session, news.meeting.event)
    of_teams = {team.id or STAFF: hours.of_team(session, team) for team in teams}
    return {**of_teams, STAFF: hours.of_staff(session, news.collaborative)}


def _people(
    session: Session, collaborative: Collaborative, working: Collection[int]
) -> Iterator[tuple[Person, list[int], Collection[str]]]:
    """Everybody who takes part and is in Slack, each once: with their teams, and the days on which they are away."""
    here = select(Person, Membership.team_id).join(Membership).where(
        Membership.collaborative_id == collaborative.id, col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    places: dict[int, tuple[Person, list[int]]] = {}
    for person, team in session.exec(here.order_by(col(Membership.id))):
        if (team or STAFF) in working:
            places.setdefault(person.id or 0, (person, []))[1].append(team or STAFF)
    off = absences.days_of(session, places)
    return ((person, teams, off.get(row, ())) for row, (person, teams) in places.items())


def _channels(session: Session, news: News, working: Collection[int]) -> list[Channel]:
    """That of each team, and the one for everybody, unless the event is for some teams only."""
    purposes = ("team",) if news.meeting.event.team_ids else ("everyone", "team")
    ours = select(Channel).where(
        Channel.collaborative_id == news.collaborative.id, col(Channel.purpose).in_(purposes)
    )  # fmt: skip
    return [one for one in session.exec(ours.order_by(col(Channel.id))) if (one.team_id or STAFF) in working]

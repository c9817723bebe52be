"""Whom there is to ask what in the days to come, as the record stands now; looks, and writes nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import outbox, times
from bot.domain import absences, asks, ends, hours, people, reasons, turns
from bot.domain.asks import Ask, Put
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.domain.reasons import KINDS, Reason
from bot.domain.teams import Team
from bot.domain.turns import Day, Line, Turn
from bot.kit import Kit
from bot.outbox import Letter
from bot.sending import rest
from bot.statements import looking, query

A_DAY = timedelta(days=1)
RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
Turns = list[tuple[Reason, Turn]]


@dataclass
class Outlook:
    """Occasions that come up, asks that have lost their reason or were put often enough, and the days to come."""

    opened: list[Reason] = field(default_factory=list)
    lost: list[Ask] = field(default_factory=list)
    spent: list[Ask] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    reasons: dict[str, Reason] = field(default_factory=dict)


def look(session: Session, kit: Kit, ahead: timedelta) -> Outlook:
    """Whom to ask what, and when, until that far ahead."""
    with looking(session):
        return _look(session, kit, ahead)


def _look(session: Session, kit: Kit, ahead: timedelta) -> Outlook:
    until, found = kit.now() + ahead, Outlook()
    at_hand = [every(session).all() for every in (_collaboratives, _teams, _people)]  # else each is read often
    known = {ask.key: ask for ask in asks.open_ones(session)}
    coming = {reason.key: reason for reason in reasons.coming(session, until.date())}
    coming = {key: one for key, one in coming.items() if not _is_over(session, one, kit.now())}
    standing = {key: coming.get(key) or _standing(session, ask, kit.now()) for key, ask in known.items()}
    found.lost = [known[key] for key, reason in standing.items() if reason is None]
    found.opened = [reason for key, reason in coming.items() if key not in known and reason.whom]
    put, unsure = _went_out(session, known.values())
    theirs: dict[int, Turns] = {}
    off = cache(lambda person: absences.days(session, person))
    found.reasons = {reason.key: reason for reason in (*standing.values(), *found.opened) if reason}
    held = _held_back(session, found.reasons)
    for reason in found.reasons.values():
        ask = known.get(reason.key)
        turn = _turn(session, reason, ask, put.get(ask.id or 0, []) if ask else [])
        if turn is None and ask and ask.id not in unsure:
            found.spent.append(ask)
        elif turn and reason.key not in held and (person := _addressee(session, turn, kit.now(), off)):
            theirs.setdefault(person, []).append((reason, turn))
    found.days = [day for person, their in theirs.items() for day in _days(session, kit, person, their, until)]
    del at_hand
    return found


def _held_back(session: Session, keys: Collection[str]) -> Collection[str]:
    """Occasions with a letter of their own that a coordinator doesn't want spoken of: nobody is asked about them."""
    return _held(session, keys).all() if keys else ()


def _standing(session: Session, ask: Ask, now: datetime) -> Reason | None:
    reason = reasons.of(session, ask)
    return None if reason is None or _is_over(session, reason, now) else reason


def _is_over(session: Session, reason: Reason, now: datetime) -> bool:
    zone = session.get_one(Team, reason.team).timezone
    has_passed = reason.ends is not None and reason.ends <= now
    return has_passed or times.local_day(now, zone) >= ends.of(session, reason)


def is_out() -> ColumnElement[bool]:
    """Letters that Slack has or may have, that were hurried there, or that a coordinator has to see to."""
    in_hand = col(Letter.state).in_((outbox.SENDING, outbox.UNKNOWN, outbox.PARKED))
    hurried = (col(Letter.state) == outbox.PENDING) & (col(Letter.version) > 1)
    return or_(col(Letter.ts).is_not(None), in_hand, hurried)


def _went_out(session: Session, open_ones: Iterable[Ask]) -> tuple[dict[int, list[Put]], set[int]]:
    """The lines in which these were put to somebody, by the ask's row; and the rows of which that isn't sure yet."""
    rows = [ask.id for ask in open_ones]
    found: dict[int, list[Put]] = {}
    unsure: set[int] = set()
    for put, ts in _said(session, rows) if rows else ():
        found.setdefault(put.ask_id, []).append(put)
        unsure |= set() if ts else {put.ask_id}
    return found, unsure


def _turn(session: Session, reason: Reason, ask: Ask | None, put: list[Put]) -> Turn | None:
    kind, team = KINDS[reason.kind], session.get_one(Team, reason.team)
    turn = turns.turn(reason, ask, put, most=kind.most, again=kind.again, holidays=hours.days_off(session, team))
    if turn and ask and ask.taken_by and not people.is_in(session, ask.taken_by, team.collaborative_id):
        return replace(turn, whom=tuple(one for one in turn.whom if one != ask.taken_by))
    return turn


def _addressee(session: Session, turn: Turn, now: datetime, off: Callable[[int], Collection[str]]) -> int | None:
    if not turn.whom:
        return None
    today = times.local_day(now, hours.zone(session, session.get_one(Person, turn.whom[0])))
    return turns.addressee(turn, off, today)


def _days(session: Session, kit: Kit, person: int, theirs: Turns, until: datetime) -> Iterator[Day]:
    """One person's messages of the days to come."""
    of_teams = {team: _Clock.of(session, kit, person, team) for team in {reason.team for reason, _ in theirs}}
    clocks = {reason.key: of_teams[reason.team] for reason, _ in theirs}
    first = []
    for reason, turn in theirs:
        line = Line(reason.key, RANKS[reason.kind], turn.on, turn.wanted)
        first.append((line, clocks[line.key].first(turn.on, turn.since)))
    zone, today = next(iter(clocks.values())).theirs.zone, next(iter(clocks.values())).today
    days = turns.spread(
        person, first, lambda line, day: clocks[line.key].on(day), zone=zone, until=until,
        taken=_taken(session, person, today, until), sent=_sent(session, person, today),
        a_week=kit.settings.asks_a_week,
    )  # fmt: skip
    until_when = {reason.key: (ends.of(session, reason), reason.ends) for reason, _ in theirs}
    return (day for day in (_of_use(day, until_when) for day in days) if day.put or day.held)


def _of_use(day: Day, until_when: Mapping[str, tuple[date, datetime | None]]) -> Day:
    """The day without what is of no use any more by then: by a day and, where it has one, a moment."""
    over = {key for key, (end, moment) in until_when.items() if day.day >= end or (moment and day.at >= moment)}
    put, held = (tuple(line for line in part if line.key not in over) for part in (day.put, day.held))
    return replace(day, put=put, held=held)


@dataclass(frozen=True)
class _Clock:
    """When somebody may be asked for a team: at their hour or, where they sleep then, when they get up."""

    theirs: times.Hours
    quiet: times.Quiet
    now: datetime

    @classmethod
    def of(cls, session: Session, kit: Kit, person: int, team: int) -> "_Clock":
        row = session.get_one(Person, person)
        theirs = hours.of_person(session, row, session.get_one(Team, team))
        quiet = rest.quiet(session, f"person:{person}", kit.settings.quiet_hours)
        hour = quiet[1] if quiet and times.within(theirs.hour, quiet) else theirs.hour
        return cls(replace(theirs, hour=hour, zone=hours.zone(session, row)), quiet, kit.now())

    @property
    def today(self) -> date:
        """The day it is where they are."""
        return times.local_day(self.now, self.theirs.zone)

    def first(self, day: date, since: datetime) -> datetime:
        """Their first hour from that day on that comes after `since`."""
        at = self.on(day)
        return at if at > since else self.on(times.local_day(at, self.theirs.zone) + A_DAY)

    def on(self, day: date) -> datetime:
        """Their hour on that day or their next one; one of today that has passed is made up for, but in no night."""
        at = self.theirs.on(max(day, self.today))
        ends = times.quiet_until(self.now, self.theirs.zone, self.quiet) if at <= self.now else None
        if ends is None:
            return at
        return ends if times.local_day(ends, self.theirs.zone) == self.today else self.theirs.on(self.today + A_DAY)


def _taken(session: Session, person: int, today: date, until: datetime) -> Collection[date]:
    """Days whose message was sent, or isn't to be planned any more: it was held back, hurried or dropped."""
    count = (until.date() - today).days + 2
    days = {asks.letter_key(person, day): day for day in (today + timedelta(days=ahead) for ahead in range(count))}
    return {days[letter.key] for letter in _letters(session, list(days)) if not outbox.is_planned(letter)}


def _sent(session: Session, person: int, today: date) -> Collection[date]:
    """Days of this week with a message that nobody asked for."""
    return {put.day for put in _unasked_for(session, person, today - timedelta(days=today.weekday()))}


@query
def _collaboratives() -> SelectOfScalar[Collaborative]:
    return select(Collaborative)


@query
def _teams() -> SelectOfScalar[Team]:
    return select(Team)


@query
def _people() -> SelectOfScalar[Person]:
    return select(Person)


@query
def _letters(keys: Collection[str]) -> SelectOfScalar[Letter]:
    return select(Letter).where(col(Letter.key).in_(keys))


@query
def _held(keys: Collection[str]) -> SelectOfScalar[str]:
    return select(Letter.key).where(col(Letter.key).in_(keys), Letter.state == outbox.HELD)


@query
def _said(rows: Collection[int | None]) -> Select[Put, str | None]:
    """The lines of these asks that went out or may have, and when."""
    said = select(Put, Letter.ts).join(Letter, col(Letter.key) == Put.letter).where(
        col(Put.ask_id).in_(rows), col(Put.held).is_(False), is_out()
    )  # fmt: skip
    return said.order_by(col(Put.id))


@query
def _unasked_for(person: int, monday: date) -> SelectOfScalar[Put]:
    """The lines that somebody got since then and that nobody had put off until then."""
    return select(Put).join(Letter, col(Letter.key) == Put.letter).where(
        Put.person_id == person, Put.day >= monday, Put.wanted != asks.TOMORROW, col(Put.held).is_(False), is_out(),
    )  # fmt: skip

"""Asks on their way: planned two days ahead as one message for a person and a day, and shown anew as they end."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import outbox, times
from bot.domain import ask_facts, asks, hours, reasons
from bot.domain.asks import Ask, Put
from bot.domain.people import Person
from bot.domain.reasons import KINDS
from bot.domain.turns import Day
from bot.kit import Kit
from bot.outbox import Letter
from bot.planning import outlook
from bot.statements import query

AHEAD = timedelta(hours=48)
FORTNIGHT = timedelta(days=14)
Lines = tuple[tuple[str, str], ...]


class Planned(NamedTuple):
    """A day's message as it is compared: no hour and no end where there is only what is held."""

    at: datetime | None
    until: datetime | None
    put: Lines
    held: Lines


def is_to_plan(session: Session, kit: Kit) -> bool:
    """Whether anything isn't written as it is to be; mostly it is, and then nobody has to wait for us."""
    found = outlook.look(session, kit, AHEAD)
    if found.opened or found.lost or found.spent:
        return True
    return _written(session, kit.now()) != _wanted(found.days)


def plan_in(session: Session, kit: Kit) -> None:
    """Write what is to come; what was said is never said again, and what waits follows the record."""
    found, now = outlook.look(session, kit, AHEAD), kit.now()
    for reason in found.opened:
        session.add(Ask(key=reason.key, kind=reason.kind, team_id=reason.team, subject=reason.subject, opened_at=now))
    for ask in found.lost:
        _end(session, kit, ask, by=None)
    for ask in found.spent:
        ask.state = asks.SPENT
        session.add(ask)
    session.flush()
    written, wanted = _written(session, now), _wanted(found.days)
    for key in written:
        if written[key] != wanted.get(key):
            _forget(session, key, letter_too=key not in wanted or not wanted[key].put)
    for day in found.days:
        key = asks.letter_key(day.person, day.day)
        if written.get(key) != wanted[key]:
            _write(session, key, day, now)


def settle(session: Session, kit: Kit, kinds: Iterable[str], subject: int, *, by: int | None) -> None:
    """A row has changed: what was asked about it and isn't to be asked any more ends for everybody.

    Whoever told something about it before has its next step there, which has changed too.
    """
    outbox.say_again(session, *_told_by_readers(session, kinds, subject), now=kit.now())
    for ask in asks.about(session, subject, kinds):
        if reasons.of(session, ask) is None:
            _end(session, kit, ask, by=by)


def over(session: Session, kit: Kit, kinds: Iterable[str], subject: int) -> None:
    """What was asked about a row has passed: the question says so, and stays unanswered."""
    for ask in asks.about(session, subject, kinds):
        show(session, ask, kit)


def decline(session: Session, kit: Kit, ask: Ask, *, by: int) -> None:
    """Not this time, for the whole team."""
    asks.end(session, ask, asks.DECLINED, by=by, now=kit.now())
    show(session, ask, kit)


def show(session: Session, ask: Ask, kit: Kit) -> None:
    """Edit the messages that it stands in, and take it out of those that wait."""
    outbox.say_again(session, *_letters(session, ask), now=kit.now())
    waiting = select(Letter.key).where(col(Letter.state) == outbox.PENDING, col(Letter.ts).is_(None))
    session.exec(delete(Put).where(col(Put.ask_id) == ask.id, col(Put.letter).in_(waiting)))


def open_put(session: Session, ask: Ask, reader: int) -> Put | None:
    """The newest line, best one of theirs, in which it was put and of which nothing came yet."""
    told = select(Put).join(Letter, col(Letter.key) == Put.letter).where(
        Put.ask_id == ask.id, col(Put.held).is_(False), col(Put.outcome) == "", outlook.is_out()
    )  # fmt: skip
    lines = list(session.exec(told.order_by(col(Put.id).desc())))
    return next((put for put in lines if put.person_id == reader), lines[0] if lines else None)


def last_put(session: Session, ask: Ask, reader: int) -> Put | None:
    """The newest line in which it was put, best one of theirs."""
    told = select(Put).where(Put.ask_id == ask.id, col(Put.held).is_(False)).order_by(col(Put.id).desc())
    lines = list(session.exec(told))
    return next((put for put in lines if put.person_id == reader), lines[0] if lines else None)


def take_down(session: Session, kit: Kit, kinds: Iterable[str], subject: int, *, by: int) -> None:
    """The words of a row leave Slack: a message that says nothing else is taken back, others are edited."""
    for ask in asks.about(session, subject, kinds):
        told = _letters(session, ask)
        _end(session, kit, ask, by=by)
        for key in told:
            if len(asks.lines(session, key)) <= 1:
                outbox.recall(session, key, kit.now())


def next_time(session: Session, kit: Kit, ask: Ask) -> tuple[Person, datetime, str] | None:
    """Who is asked next, when, and in which zone; None where that is further off than a fortnight."""
    for day in outlook.look(session, kit, FORTNIGHT).days:
        if any(line.key == ask.key for line in day.put):
            person = session.get_one(Person, day.person)
            return person, day.at, hours.zone(session, person)
    return None


def in_letter(session: Session, letter: Letter) -> list[Ask]:
    """What a day's message asks."""
    return [ask for _, ask in asks.lines(session, letter.key)]


def put_last(session: Session, person: int, most: int = 5) -> list[Ask]:
    """What somebody was asked last, the newest first."""
    told = select(Ask).join(Put, col(Put.ask_id) == Ask.id).join(Letter, col(Letter.key) == Put.letter).where(
        Put.person_id == person, col(Put.held).is_(False), col(Letter.ts).is_not(None)
    )  # fmt: skip
    return list(session.exec(told.order_by(col(Put.day).desc(), col(Put.id)).limit(most)))


def _letters(session: Session, ask: Ask) -> set[str]:
    """The messages that show it."""
    told = select(Put.letter).join(Letter, col(Letter.key) == Put.letter)
    return set(session.exec(told.where(Put.ask_id == ask.id, col(Put.held).is_(False), outlook.is_out())))


def _told_by_readers(session: Session, kinds: Iterable[str], subject: int) -> set[str]:
    """The messages in which their readers told something about that row."""
    thanked = select(Put.letter).join(Ask).where(
        Ask.subject == subject, col(Ask.kind).in_(kinds), Ask.state == asks.SETTLED, Put.person_id == Ask.ended_by
    )  # fmt: skip
    return set(session.exec(thanked))


def _end(session: Session, kit: Kit, ask: Ask, *, by: int | None) -> None:
    is_done = reasons.of(session, ask) is None and KINDS[ask.kind].alive(session, ask.subject)
    state = asks.SETTLED if is_done else asks.GONE
    asks.end(session, ask, state, by=by, now=kit.now())
    show(session, ask, kit)


def _wanted(days: Iterable[Day]) -> dict[str, Planned]:
    """The days to come, in the shape in which they are compared with what is written."""
    wanted: dict[str, Planned] = {}
    for day in days:
        put, held = (tuple((line.key, line.wanted) for line in part) for part in (day.put, day.held))
        at, until = (day.at, day.until) if put else (None, None)
        wanted[asks.letter_key(day.person, day.day)] = Planned(at, until, put, held)
    return wanted


def _written(session: Session, now: datetime) -> dict[str, Planned]:
    """What is planned and waits, and what is held from days that aren't over."""
    letters = {letter.key: letter for letter in waiting(session, now)}
    lines: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]] = {key: ([], []) for key in letters}
    lately: Iterable[tuple[Put, str, int | None]] = _lately(session, (now - timedelta(days=1)).date())
    for put, key, letter in lately:
        if put.letter in letters or (letter is None and _is_on(session, put, now)):
            lines.setdefault(put.letter, ([], []))[put.held].append((key, put.wanted))
    return {
        key: Planned(
            letters[key].planned_for if key in letters else None,
            letters[key].expires if key in letters else None,
            tuple(put),
            tuple(held),
        )
        for key, (put, held) in lines.items()
    }


def waiting(session: Session, now: datetime) -> list[Letter]:
    """Days' messages that still follow the record; one whose day is over is left to the sender."""
    return [letter for letter in _not_over(session, now) if outbox.is_planned(letter)]


def _is_on(session: Session, put: Put, now: datetime) -> bool:
    zone = hours.zone(session, session.get_one(Person, put.person_id))
    return put.day >= times.local_day(now, zone)


def _forget(session: Session, key: str, *, letter_too: bool) -> None:
    session.exec(delete(Put).where(col(Put.letter) == key))
    letter = outbox.of_key(session, key)
    if letter and letter_too:
        outbox.forget(session, letter)


def _write(session: Session, key: str, day: Day, now: datetime) -> None:
    rows: Mapping[str, Ask] = {
        ask.key: ask
        for ask in session.exec(select(Ask).where(col(Ask.key).in_([line.key for line in (*day.put, *day.held)])))
    }
    for held, part in enumerate((day.put, day.held)):
        for line in part:
            ask = rows[line.key].id or 0
            session.add(
                Put(ask_id=ask, person_id=day.person, day=day.day, letter=key, held=bool(held), wanted=line.wanted)
            )
    if day.put:
        why = "; ".join(dict.fromkeys(ask_facts.planned_for(rows[line.key].kind, line.wanted) for line in day.put))
        outbox.plan(
            session, "asks/day", key=key, to=f"person:{day.person}", at=day.at, until=day.until, why=why, now=now,
            person=day.person, day=day.day.toordinal(),
        )  # fmt: skip


@query
def _not_over(now: datetime) -> SelectOfScalar[Letter]:
    return select(Letter).where(
        col(Letter.state) == outbox.PENDING, col(Letter.clock), Letter.message == "asks/day", col(Letter.expires) > now
    )


@query
def _lately(since: date) -> Select[Put, str, int | None]:
    """Every line from that day on, with its occasion and its letter, which what is held has none of."""
    lately = select(Put, Ask.key, Letter.id).join(Ask).outerjoin(Letter, col(Letter.key) == Put.letter)
    return lately.where(Put.day >= since).order_by(col(Put.id))

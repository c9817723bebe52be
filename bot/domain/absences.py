"""Time off: the days on which a person is away, gets nothing, and counts neither as late nor as silent."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.statements import query


class Absence(SQLModel, table=True):
    """One stretch of days; it always has an end, and is kept when it is over."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    first: date  # the first day away
    back: date  # the first day on which they are asked again
    written_at: datetime


def leave(session: Session, person_id: int, first: date, back: date, now: datetime) -> Absence:
    """Be away from `first` on, and back on `back`; returns the time off that now holds those days.

    Days that were noted before stay, and become one stretch with those they overlap. What lies inside one stretch
    shortens it: then somebody is back earlier than they said.
    """
    met = [one for one in of_person(session, person_id, first) if one.first < back]
    if not met:
        met = [Absence(person_id=person_id, first=first, back=back, written_at=now)]
    holds, *others = met
    inside = holds.first <= first and back <= holds.back
    holds.first, holds.back = min(first, holds.first), back if inside else max(back, met[-1].back)
    holds.written_at = now
    session.add(holds)
    for one in others:
        session.delete(one)
    return holds


def around(session: Session, person_id: int, first: date, back: date) -> Absence | None:
    """The time off that began before those days and holds on all of them."""
    noted = of_person(session, person_id, first)
    return next((one for one in noted if one.first < first and back <= one.back), None)


def holding(session: Session, person_id: int, day: date) -> Absence | None:
    """The time off that this day belongs to, also when that is over."""
    theirs = select(Absence).where(Absence.person_id == person_id, Absence.first <= day, Absence.back > day)
    return session.exec(theirs).first()


def come_back(session: Session, person_id: int, day: date) -> None:
    """Be asked again from that day on, whatever was said before."""
    theirs = col(Absence.person_id) == person_id
    session.exec(delete(Absence).where(theirs, col(Absence.first) >= day))
    session.exec(update(Absence).where(theirs, col(Absence.back) > day).values(back=day))


def end(session: Session, person_id: int, today: date) -> list[Absence]:
    """Be asked again: ends the time off that holds today, or takes back what is to come where none does.

    Returns what is still to come.
    """
    noted = of_person(session, person_id, today)
    if any(one.first <= today for one in noted):
        theirs = col(Absence.person_id) == person_id
        session.exec(delete(Absence).where(theirs, col(Absence.first) == today))
        session.exec(
            update(Absence).where(theirs, col(Absence.first) < today, col(Absence.back) > today).values(back=today)
        )
    else:
        come_back(session, person_id, today)
    session.expire_all()
    return of_person(session, person_id, today)


def away(session: Session, person_id: int, day: date) -> bool:
    """Whether they are away on that day."""
    return _holding(session, person_id, day).first() is not None


def who(session: Session, day: date) -> set[int]:
    """Everybody who is away on that day."""
    return set(session.exec(select(Absence.person_id).where(Absence.first <= day, Absence.back > day)))


def of_person(session: Session, person_id: int, day: date) -> list[Absence]:
    """What is left of their time off on that day, the earliest first."""
    theirs = select(Absence).where(Absence.person_id == person_id, Absence.back > day)
    return list(session.exec(theirs.order_by(col(Absence.first))))


def days(session: Session, person_id: int) -> frozenset[str]:
    """Every day of their time off, as ISO dates."""
    return frozenset(
        (one.first + timedelta(days=count)).isoformat()
        for one in _all_of(session, person_id)
        for count in range((one.back - one.first).days)
    )


def days_of(session: Session, people: Iterable[int]) -> dict[int, set[str]]:
    """The same of several people, by their rows; whoever has none is left out."""
    found: dict[int, set[str]] = {}
    for one in session.exec(select(Absence).where(col(Absence.person_id).in_(people))):
        away = ((one.first + timedelta(days=count)).isoformat() for count in range((one.back - one.first).days))
        found.setdefault(one.person_id, set()).update(away)
    return found


@query
def _holding(person_id: int, day: date) -> SelectOfScalar[Any]:
    return select(Absence.id).where(Absence.person_id == person_id, Absence.first <= day, Absence.back > day)


@query
def _all_of(person_id: int) -> SelectOfScalar[Absence]:
    return select(Absence).where(Absence.person_id == person_id)

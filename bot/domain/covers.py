"""Who looks after a coach's teams while they are away: whom they or a coordinator named, else a coordinator."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import absences, hours, seats
from bot.domain.absences import Absence
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team


class Cover(SQLModel, table=True):
    """The person who looks after a coach's teams on every day on which that coach is away."""

    coach_id: int = Field(primary_key=True, foreign_key="person.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    named_by: int = Field(foreign_key="person.id")
    named_at: datetime


def name(session: Session, coach: int, person: int | None, *, by: int, now: datetime) -> Cover | None:
    """From now on this person covers for the coach; with None nobody does, and coordinators look after the teams."""
    found = session.get(Cover, coach)
    if person is None:
        if found:
            session.delete(found)
        return None
    found = found or Cover(coach_id=coach, person_id=person, named_by=by, named_at=now)
    found.person_id, found.named_by, found.named_at = person, by, now
    session.add(found)
    session.flush()
    return found


def looks_after(session: Session, team: Team, today: date) -> int | None:
    """The team's coach; while they are away whoever covers for them, or else a coordinator who is there."""
    coach = seats.coach(session, team)
    if coach and not absences.away(session, coach, today):
        return coach
    here = session.get_one(Collaborative, team.collaborative_id)
    cover = session.get(Cover, coach) if coach else None
    named = [cover.person_id] if cover and is_staff(session, cover.person_id, team.collaborative_id) else []
    others = [*named, *seats.coordinators(session, here)]
    return next((row for row in others if not absences.away(session, row, today)), coach)


def covered_by(session: Session, person_id: int, now: datetime) -> frozenset[int]:
    """The coaches for whom somebody covers just now, in the collaboratives on whose staff they are."""
    named = session.exec(select(Cover.coach_id).where(Cover.person_id == person_id)).all()
    return frozenset(row for row in named if absences.away(session, row, _today(session, row, now)))


def standing_for(session: Session, coach: int, collaborative: int, today: date) -> int | None:
    """Who was named for a coach who is away that day, and is there; None where the coach, or nobody named, has them."""
    cover = session.get(Cover, coach)
    if cover is None or not absences.away(session, coach, today) or absences.away(session, cover.person_id, today):
        return None
    return cover.person_id if is_staff(session, cover.person_id, collaborative) else None


def is_staff(session: Session, person_id: int, collaborative: int) -> bool:
    """Whether somebody is on a collaborative's staff: nobody else covers there, though they were named once."""
    staff = select(Membership.id).where(
        Membership.collaborative_id == collaborative, Membership.person_id == person_id,
        col(Membership.team_id).is_(None), col(Membership.left_at).is_(None),
    )  # fmt: skip
    return session.exec(staff).first() is not None


def named_for(session: Session, collaborative: Collaborative, day: date) -> set[int]:
    """Whoever covers on that day for a coach of a team there."""
    rows = select(Cover.person_id).join(Absence, col(Absence.person_id) == Cover.coach_id).where(
        Absence.first <= day, Absence.back > day, col(Cover.coach_id).in_(_coaches(collaborative)),
    )  # fmt: skip
    return set(session.exec(rows))


def teams_of(session: Session, coach: int) -> list[Team]:
    """The teams that somebody coaches, by name."""
    theirs = select(Team).where(Team.coach_id == coach, col(Team.status).not_in(GONE))
    return [team for team in session.exec(theirs.order_by(col(Team.name))) if seats.coach(session, team) == coach]


def choices(session: Session, coach: int) -> list[Person]:
    """Who can cover: everybody else on the staff of the collaboratives in which they coach."""
    here = {team.collaborative_id for team in teams_of(session, coach)}
    staff = select(Membership.person_id).where(
        col(Membership.collaborative_id).in_(here), col(Membership.team_id).is_(None), col(Membership.left_at).is_(None)
    )
    others = select(Person).where(
        col(Person.id).in_(staff), col(Person.workspace).is_not(None), Person.id != coach
    )  # fmt: skip
    return list(session.exec(others.order_by(col(Person.name), col(Person.id))))


def away(session: Session, collaborative: Collaborative, now: datetime, until: date) -> list[tuple[Person, Absence]]:
    """The coaches of a collaborative who are away, or will be by that day, each with their next time off."""
    rows = select(Person, Absence).join(Absence, col(Absence.person_id) == Person.id).where(
        col(Person.id).in_(_coaches(collaborative)), Absence.first <= until,
        Absence.back > times.local_day(now, collaborative.timezone),
    )  # fmt: skip
    found: dict[int, tuple[Person, Absence]] = {}
    for person, absence in session.exec(rows.order_by(col(Absence.first))):
        found.setdefault(person.id or 0, (person, absence))
    return list(found.values())


def coaches(session: Session, collaborative: Collaborative) -> list[Person]:
    """Everybody who coaches a team there, by name."""
    theirs = select(Person).where(col(Person.id).in_(_coaches(collaborative)))
    return list(session.exec(theirs.order_by(col(Person.name), col(Person.id))))


def absences_of(session: Session, coach: int, now: datetime) -> list[Absence]:
    """What is left of a coach's time off, the one that comes first before the others."""
    return absences.of_person(session, coach, _today(session, coach, now))


def _today(session: Session, person_id: int, now: datetime) -> date:
    return times.local_day(now, hours.zone(session, session.get_one(Person, person_id)))


def _coaches(collaborative: Collaborative) -> SelectOfScalar[Any]:
    return select(Team.coach_id).where(
        Team.collaborative_id == collaborative.id, col(Team.status).not_in(GONE), col(Team.coach_id).is_not(None)
    )

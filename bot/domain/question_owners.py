"""Who in faculty has a question: from the start, after somebody left or went away, and when no peer has answered."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from bot import times
from bot.domain import absences, collaboratives, hours, replies
from bot.domain.collaboratives import Collaborative
from bot.domain.covers import Cover
from bot.domain.people import Membership, Person
from bot.domain.questions import FACULTY, OPEN, PEERS, Question
from bot.domain.seats import COORDINATING
from bot.domain.teams import GONE, Team
from bot.statements import query

ABSENT = 3  # days, today among them: an owner who is away for all of them isn't waited for


def waiting(session: Session) -> list[Question]:
    """What faculty have, and nobody has answered."""
    return [one for one in _of_faculty(session).all() if replies.is_awaited(session, one)]


def unanswered(session: Session, now: datetime) -> list[Question]:
    """Questions to peers whose 24 working hours are over without an answer; a team that has left isn't waited on."""
    return [
        asked
        for asked, team in _of_peers(session).all()
        if passes_at(session, asked, team) <= now
        and not _is_over(session, team, times.local_day(now, team.timezone))
        and replies.is_awaited(session, asked)
    ]


def passes_at(session: Session, asked: Question, team: Team) -> datetime:
    """When faculty has it unless somebody answers: after 24 working hours of the team, also while it pauses."""
    return replace(hours.of_team(session, team), resumes=None).a_day_later(asked.asked_at)


def owner(session: Session, asked: Question, team: Team, now: datetime) -> int | None:
    """Who has a team's question: its coach or who covers for them, else an improvement advisor, else a coordinator.

    Somebody who left, isn't in Slack, or is away that day is passed over; where all are, the first is waited for. The
    coach is passed over, too, where the team asks without its name.
    """
    ranked = _ranked(session, asked, team, _staff(session, team))
    return next((one.id for one in (*_around(session, ranked, now), *ranked)), None)


def successor(session: Session, asked: Question, team: Team, now: datetime) -> int | None:
    """To whom it passes in the same order, where its owner has left or is away for days to come; None: it stays.

    It also stays once the collaborative is over.
    """
    if _is_over(session, team, times.local_day(now, team.timezone)):
        return None
    staff = _staff(session, team)
    has_it = next((person for person, _ in staff if person.id == asked.owner_id), None)
    if has_it is None:
        return owner(session, asked, team, now)
    if not _stays_away(session, has_it, now):
        return None
    around = _around(session, _ranked(session, asked, team, staff), now)
    return next((one.id for one in around if one.id != has_it.id), None)


def follow_up(session: Session, asked: Question, since: datetime) -> datetime | None:
    """When its owner, who has it since then, is asked once more: after 24 working hours of theirs.

    None where it has no owner, or where the collaborative is over by then.
    """
    person = session.get(Person, asked.owner_id) if asked.owner_id else None
    team = session.get(Team, asked.team_id) if asked.team_id else None
    if person is None or team is None:
        return None
    theirs = hours.of_person(session, person)
    at = theirs.a_day_later(asked.taken_at or since)
    return None if _is_over(session, team, times.local_day(at, theirs.zone)) else at


def _is_over(session: Session, team: Team, day: date) -> bool:
    return collaboratives.is_over(session.get_one(Collaborative, team.collaborative_id), day)


def _staff(session: Session, team: Team) -> list[tuple[Person, Membership]]:
    """Whoever is on the staff of a team's collaborative and in Slack."""
    here = select(Person, Membership).join(Membership).where(
        Membership.collaborative_id == team.collaborative_id,
        col(Membership.team_id).is_(None),
        col(Membership.left_at).is_(None),
        col(Person.workspace).is_not(None),
    )  # fmt: skip
    return list(session.exec(here.order_by(col(Membership.id))))


def _ranked(session: Session, asked: Question, team: Team, staff: list[tuple[Person, Membership]]) -> list[Person]:
    """The order in which they are asked; to be its coach's would tell whose question it is."""
    cover = session.get(Cover, team.coach_id) if team.coach_id else None
    return [
        *(person for person, _ in staff if asked.named and person.id == team.coach_id),
        *(person for person, _ in staff if asked.named and cover and person.id == cover.person_id),
        *(person for person, place in staff if "improvement_advisor" in place.roles),
        *(person for person, place in staff if COORDINATING & set(place.roles)),
    ]


def _around(session: Session, ranked: list[Person], now: datetime) -> list[Person]:
    return [one for one in ranked if not absences.away(session, one.id or 0, _today(session, one, now))]


def _stays_away(session: Session, person: Person, now: datetime) -> bool:
    today = _today(session, person, now)
    return all(absences.away(session, person.id or 0, today + timedelta(days=ahead)) for ahead in range(ABSENT))


def _today(session: Session, person: Person, now: datetime) -> date:
    return times.local_day(now, hours.zone(session, person))


@query
def _of_faculty() -> SelectOfScalar[Question]:
    theirs = or_(col(Question.to) == FACULTY, col(Question.passed_at).is_not(None))
    found = select(Question).where(theirs, Question.state == OPEN, col(Question.purged_at).is_(None))
    return found.order_by(col(Question.id))


@query
def _of_peers() -> Select[Question, Team]:
    open_ones = select(Question, Team).join(Team, col(Team.id) == col(Question.team_id)).where(
        Question.to == PEERS, Question.state == OPEN, col(Question.passed_at).is_(None),
        col(Question.purged_at).is_(None), col(Team.status).not_in(GONE),
    )  # fmt: skip
    return open_ones.order_by(col(Question.id))

"""Questions of a team that is stuck: to its peers, or to faculty, where each has an owner and is followed up once."""

from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select

from bot import times
from bot.domain import absences, collaboratives, hours
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle, alive
from bot.domain.people import Membership, Person
from bot.domain.seats import COORDINATING
from bot.domain.teams import GONE, Team

MOST = 1000  # characters, so that a card holds all of it
OPEN, ANSWERED = "open", "answered"
WHOEVER = "0"  # the choice for no team in particular
MOST_TEAMS = 99  # beside whoever can help
ABSENT = 3  # days, today among them: an owner who is away for all of them isn't waited for


class Question(SQLModel, table=True):
    """What a team asks; one to faculty has an owner from the start."""

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id", index=True)
    check_in_id: int | None = Field(default=None, foreign_key="checkin.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    to: str  # "faculty", "peers"
    text: str
    named: bool = True  # peers see which team asks
    peer_id: int | None = Field(default=None, foreign_key="team.id")  # whom it is put to; None is whoever can help
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    state: str = OPEN
    answer: str = ""
    asked_at: datetime
    taken_at: datetime | None = None  # the owner said so
    answered_at: datetime | None = None
    purged_at: datetime | None = None


class ToFaculty(SQLModel):
    """The form for faculty."""

    question: str = Field(min_length=1, max_length=MOST)


class ToPeers(ToFaculty):
    """The form for peers."""

    peer: int = 0
    name: list[str] = []  # "unnamed"


class Answered(SQLModel):
    """What faculty say to it."""

    answer: str = Field(min_length=1, max_length=MOST)


def of_check_in(session: Session, check_in_id: int | None) -> list[Question]:
    """What came of a check-in, in order."""
    asked = select(Question).where(Question.check_in_id == check_in_id, col(Question.purged_at).is_(None))
    return list(session.exec(asked.order_by(col(Question.id))))


def open_to_faculty(session: Session) -> list[Question]:
    """What faculty were asked and nobody has answered."""
    waiting = select(Question).where(
        Question.to == "faculty", Question.state == OPEN, col(Question.purged_at).is_(None)
    )
    return list(session.exec(waiting.order_by(col(Question.id))))


def owner(session: Session, team: Team, now: datetime) -> int | None:
    """Who has a team's question from the start: its coach, else an improvement advisor, else a coordinator.

    Somebody who left, isn't in Slack, or is away that day is passed over; where all are, the first is waited for.
    """
    ranked = _ranked(team, _staff(session, team))
    return next((one.id for one in (*_around(session, ranked, now), *ranked)), None)


def successor(session: Session, question: Question, team: Team, now: datetime) -> int | None:
    """To whom it passes in the same order, where its owner has left or is away for days to come; None: it stays.

    It also stays once the collaborative is over.
    """
    if _is_over(session, team, times.local_day(now, team.timezone)):
        return None
    staff = _staff(session, team)
    has_it = next((person for person, _ in staff if person.id == question.owner_id), None)
    if has_it is None:
        return owner(session, team, now)
    if not _stays_away(session, has_it, now):
        return None
    around = _around(session, _ranked(team, staff), now)
    return next((one.id for one in around if one.id != has_it.id), None)


def follow_up(session: Session, question: Question, since: datetime) -> datetime | None:
    """When its owner, who has it since then, is asked once more: after 24 working hours of theirs.

    None where it has no owner, or where the collaborative is over by then.
    """
    person = session.get(Person, question.owner_id) if question.owner_id else None
    if person is None:
        return None
    theirs = hours.of_person(session, person)
    at = theirs.a_day_later(question.taken_at or since)
    team = session.get_one(Team, question.team_id)
    return None if _is_over(session, team, times.local_day(at, theirs.zone)) else at


def peers(session: Session, team: Team) -> list[tuple[str, str]]:
    """Whom one can ask, as choices: those who adopted a change first, then by name."""
    adopted = set(session.exec(select(Cycle.team_id).where(Cycle.decision == "adopt", alive())))
    others = select(Team).where(
        Team.collaborative_id == team.collaborative_id, Team.id != team.id, col(Team.status).not_in(GONE)
    )
    here = sorted(session.exec(others), key=lambda one: (one.id not in adopted, one.name.casefold()))
    return [(str(one.id), one.name[:75]) for one in here[:MOST_TEAMS]]


def take(session: Session, question: Question, by: int, now: datetime) -> None:
    """Somebody of the faculty sees to it."""
    question.owner_id, question.taken_at = by, now
    session.add(question)


def give(session: Session, question: Question, owner: int) -> None:
    """Somebody has it who hasn't said so yet."""
    question.owner_id, question.taken_at = owner, None
    session.add(question)


def tell(session: Session, question: Question, answer: str, *, by: int, now: datetime) -> None:
    """It is answered."""
    question.owner_id, question.state, question.answer, question.answered_at = by, ANSWERED, answer, now
    session.add(question)


def purge(session: Session, question: Question, now: datetime) -> None:
    """Remove its words for good."""
    question.text = question.answer = ""
    question.purged_at, question.state = now, ANSWERED
    session.add(question)


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


def _ranked(team: Team, staff: list[tuple[Person, Membership]]) -> list[Person]:
    """The order in which they are asked."""
    return [
        *(person for person, _ in staff if person.id == team.coach_id),
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

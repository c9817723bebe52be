"""Questions: to the other teams, or to faculty, where each has an owner and is followed up once."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select

from bot import times
from bot.domain import activity, collaboratives
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle, alive
from bot.domain.teams import GONE, Team
from bot.errors import BotError

MOST = 1000  # characters, so that a card holds all of it
OPEN, ANSWERED = "open", "answered"
FACULTY, PEERS = "faculty", "peers"
WHOEVER = "0"  # the choice for no team in particular
MOST_TEAMS = 99  # beside whoever can help
NO_NAME = "question"  # what the ledger says an unnamed question was about: no export of it leads from team to words


class Question(SQLModel, table=True):
    """What a team asks; one to faculty has an owner from the start.

    What has no team, somebody of the staff asks all teams, or Allteach itself: a seed.
    """

    id: int | None = Field(default=None, primary_key=True)
    collaborative_id: int = Field(foreign_key="collaborative.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    check_in_id: int | None = Field(default=None, foreign_key="checkin.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    to: str  # "faculty", "peers"
    text: str
    named: bool = True  # others see which team asks
    peer_id: int | None = Field(default=None, foreign_key="team.id")  # whom it is put to; None is whoever can help
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    state: str = OPEN
    answer: str = ""  # what its owner in faculty told; those of peers are replies
    seed: str = ""  # which of its own questions Allteach asks
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")  # whose decision a seed is about
    asked_at: datetime
    taken_at: datetime | None = None  # the owner said so
    passed_at: datetime | None = None  # no peer had answered, and faculty has it since
    answered_at: datetime | None = None
    purged_at: datetime | None = None


class ToFaculty(SQLModel):
    """The form for faculty."""

    question: str = Field(min_length=1, max_length=MOST)
    team: int = 0


class ToPeers(ToFaculty):
    """The form for peers."""

    peer: int = 0
    name: list[str] = []  # "unnamed"


class Answered(SQLModel):
    """What faculty say to it."""

    answer: str = Field(min_length=1, max_length=MOST)


def ask(session: Session, asked: Question, *, by: int) -> None:
    """It is in the record, and in the ledger as an act of the team; raises BotError where nobody is asked any more."""
    team = session.get_one(Team, asked.team_id) if asked.team_id else None
    if team:
        must_be_on(session, team, asked.asked_at)
    session.add(asked)
    session.flush()
    if team is None:
        return
    subject = f"question:{asked.id}" if asked.named else NO_NAME
    activity.record(session, "question.asked", team=team.id or 0, person=by, subject=subject, now=asked.asked_at)


def must_be_on(session: Session, team: Team, now: datetime) -> None:
    """Raises BotError where the team has left, or its collaborative is over: nobody would see to a question."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    if team.status in GONE:
        raise BotError(
            f"{team.name} isn't part of {collaborative.name} any more, so nobody would see to its question. "
            "Your coordinator knows whom to ask."
        )
    must_go_on(collaborative, times.local_day(now, team.timezone))


def must_go_on(collaborative: Collaborative, day: date) -> None:
    """Raises BotError where it is over, or its teams haven't been invited yet."""
    if collaborative.launched_at is None:
        raise BotError(f"Questions begin with the launch of {collaborative.name}: nobody has been invited yet.")
    if collaborative.ends and collaboratives.is_over(collaborative, day):
        raise BotError(
            f"{collaborative.name} ended on {times.day(collaborative.ends)}, so nobody would see to a question here. "
            "Its channels are still there to write in."
        )


def of_check_in(session: Session, check_in_id: int | None) -> list[Question]:
    """What came of a check-in, in order."""
    asked = select(Question).where(Question.check_in_id == check_in_id, col(Question.purged_at).is_(None))
    return list(session.exec(asked.order_by(col(Question.id))))


def peers(session: Session, collaborative_id: int, beside: int | None) -> list[tuple[str, str]]:
    """Whom one can ask beside one's own team, as choices: those who adopted a change first, then by name."""
    adopted = set(session.exec(select(Cycle.team_id).where(Cycle.decision == "adopt", alive())))
    others = select(Team).where(
        Team.collaborative_id == collaborative_id, Team.id != (beside or 0), col(Team.status).not_in(GONE)
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


def pass_on(session: Session, question: Question, owner: int, now: datetime) -> None:
    """No peer has answered: somebody of the faculty has it from now on."""
    question.passed_at = now
    give(session, question, owner)


def tell(session: Session, question: Question, answer: str, *, by: int, now: datetime) -> None:
    """It is answered."""
    question.owner_id, question.state, question.answer, question.answered_at = by, ANSWERED, answer, now
    session.add(question)


def purge(session: Session, question: Question, now: datetime) -> None:
    """Remove its words for good."""
    question.text = question.answer = ""
    question.purged_at, question.state = now, ANSWERED
    session.add(question)

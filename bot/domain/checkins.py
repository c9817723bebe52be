"""Check-ins: each team is asked once a period how it goes; one answer for the team is complete."""

from datetime import date, datetime
from typing import Literal

from sqlmodel import JSON, Field, Session, SQLModel, UniqueConstraint, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import activity, seats
from bot.domain.activity import Act
from bot.domain.pdsa import Cycle, alive
from bot.domain.people import Person
from bot.domain.teams import GONE, Team
from bot.statements import query

MOODS = {"growing": "🌱 growing", "steady": "🌤 steady", "heavy": "🌧 heavy"}
QUESTIONS = {
    "tested": "One test since we met?",
    "in_the_way": "One thing in the way?",
    "hear_from": "Who'd you like to hear from?",
}
MOOD = "How's the work?"
WHERE = {"channel": "In the team's channel, on a card", "dm": "To the team lead alone"}
MOST = 500  # characters of one answer, so that a card holds all of them in full
TEAM, WAITING, COACH = "team", "waiting", "coach"  # who reads an answer; one that waits is still to be decided about


class CheckIn(SQLModel, table=True):
    """One team's check-in of one period, asked on `day`: that on which it `opens`, or the team's next working day."""

    __table_args__ = (UniqueConstraint("team_id", "opens"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    since: date  # the day the check-in before it opened
    opens: date
    closes: date  # the day the next one opens
    day: date
    every: str
    where: str = "channel"  # "dm": no card, its team lead is asked alone
    questions: list[str] = Field(default_factory=list, sa_type=JSON)  # those of the collaborative; none: the usual


class CheckInAnswer(SQLModel, table=True):
    """What a team told; a later one takes the place of an earlier one, and the first one's writer stays its author."""

    id: int | None = Field(default=None, primary_key=True)
    check_in_id: int = Field(foreign_key="checkin.id", unique=True)
    person_id: int = Field(foreign_key="person.id")
    mood: str
    stuck: bool = False
    tested: str = ""
    in_the_way: str = ""
    hear_from: str = ""
    own: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # question → answer
    readers: str = TEAM
    version: int = 1
    answered_at: datetime
    waits_since: datetime | None = None  # the writer was asked whom to tell
    edited_at: datetime | None = None
    edited_by: int | None = Field(default=None, foreign_key="person.id")
    purged_at: datetime | None = None


class Told(SQLModel):
    """The form."""

    mood: Literal["growing", "steady", "heavy"]
    tested: str = Field(default="", max_length=MOST)
    in_the_way: str = Field(default="", max_length=MOST)
    hear_from: str = Field(default="", max_length=MOST)
    more: list[str] = []  # "stuck", "coach"


def of_period(session: Session, team_id: int | None, opens: date) -> CheckIn | None:
    """The team's check-in of the period that opens on that day, or None before it is written."""
    return session.exec(select(CheckIn).where(CheckIn.team_id == team_id, CheckIn.opens == opens)).first()


def answer_of(session: Session, check_in_id: int | None) -> CheckInAnswer | None:
    """What the team told, or None before it did."""
    return _answer_of(session, check_in_id).first()


def answer(
    session: Session, check_in: CheckIn, told: Told, own: dict[str, str], *, by: int, now: datetime
) -> CheckInAnswer:
    """Write the team's answer, or change it; it is an act of the team, once."""
    found = answer_of(session, check_in.id)
    if found is None:
        found = CheckInAnswer(check_in_id=check_in.id or 0, person_id=by, mood=told.mood, answered_at=now)
        activity.record(
            session, "checkin.answered", team=check_in.team_id, person=by, subject=f"checkin:{check_in.id}", now=now
        )
        asks_whom = is_heavy(told)
    else:
        asks_whom = is_heavy(told) and not (found.mood == "heavy" or found.stuck)
        found.version, found.edited_at, found.edited_by = found.version + 1, now, by
    found.mood, found.stuck, found.own = told.mood, "stuck" in told.more, own
    found.tested, found.in_the_way, found.hear_from = told.tested, told.in_the_way, told.hear_from
    found.readers = COACH if "coach" in told.more else WAITING if asks_whom else TEAM
    found.waits_since = now if found.readers == WAITING else None
    session.add(found)
    session.flush()
    return found


def writer(found: CheckInAnswer) -> int:
    """Who wrote it last: whoever may read and change it while it isn't the team's."""
    return found.edited_by or found.person_id


def is_heavy(told: Told) -> bool:
    """Whether help is offered: heavy, or stuck."""
    return told.mood == "heavy" or "stuck" in told.more


def read_by(session: Session, found: CheckInAnswer, readers: str) -> None:
    """Decide who reads it, beside its writer."""
    found.readers, found.waits_since = readers, None
    session.add(found)


def undecided(session: Session, before: datetime) -> list[CheckInAnswer]:
    """Answers whose writer was asked whom to tell before then, and went away without saying."""
    return list(_waiting(session, before))


def purge(session: Session, found: CheckInAnswer, now: datetime) -> None:
    """Remove what was written, for good; that the team answered stays."""
    found.tested = found.in_the_way = found.hear_from = ""
    found.own, found.purged_at, found.readers, found.waits_since = {}, now, COACH, None
    session.add(found)


def moved(session: Session, check_in: CheckIn, zone: str) -> list[tuple[Act, Cycle]]:
    """The team's moves with cycles since the check-in before, the newest of each cycle, in order: what we know already.

    Deleted cycles and those that were taken down have no say.
    """
    since = times.at(check_in.since, times.MIDNIGHT, zone)
    until = times.at(check_in.closes, times.MIDNIGHT, zone)
    newest = {act.subject: act for act in _moves(session, check_in.team_id, since, until)}
    rows = [int(subject.partition(":")[2]) for subject in newest]
    cycles = {f"cycle:{cycle.id}": cycle for cycle in (_cycles(session, rows) if rows else ())}
    return sorted(
        ((act, cycles[subject]) for subject, act in newest.items() if subject in cycles), key=lambda one: one[0].at
    )


def is_complete(session: Session, check_in: CheckIn, zone: str) -> bool:
    """Whether the team has told, or its work has."""
    return answer_of(session, check_in.id) is not None or bool(moved(session, check_in, zone))


def newest_of(session: Session, team: Team, now: datetime) -> CheckIn | None:
    """The check-in the team was asked last, or None before the first one."""
    asked = select(CheckIn).where(CheckIn.team_id == team.id, CheckIn.day <= times.local_day(now, team.timezone))
    return session.exec(asked.order_by(col(CheckIn.opens).desc()).limit(1)).first()


def open_of(session: Session, team: Team, now: datetime) -> CheckIn | None:
    """The check-in that still waits for the team's answer today: asked, in its time, neither told nor known."""
    found = newest_of(session, team, now)
    today = times.local_day(now, team.timezone)
    if found is None or team.status in (*GONE, "paused") or not found.opens <= today < found.closes:
        return None
    return None if is_complete(session, found, team.timezone) else found


def addressee(session: Session, team: Team) -> Person | None:
    """Whom a check-in is put to: the team lead, else the deputy, else whoever is longest in the team."""
    people = seats.places(session, team)
    lead = next((person for person, place in people if "team_lead" in place.roles), None)
    deputy = next((person for person, _ in people if person.id == team.deputy_id), None)
    return lead or deputy or (people[0][0] if people else None)


def asked_from(check_in: CheckIn, hours: times.Hours) -> date:
    """The day from which on an unanswered one is put to its addressee, whose hours these are.

    A card is given two working days first; where there is none, the first question is the check-in itself.
    """
    return check_in.day if check_in.where == "dm" else hours.later(check_in.day, 2)


def boxes(own: list[str]) -> dict[str, str]:
    """The open lines of the form: name → question. A collaborative's own questions take the place of the usual."""
    if not own:
        return QUESTIONS
    usual = {_bare(question): name for name, question in QUESTIONS.items()}
    asked = [one for one in dict.fromkeys(own) if _bare(one) != _bare(MOOD)]
    return {usual.get(_bare(one), f"own{number}"): one for number, one in enumerate(asked)}


def told(check_in: CheckIn, found: CheckInAnswer) -> list[tuple[str, str]]:
    """What was told, question by question, without the empty ones."""
    shown = [
        (question, getattr(found, name, "") or found.own.get(question, ""))
        for name, question in boxes(check_in.questions).items()
    ]
    return [(question, text) for question, text in shown if text]


def _bare(question: str) -> str:
    """A question however it is cased and quoted."""
    return question.casefold().replace("’", "'").rstrip("? ")


@query
def _answer_of(check_in: int | None) -> SelectOfScalar[CheckInAnswer]:
    return select(CheckInAnswer).where(CheckInAnswer.check_in_id == check_in)


@query
def _moves(team: int, since: datetime, until: datetime) -> SelectOfScalar[Act]:
    moves = select(Act).where(Act.team_id == team, Act.at >= since, Act.at < until, col(Act.kind).startswith("pdsa."))
    return moves.order_by(col(Act.at), col(Act.id))


@query
def _cycles(rows: list[int]) -> SelectOfScalar[Cycle]:
    return select(Cycle).where(col(Cycle.id).in_(rows), alive())


@query
def _waiting(before: datetime) -> SelectOfScalar[CheckInAnswer]:
    waiting = select(CheckInAnswer).where(CheckInAnswer.readers == WAITING, col(CheckInAnswer.waits_since) < before)
    return waiting.order_by(col(CheckInAnswer.id))

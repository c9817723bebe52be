"""Seed questions: where teams have shared nothing for ten days, Allteach asks one, never a second in a row."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Field, Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot import times
from bot.domain import hours, pdsa_facts
from bot.domain.activity import Act
from bot.domain.collaboratives import Collaborative, is_over
from bot.domain.ideas import Steal
from bot.domain.pdsa import Cycle, alive
from bot.domain.questions import PEERS, Question
from bot.domain.replies import Reply
from bot.domain.teams import GONE, Team
from bot.statements import query

QUIET = timedelta(days=10)
SIGNS = ("idea.shared", "idea.supported", "idea.stolen", "shoutout.given", "question.answered")
ADOPTED = "adopted"
LATELY = timedelta(days=60)  # a decision that is older isn't asked about
LATE = 0.75  # of the time from start to end
QUESTIONS = {
    "before": (
        "What do you hope is different for the people you serve a year from now?",
        "What already works at your place that others could take home?",
        "Who in your team hears it first when something doesn't work, and how do the others learn of it?",
    ),
    "between": (
        "Which test went otherwise than you predicted, and what did it teach you?",
        "Which small change would you never give back?",
        "What is in the way just now that another team may have got past?",
        "Whom did you ask before your last test, and what did they say that you hadn't thought of?",
        "What did somebody you serve say lately that made you change something?",
    ),
    "late": (
        "What will still be done in a year without anybody being reminded, and what keeps it going?",
        "What would you tell a team that starts tomorrow?",
        "Which of your changes does somebody new learn in their first week?",
    ),
}


class Unsown(SQLModel, table=True):
    """A collaborative that is asked nothing by Allteach itself, as one of its coordinators wants it."""

    collaborative_id: int = Field(primary_key=True, foreign_key="collaborative.id")
    person_id: int = Field(foreign_key="person.id")
    at: datetime


class Sprouting(NamedTuple):
    """When a quiet collaborative is asked something, and until when that day is of use."""

    at: datetime
    until: datetime


def due(session: Session, collaborative: Collaborative, now: datetime) -> Sprouting | None:
    """The nine o'clock at which teams will have shared nothing for ten days; None where nobody is asked.

    That is before the launch, once it is over, or where a coordinator wants none. A day that went by asking nothing
    gives way to the next one.
    """
    if not (collaborative.launched_at and is_on(session, collaborative)):
        return None
    zone, quiet_from = collaborative.timezone, last_sign(session, collaborative) + QUIET
    working = hours.of_staff(session, collaborative)
    at = working.on(times.local_day(quiet_from, zone))
    if at < quiet_from:
        at = working.on(times.local_day(at, zone) + times.A_DAY)
    today = times.local_day(now, zone)
    if times.local_day(at, zone) < today:
        at = working.on(today)
    day = times.local_day(at, zone)
    return None if is_over(collaborative, day) else Sprouting(at, times.at(day + times.A_DAY, times.MIDNIGHT, zone))


def is_on(session: Session, collaborative: Collaborative) -> bool:
    """Whether its teams are asked something where they share nothing."""
    return session.get(Unsown, collaborative.id) is None


def switch(session: Session, collaborative: Collaborative, by: int, now: datetime) -> None:
    """Ask nothing any more, or ask again."""
    unsown = session.get(Unsown, collaborative.id)
    if unsown:
        session.delete(unsown)
    else:
        session.add(Unsown(collaborative_id=collaborative.id or 0, person_id=by, at=now))
    session.flush()


def last_sign(session: Session, collaborative: Collaborative) -> datetime:
    """When anybody last shared, asked, answered or thanked, as far as the record tells; else the launch."""
    every = (_last_act, _last_asked, _last_told)
    signs: list[datetime | None] = [when(session, collaborative.id).one() for when in every]
    return max(one for one in (*signs, collaborative.launched_at) if one)


@query
def _last_act(collaborative: int | None) -> SelectOfScalar[Any]:
    return select(func.max(Act.at)).join(Team, col(Team.id) == col(Act.team_id)).where(
        Team.collaborative_id == collaborative, col(Act.kind).in_(SIGNS)
    )  # fmt: skip


@query
def _last_asked(collaborative: int | None) -> SelectOfScalar[Any]:
    return select(func.max(Question.asked_at)).where(
        Question.collaborative_id == collaborative, Question.to == PEERS, Question.seed == ""
    )


@query
def _last_told(collaborative: int | None) -> SelectOfScalar[Any]:
    return select(func.max(Reply.at)).join(Question).where(Question.collaborative_id == collaborative)


def newest(session: Session, collaborative: Collaborative) -> Question | None:
    """What Allteach asked last, or is about to ask."""
    return _seeds(session, collaborative.id).first()


def sow(session: Session, collaborative: Collaborative, at: datetime) -> Question:
    """Write the question for that hour: about a change that was adopted lately, else one that fits the phase."""
    cycle = _adopted(session, collaborative, at)
    code = ADOPTED if cycle else _fitting(session, collaborative, times.local_day(at, collaborative.timezone))
    asked = Question(
        collaborative_id=collaborative.id or 0, to=PEERS, text="", seed=code, cycle_id=cycle.id if cycle else None,
        asked_at=at,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    return asked


def words(session: Session, asked: Question) -> str:
    """What it asks; empty where the cycle it speaks of was taken down, deleted or decided anew."""
    if asked.seed != ADOPTED:
        stage, _, number = asked.seed.partition(":")
        return QUESTIONS[stage][int(number)]
    cycle = session.get(Cycle, asked.cycle_id)
    if cycle is None or cycle.purged_at or cycle.deleted_at or cycle.decision != "adopt":
        return ""
    change = pdsa_facts.begun(cycle.change).rstrip(".")
    return f"{session.get_one(Team, cycle.team_id).name} adopted “{change}”. What did it take, and who tried it too?"


def about_cycle(session: Session, cycle_id: int | None) -> list[Question]:
    """The seeds that print a cycle's words."""
    return list(session.exec(select(Question).where(col(Question.cycle_id) == cycle_id)))


def _adopted(session: Session, collaborative: Collaborative, at: datetime) -> Cycle | None:
    """The newest change that was adopted lately and that no seed has asked about."""
    before = select(Question.cycle_id).where(
        Question.collaborative_id == collaborative.id, col(Question.cycle_id).is_not(None)
    )
    lately = select(Cycle).join(Team, col(Team.id) == col(Cycle.team_id)).where(
        Cycle.collaborative_id == collaborative.id, Cycle.decision == "adopt", alive(),
        col(Cycle.decided_at) > at - LATELY, col(Cycle.id).not_in(before), col(Team.status).not_in(GONE),
        col(Cycle.id).not_in(select(Steal.cycle_id)),  # what was another team's is told on its idea's card
    )  # fmt: skip
    return session.exec(lately.order_by(col(Cycle.decided_at).desc(), col(Cycle.id).desc())).first()


def _fitting(session: Session, collaborative: Collaborative, day: date) -> str:
    """One for the phase that wasn't asked yet, else the one that was asked longest ago."""
    stage = _stage(collaborative, day)
    asked = select(Question.seed, func.max(Question.asked_at)).where(Question.collaborative_id == collaborative.id)
    when = dict(session.exec(asked.group_by(Question.seed)).all())
    codes = [f"{stage}:{number}" for number in range(len(QUESTIONS[stage]))]
    fresh = [code for code in codes if code not in when]
    return fresh[0] if fresh else min(codes, key=lambda code: when[code])


def _stage(collaborative: Collaborative, day: date) -> str:
    starts, ends = collaborative.starts, collaborative.ends
    if starts and day < starts:
        return "before"
    return "late" if starts and ends and (day - starts) > (ends - starts) * LATE else "between"


@query
def _seeds(collaborative: int | None) -> SelectOfScalar[Question]:
    ours = select(Question).where(Question.collaborative_id == collaborative, Question.seed != "")
    return ours.order_by(col(Question.asked_at).desc(), col(Question.id).desc()).limit(1)

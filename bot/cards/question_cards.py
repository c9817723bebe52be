"""What is said about a question: its card, word for its owner, how it stands for whoever asked, and one follow-up."""

from datetime import datetime

from sqlmodel import Session, col, or_, select

from bot import outbox
from bot.domain import question_owners, replies
from bot.domain.questions import Question
from bot.domain.teams import Channel
from bot.outbox import Letter

WHY = "they have a team's question, and it isn't answered yet"


def key(asked: Question) -> str:
    """The occasion."""
    return f"question:{asked.id}"


def whose(asked: Question) -> int:
    """The team that a letter about it belongs to; none where the team asks without its name."""
    return asked.team_id if asked.team_id and asked.named else 0


def to_faculty(session: Session, asked: Question, now: datetime) -> None:
    """The faculty's channel, the owner, and whoever asked hear of it."""
    where = channel(session, asked, "faculty").id
    about = {"question": asked.id or 0, "team": whose(asked)}
    outbox.say(session, "questions/faculty", key=key(asked), to=f"channel:{where}", now=now, **about)
    _to_asker(session, asked, now)
    to_owner(session, asked, now)


def to_peers(session: Session, asked: Question, now: datetime) -> None:
    """The channel in which teams share has it, and whoever asked hears how it goes on."""
    where = channel(session, asked, "share").id
    about = {"question": asked.id or 0, "team": whose(asked)}
    outbox.say(session, "questions/peers", key=key(asked), to=f"channel:{where}", now=now, **about)
    _to_asker(session, asked, now)


def to_owner(session: Session, asked: Question, now: datetime) -> None:
    """Whoever has it from the start hears of it, and is asked once more should it stay open."""
    if asked.owner_id:
        outbox.say(
            session, "questions/yours", key=_owners(asked), to=f"person:{asked.owner_id}", now=now,
            question=asked.id or 0, team=whose(asked), before=0,
        )  # fmt: skip
    plan_follow_up(session, asked, now)


def passed_to_faculty(session: Session, asked: Question, now: datetime) -> None:
    """No peer had answered: the cards show who has it now, and they hear of it once."""
    changed(session, asked, now)
    _told_that_it_is_theirs(session, asked, 0, now)
    session.flush()
    plan_follow_up(session, asked, now)


def passed(session: Session, asked: Question, before: int, now: datetime) -> None:
    """It went from somebody to its owner: the cards show it, and the owner and whoever asked hear why, by day."""
    changed(session, asked, now)
    _told_that_it_is_theirs(session, asked, before, now)
    if asked.named:  # word to whoever asked would wait among the upcoming messages, by their name
        outbox.plan(
            session, "questions/passed", key=f"{key(asked)}:passed:{asked.owner_id}:{now.date().isoformat()}",
            to=f"person:{asked.person_id}", at=now, why="they asked, and somebody else has their question now", now=now,
            question=asked.id or 0, team=whose(asked), before=before,
        )  # fmt: skip
    session.flush()
    plan_follow_up(session, asked, now)


def changed(session: Session, asked: Question, now: datetime) -> None:
    """Everything said about it is said as it stands now."""
    said = select(Letter.key).where(col(Letter.key).startswith(f"{key(asked)}:owner:", autoescape=True))
    outbox.say_again(session, key(asked), f"{key(asked)}:asker", *session.exec(said), now=now)
    outbox.say_again(session, f"checkin:{asked.check_in_id}", now=now)
    if asked.owner_id:
        plan_follow_up(session, asked, now)


def answered(session: Session, asked: Question, now: datetime) -> None:
    """Whoever asked hears the answer; it is a message of its own, so that they notice."""
    changed(session, asked, now)
    outbox.say(
        session, "questions/answered", key=f"{key(asked)}:answer", to=f"person:{asked.person_id}", now=now,
        question=asked.id or 0, team=whose(asked),
    )  # fmt: skip


def plan_follow_up(session: Session, asked: Question, now: datetime) -> None:
    """Its owner is asked once more, after 24 working hours of theirs; an answer before then ends it."""
    again = f"{key(asked)}:again"
    awaited = replies.is_awaited(session, asked)
    at = question_owners.follow_up(session, asked, _since(session, asked)) if awaited else None
    for letter in session.exec(select(Letter).where(col(Letter.key).startswith(again, autoescape=True))).all():
        if at is None or letter.to != f"person:{asked.owner_id}":
            outbox.unplan(session, letter.key)
    if at:
        outbox.plan(
            session, "questions/again", key=f"{again}:{asked.owner_id}", to=f"person:{asked.owner_id}", at=at, why=WHY,
            now=now, question=asked.id or 0, team=whose(asked),
        )  # fmt: skip


def channel(session: Session, asked: Question, purpose: str) -> Channel:
    """The channel of a collaborative for that purpose."""
    here = select(Channel).where(Channel.collaborative_id == asked.collaborative_id, Channel.purpose == purpose)
    return session.exec(here).one()


def _to_asker(session: Session, asked: Question, now: datetime) -> None:
    outbox.say(
        session, "questions/asked", key=f"{key(asked)}:asker", to=f"person:{asked.person_id}", now=now,
        question=asked.id or 0, team=whose(asked),
    )  # fmt: skip


def _told_that_it_is_theirs(session: Session, asked: Question, before: int, now: datetime) -> None:
    outbox.plan(
        session, "questions/yours", key=f"{_owners(asked)}:{now.date().isoformat()}", to=f"person:{asked.owner_id}",
        at=now, why="they are next to have a team's question", now=now, question=asked.id or 0, team=whose(asked),
        before=before,
    )  # fmt: skip


def _since(session: Session, asked: Question) -> datetime:
    """When its owner was told that they have it."""
    owners = _owners(asked)
    passed_on = col(Letter.key).startswith(f"{owners}:", autoescape=True)
    told = select(Letter.written_at).where(or_(col(Letter.key) == owners, passed_on))
    return max(session.exec(told), default=asked.asked_at)


def _owners(asked: Question) -> str:
    return f"{key(asked)}:owner:{asked.owner_id}"

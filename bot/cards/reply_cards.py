"""What is said about an answer: in the question's thread, to whoever asked, and, where it helped, to both teams."""

from datetime import datetime

from sqlmodel import Session

from bot import outbox
from bot.cards import question_cards
from bot.domain import people
from bot.domain.questions import Question
from bot.domain.replies import Reply


def key(reply: Reply) -> str:
    """The occasion, below the question's."""
    return f"question:{reply.question_id}:reply:{reply.id}"


def given(session: Session, asked: Question, reply: Reply, now: datetime) -> None:
    """It stands in the question's thread, the card counts it, and whoever asked hears it."""
    channel = question_cards.channel(session, asked, "share")
    outbox.answer(
        session, "replies/post", key=key(reply), to=f"channel:{channel.id}", under=question_cards.key(asked), now=now,
        question=asked.id or 0, reply=reply.id or 0,
    )  # fmt: skip
    if asked.person_id:
        outbox.say(
            session, "replies/told", key=f"{key(reply)}:asker", to=f"person:{asked.person_id}", now=now,
            question=asked.id or 0, reply=reply.id or 0,
        )  # fmt: skip
    question_cards.changed(session, asked, now)


def helped(session: Session, asked: Question, reply: Reply, now: datetime) -> None:
    """The card keeps it; whoever answered and, where it asked by its name, the asking team hear of it."""
    question_cards.changed(session, asked, now)
    outbox.say_again(session, key(reply), f"{key(reply)}:asker", now=now)
    if people.is_in(session, reply.person_id, asked.collaborative_id):
        outbox.say(
            session, "replies/thanks", key=f"{key(reply)}:thanks", to=f"person:{reply.person_id}", now=now,
            question=asked.id or 0, reply=reply.id or 0,
        )  # fmt: skip
    if (
        asked.team_id and asked.named
    ):  # others may be in the team's channel: its coach, and whoever the coordinator lets in
        outbox.say(
            session, "replies/kept", key=f"{key(reply)}:kept", to=f"team:{asked.team_id}", now=now,
            question=asked.id or 0, reply=reply.id or 0,
        )  # fmt: skip


def taken_down(session: Session, asked: Question, reply: Reply, now: datetime) -> None:
    """It goes from everywhere; the question's card stays, without it."""
    outbox.recall(session, key(reply), now)
    question_cards.changed(session, asked, now)

"""The values of everything said about a question and its answers; None where its reason is gone."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.domain import question_facts, replies
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.kit import Kit

Values = dict[str, Any]
About = Mapping[str, int]


def asked(session: Session, about: About, kit: Kit) -> Values | None:
    """Its card, however it stands."""
    question = session.get(Question, about["question"])
    return question_facts.card(session, question) if question and not question.purged_at else None


def awaited(session: Session, about: About, kit: Kit) -> Values | None:
    """The same as long as nobody has answered."""
    question = session.get(Question, about["question"])
    return asked(session, about, kit) if question and replies.is_awaited(session, question) else None


def seed(session: Session, about: About, kit: Kit) -> Values | None:
    """What Allteach itself asks, as long as it has the words for it."""
    values = asked(session, about, kit)
    return values if values and values["text"] else None


def yours(session: Session, about: About, kit: Kit) -> Values | None:
    """Word for its owner, with why it came to them."""
    values = asked(session, about, kit)
    before = about.get("before", 0)  # a letter of an earlier version doesn't say
    return {**values, "passed": question_facts.passed(session, values["asked"], before)} if values else None


def passed(session: Session, about: About, kit: Kit) -> Values | None:
    """Word for whoever asked, of who has it now."""
    return yours(session, about, kit) if awaited(session, about, kit) else None


def reply(session: Session, about: About, kit: Kit) -> Values | None:
    """An answer, wherever it stands."""
    given = session.get(Reply, about["reply"])
    return question_facts.reply(session, given) if given and not given.purged_at else None

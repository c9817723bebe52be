"""What the cards of a question say: facts of the record in words; whose it is only where its team wants that."""

from typing import Any

from sqlmodel import Session, select

from bot.domain import pdsa_facts, people, questions, replies, seeds
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.teams import Channel, Team

UNNAMED, OURSELVES = "A team", "Allteach"


def card(session: Session, asked: Question) -> dict[str, Any]:
    """Everything that the messages about it print."""
    peer = session.get(Team, asked.peer_id) if asked.peer_id else None
    helped = replies.that_helped(session, asked.id)
    owner = pdsa_facts.name_of(session, asked.owner_id) if asked.owner_id else ""
    return {
        "asked": asked,
        "text": text(session, asked),
        "asker": asker(session, asked),
        "whose": whose(session, asked),
        "owner": owner,
        "taken": asked.taken_at is not None,
        "peer": peer.name if peer else "",
        "standing": standing(session, asked),
        "answer": helped.text if helped else asked.answer,
        "giver": giver(session, helped) if helped else owner,
    }


def text(session: Session, asked: Question) -> str:
    """The question in words."""
    return seeds.words(session, asked) if asked.seed and not asked.purged_at else asked.text


def asker(session: Session, asked: Question) -> str:
    """Which team asks, as far as others may know."""
    if asked.team_id is None:
        return f"{pdsa_facts.name_of(session, asked.person_id)} of faculty" if asked.person_id else OURSELVES
    return session.get_one(Team, asked.team_id).name if asked.named else UNNAMED


def whose(session: Session, asked: Question) -> str:
    """Who of which team asks, as far as others may know."""
    by = f"{pdsa_facts.name_of(session, asked.person_id)} of " if asked.named and asked.team_id else ""
    return f"{by}{asker(session, asked)}"


def author(session: Session, asked: Question) -> str:
    """Who wrote it, as far as those may know who are told that it was taken down."""
    if asked.person_id is None:
        return OURSELVES
    return pdsa_facts.name_of(session, asked.person_id) if asked.named else "somebody who asked without a name"


def giver(session: Session, reply: Reply) -> str:
    """Who answered, and from where."""
    team = session.get(Team, reply.team_id) if reply.team_id else None
    return f"{pdsa_facts.name_of(session, reply.person_id)} of {team.name if team else 'faculty'}"


def reply(session: Session, given: Reply) -> dict[str, Any]:
    """Everything that the messages about an answer print."""
    asked = session.get_one(Question, given.question_id)
    return {
        "asked": asked,
        "text": text(session, asked),
        "asker": asker(session, asked),
        "reply": given,
        "giver": giver(session, given),
        "channel": channel(session, asked),
        "waits": asked.state == questions.OPEN and not asked.seed,
    }


def channel(session: Session, asked: Question) -> str:
    """The name of the channel in which teams share."""
    here = select(Channel.name).where(Channel.collaborative_id == asked.collaborative_id, Channel.purpose == "share")
    return session.exec(here).one()


def passed(session: Session, asked: Question, before: int) -> str:
    """Why it went to its owner, to begin a sentence; empty where it was its owner's from the start."""
    if not before:
        return "no team had answered within a working day" if asked.passed_at else ""
    here = people.is_in(session, before, asked.collaborative_id)
    return f"{pdsa_facts.name_of(session, before)} had it and {'went away for some days' if here else 'has left'}"


def of_check_in(session: Session, check_in_id: int | None) -> list[str]:
    """What came of a check-in, for its card; a coach reads it there, so what was asked without a name is left out."""
    return [standing(session, one) for one in questions.of_check_in(session, check_in_id) if one.named]


def standing(session: Session, asked: Question) -> str:
    """How it stands, in a sentence for its team."""
    owner = pdsa_facts.name_of(session, asked.owner_id) if asked.owner_id else ""
    if asked.to == questions.FACULTY:
        if asked.state == questions.ANSWERED:
            return f"Faculty was asked, and {owner} answered."
        return f"Faculty was asked. {owner} has the question." if owner else "Faculty was asked."
    peer = session.get(Team, asked.peer_id) if asked.peer_id else None
    begin = f"{peer.name} was asked." if peer else f"The {'other ' if asked.team_id else ''}teams were asked."
    return f"{begin}{_so_far(session, asked, owner)}"


def _so_far(session: Session, asked: Question, owner: str) -> str:
    helped, given = replies.that_helped(session, asked.id), replies.of(session, asked.id)
    if helped:
        return f" The answer of {giver(session, helped)} helped."
    if given:
        return f" {len(given)} {'answer' if len(given) == 1 else 'answers'} so far."
    return f" No team had answered within a working day, so {owner} of faculty has it now." if asked.passed_at else ""

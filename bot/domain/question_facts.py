"""What the cards of a question say: facts of the record in words."""

from typing import Any

from sqlmodel import Session

from bot.domain import pdsa_facts, people, questions
from bot.domain.questions import Question
from bot.domain.teams import Team


def card(session: Session, asked: Question) -> dict[str, Any]:
    """Everything that the messages about it print."""
    peer = session.get(Team, asked.peer_id) if asked.peer_id else None
    return {
        "asked": asked,
        "team": session.get_one(Team, asked.team_id),
        "by": pdsa_facts.name_of(session, asked.person_id),
        "owner": pdsa_facts.name_of(session, asked.owner_id) if asked.owner_id else "",
        "taken": asked.taken_at is not None,
        "peer": peer.name if peer else "",
        "standing": standing(session, asked),
    }


def passed(session: Session, asked: Question, before: int) -> str:
    """Why it went from that person to its owner, to begin a sentence; empty where it was its owner's from the start."""
    if not before:
        return ""
    here = people.is_in(session, before, session.get_one(Team, asked.team_id).collaborative_id)
    return f"{pdsa_facts.name_of(session, before)} had it and {'went away for some days' if here else 'has left'}"


def standing(session: Session, asked: Question) -> str:
    """How it stands, in a sentence for its team."""
    if asked.to == "faculty":
        owner = pdsa_facts.name_of(session, asked.owner_id) if asked.owner_id else ""
        if asked.state == questions.ANSWERED:
            return f"Faculty was asked, and {owner} answered."
        return f"Faculty was asked. {owner} has the question." if owner else "Faculty was asked."
    peer = session.get(Team, asked.peer_id) if asked.peer_id else None
    return f"{peer.name} was asked." if peer else "The other teams were asked."

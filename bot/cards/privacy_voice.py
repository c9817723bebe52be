"""The values of what its author and coordinators are told of words that were taken down."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.cards import afterwards_voice, ending_voice, sponsor_cards
from bot.domain import checkins, event_facts, pdsa, pdsa_facts, question_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.events import EventChange
from bot.domain.pdsa import Cycle
from bot.domain.questions import Question
from bot.domain.teams import Team
from bot.kit import Kit

Values = dict[str, Any]
About = Mapping[str, int]
NOUNS = {  # what may have been taken down
    "checkin": "check-in", "question": "question", "change": "word about a changed date",
    "submission": "month of numbers", "moment": "word about a chart", "idea": "shared idea",
    "shoutout": "shout-out", **afterwards_voice.NOUNS, **sponsor_cards.NOUNS, "stratum": "group name",
    "alert": "note about an alert", "callsheet": "note of a call with a team", **ending_voice.NOUNS,
    "score": "word about a score",
    "adaptation": "word about an idea", "event": "agenda", "broadcast": "broadcast", "reply": "reply", "poll": "poll",
}  # fmt: skip


def purged(session: Session, about: About, kit: Kit) -> Values | None:
    """What it was and whose, and its receipt: never the words."""
    cycle = session.get(Cycle, about["cycle"]) if about["cycle"] else None
    team = session.get(Team, cycle.team_id if cycle else about.get("team", 0))
    after = pdsa.successor(session, cycle) if cycle else None
    words = checkins.answer_of(session, about["checkin"]) if about.get("checkin") else None
    asked = session.get(Question, about["question"]) if about.get("question") else None
    date = session.get(EventChange, about["change"]) if about.get("change") else None
    place = session.get(Collaborative, about.get("place", 0))
    other = asked or date
    told = checkins.writer(words) if words else other.person_id if other else about.get("author")
    author = cycle.owner_id if cycle else told
    belongs = team or (event_facts.collaborative_of(session, date) if date else place)
    name = pdsa_facts.name_of(session, author) if author else ""
    by = pdsa_facts.name_of(session, about["person"]) if "person" in about else ""
    return {
        "number": cycle.number if cycle else 0,
        "noun": next((noun for name, noun in NOUNS.items() if about.get(name)), ""),
        "team": belongs.name if belongs else "",
        "receipt": about["receipt"],
        "by": by,
        "author": question_facts.author(session, asked) if asked else name,
        "after": after.number if after else 0,
        "copies": about.get("copies", 0),
    }

"""What plain words in a direct message are offered: a test, a cycle, time off, the next date, or whom to ask."""

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot import access, times
from bot.domain import events, hours, pdsa_facts, pdsa_search, seats
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.kit import Kit

QUESTION_MARKS = ("?", "？", "؟")
REST = re.compile(
    r"\b(?:vacation|holidays?|time off|days? off|on leave|(?:be|am|i'm|i’m) (?:away|out|off|sick|ill)|out of office|"
    r"ooo|stop|pause|mute|unsubscribe|quiet|leave me alone|too (?:many|often)|less often|fewer messages)\b",
    re.IGNORECASE,
)
WHEN = re.compile(r"\b(?:when|what time|which day|next)\b.*\b(?:call|session|meeting|date|meet)\b", re.IGNORECASE)
NO_DATE = "I know of no call or session to come."


def gather(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any]:
    """What the answer to the words prints."""
    words = kit.words.held(f"words:{about['person']}:{about['stamp']}")
    writer = access.of_person(session, about["person"])
    teams = writer.team_ids if writer else []
    date = _next_date(session, about["person"], kit) if WHEN.search(words) else ""
    asks = words.rstrip().endswith(QUESTION_MARKS) and not date
    return {
        "words": words,
        "cycles": pdsa_search.likeliest(session, asked=about["cycle"], owner=about["person"], teams=teams),
        "whom": _whom_to_ask(session, about["person"]) if asks else "",
        "in_a_team": bool(teams),
        "date": date,
        "rest": bool(REST.search(words)),
    }


def _next_date(session: Session, person_id: int, kit: Kit) -> str:
    """The next date on which their collaborative meets, as their wall tells it."""
    here = _where(session, person_id)
    coming = events.next_call(session, here, kit.now()) if here else None
    if coming is None:
        return NO_DATE
    zone = hours.zone(session, session.get_one(Person, person_id))
    return f"The next date I know of is {coming['title']}, {times.words(coming['starts'], zone)}."


def _whom_to_ask(session: Session, person_id: int) -> str:
    """Who answers questions: the coordinators by name, but for whoever asks, and faculty."""
    here = _where(session, person_id)
    others = [one for one in seats.coordinators(session, here) if one != person_id][:2] if here else []
    names = [f"{pdsa_facts.name_of(session, one)} ({seats.steers_as(session, here, one)})" for one in others if here]
    return f"{', '.join(names)} or faculty" if names else "faculty"


def _where(session: Session, person_id: int) -> Collaborative | None:
    actor = access.of_person(session, person_id)
    return session.get(Collaborative, actor.collaborative_ids[0]) if actor else None

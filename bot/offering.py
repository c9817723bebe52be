"""What plain words in a direct message are offered: an answer, a test, a cycle, time off, a date, or whom to ask."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot import access, times
from bot.domain import asks, events, hours, pdsa_facts, pdsa_search, people, reasons, seats
from bot.domain.asks import Ask
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Person
from bot.kit import Kit

QUESTION_MARKS = ("?", "？", "؟")
REST = re.compile(
    r"\b(?:vacation|holidays?|time off|days? off|on leave|(?:be|am|i'm|i’m) (?:away|out|off|sick|ill)|out of office|"
    r"ooo|stop|pause|mute|unsubscribe|quiet|leave me alone|too (?:many|often)|less often|fewer messages)\b",
    re.IGNORECASE,
)
TO_WHOM = re.compile(
    r"\s*(?:please[,\s]+)?(?:ask|question (?:to|for))\s+(?:the\s+|our\s+)?(?:other\s+)?(faculty|teams)\b"
    r"[\s:,;–-]*(?=\S)",
    re.IGNORECASE,
)
WHEN = re.compile(r"\b(?:when|what time|which day|next)\b.*\b(?:call|session|meeting|date|meet)\b", re.IGNORECASE)
ANSWERS = {  # how each kind of ask is answered, beside those about a cycle
    "checkin": (("Answer the check-in", "words.check_in"),),
    "measures.due": (("Send numbers", "measures.file"),),
    "polls.answer": (("Say when you can", "polls.answer"),),
    "calls.rsvp": (("Coming", "calls.coming"), ("Can't", "calls.cannot")),
}
MOST_ASKS = 3
NO_DATE = "I know of no call or session to come."


def gather(session: Session, about: Mapping[str, int], kit: Kit) -> dict[str, Any]:
    """What the answer to the words prints."""
    words = kit.words.held(f"words:{about['person']}:{about['stamp']}")
    writer = access.of_person(session, about["person"])
    teams = writer.team_ids if writer else []
    date = _next_date(session, about["person"], kit) if WHEN.search(words) else ""
    to = TO_WHOM.match(words)
    asks = bool(to) or (words.rstrip().endswith(QUESTION_MARKS) and not date)
    return {
        "words": words,
        "asked": _answers(session, [about.get(f"ask{number}", 0) for number in range(MOST_ASKS)]),
        "cycles": pdsa_search.likeliest(session, asked=about["cycle"], owner=about["person"], teams=teams),
        "to_faculty": bool(to and to[1].lower() == "faculty"),
        "whom": _whom_to_ask(session, about["person"]) if asks else "",
        "in_a_team": bool(teams),
        "date": date,
        "rest": bool(REST.search(words)),
    }


def question(words: str) -> str:
    """What is asked, without the words that say whom to ask."""
    to = TO_WHOM.match(words)
    return words[to.end() :] if to else words


def is_open(session: Session, ask: Ask) -> bool:
    """Whether it is one that words can answer, beside those about a cycle, and nobody has."""
    return ask.kind in ANSWERS and ask.state in asks.ANSWERABLE and reasons.of(session, ask) is not None


def _answers(session: Session, rows: Sequence[int]) -> list[list[tuple[str, str, Any]]]:
    """For each thing they were asked a button for each way to answer: what it says, what it does, and to what."""
    theirs = [ask for row in rows if row and (ask := session.get(Ask, row)) and is_open(session, ask)]
    found: list[list[tuple[str, str, Any]]] = []
    for ask in theirs:
        facts = reasons.KINDS[ask.kind].facts(session, ask.subject)
        to = facts["poll"].id if "poll" in facts else facts.get("which", ask.subject)
        of = f": {facts['title']}" if "title" in facts else ""
        found.append([(f"{label}{of}", act, to) for label, act in ANSWERS[ask.kind]])
    return found


def _next_date(session: Session, person_id: int, kit: Kit) -> str:
    """The next date on which their collaborative meets, as their wall tells it."""
    here = _where(session, person_id)
    theirs = people.own_teams(session, person_id, here.id or 0) if here else ()
    coming = events.next_call(session, here, theirs, kit.now()) if here else None
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

"""What a day's message says: each thing that is asked, why its reader is asked, and how it ended."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import absences, asks, ends, hours, pdsa_facts, people, reasons, rsvp_asks, teams
from bot.domain.asks import Ask, Put
from bot.domain.people import Person
from bot.domain.reasons import KINDS
from bot.domain.teams import Team

WANTED = {asks.TOMORROW: "it was put off until then", asks.HANDED: "it was handed over within the team"}
ENDED = {asks.DECLINED: "Not this time.", asks.GONE: "It isn't needed any more."}


def day(session: Session, person_id: int, day: date, now: datetime, *, said: bool) -> dict[str, Any] | None:
    """The message; before it is said, what has no reason any more is left out, and None where that is all of it."""
    person = session.get(Person, person_id)
    lines = [
        _line(session, put, ask, now)
        for put, ask in asks.lines(session, asks.letter_key(person_id, day))
        if (said or _is_wanted(session, put, ask, now)) and KINDS[ask.kind].facts(session, ask.subject)
    ]
    return {"name": people.first_name(person.name), "lines": lines} if person and lines else None


def ended(session: Session, put: Put, ask: Ask) -> str:
    """How it came out, for the reader of that line; empty while it can be answered."""
    if put.outcome == asks.TOMORROW:
        return "You put this off."
    if put.outcome == asks.SOMEONE_ELSE:
        return f"{pdsa_facts.name_of(session, ask.taken_by)} takes it."
    if ask.state == asks.SETTLED and ask.ended_by == put.person_id:
        return "You told us. Thank you."
    if ask.state == asks.SETTLED:
        return f"Told by {pdsa_facts.name_of(session, ask.ended_by)}." if ask.ended_by else "It has been answered."
    return ENDED.get(ask.state, "")


def asked(session: Session, about: Iterable[tuple[str, int]]) -> str:
    """What a message asks, as a coordinator reads it; `about` are the kinds and rows."""
    every = [KINDS[kind].asks(session, row) for kind, row in about]
    last = f" and {every[-1]}" if len(every) > 1 else ""
    return f"The question{'s' if last else ''} {', '.join(every[:-1] or every)}{last}"


def planned_for(kind: str, wanted: str) -> str:
    """Why it is planned, to end a coordinator's sentence: what a person wanted is reason enough."""
    return WANTED.get(wanted) or KINDS[kind].why


def why(session: Session, put: Put, ask: Ask) -> str:
    """Why this reader is asked, to end a sentence."""
    kind = KINDS[ask.kind]
    owner = kind.owner(session, ask.subject)
    if put.wanted == asks.TOMORROW:
        return "you wanted to be asked again"
    if by := _handed_by(session, put, ask):
        return f"{by} asked you to take this"
    if owner == put.person_id:
        return kind.yours
    if owner is None or not people.is_in(session, owner, session.get_one(Team, ask.team_id).collaborative_id):
        return f"{kind.theirs} has left the team"
    if put.day.isoformat() in absences.days(session, owner):
        return f"{kind.theirs} is away"
    return "you are the team's deputy"


def may_wait(session: Session, ask: Ask, person: int, now: datetime) -> bool:
    """Whether it is still of use at their hour tomorrow, or on their next day."""
    reason, theirs = reasons.of(session, ask), hours.at_work(session, session.get_one(Person, person))
    if reason is None:
        return False
    at = theirs.on(times.local_day(now, theirs.zone) + times.A_DAY)
    day = times.local_day(at, theirs.zone)
    return (reason.ends is None or at < reason.ends) and (reason.until is None or day < reason.until)


def _whose(session: Session, put: Put, ask: Ask) -> str:
    """Whose it is, as its reader says it: only its owner reads “your”."""
    owner = KINDS[ask.kind].owner(session, ask.subject)
    if owner == put.person_id:
        return "your"
    if owner == ask.wanted_by and _handed_by(session, put, ask):
        return "their"
    return f"{pdsa_facts.name_of(session, owner)}'s"


def _handed_by(session: Session, put: Put, ask: Ask) -> str:
    """Who asked this reader to take it; empty where nobody did."""
    if put.wanted != asks.HANDED or not (put.outcome or put.person_id == ask.taken_by):
        return ""
    by = ask.wanted_by if ask.wanted == asks.HANDED and ask.taken_by == put.person_id else None
    return pdsa_facts.name_of(session, by)


def _line(session: Session, put: Put, ask: Ask, now: datetime) -> dict[str, Any]:
    zone = hours.zone(session, session.get_one(Person, put.person_id))
    return {
        "id": ask.id,
        "kind": ask.kind.replace(".", "_"),
        "why": why(session, put, ask),
        "wanted": bool(put.wanted),
        "handed_by": _handed_by(session, put, ask),
        "whose": _whose(session, put, ask),
        "ended": ended(session, put, ask) or _passed(session, ask, now),
        "later": may_wait(session, ask, put.person_id, now),
        "told": ask.state == asks.SETTLED and ask.ended_by == put.person_id,
        "today": times.local_day(now, zone),
        **KINDS[ask.kind].facts(session, ask.subject),
    }


def _passed(session: Session, ask: Ask, now: datetime) -> str:
    """That a date that was asked about is over, and nobody said whether they come."""
    date = rsvp_asks.meeting(session, ask.subject) if ask.kind == "calls.rsvp" else None
    return "It is over." if date and date.is_over(now) else ""


def _is_wanted(session: Session, put: Put, ask: Ask, now: datetime) -> bool:
    """It is open, its reader is still in the team's collaborative, and the team is at work."""
    team = session.get_one(Team, ask.team_id)
    pauses = team.status == "paused" and not teams.is_over(team.status_until, team.timezone, now)
    reason = reasons.of(session, ask)
    has_passed = reason is not None and reason.ends is not None and reason.ends <= now
    over = has_passed or (reason is not None and put.day >= ends.of(session, reason))
    resting = pauses or over or team.status in teams.GONE
    return ask.state == asks.OPEN and not resting and people.is_in(session, put.person_id, team.collaborative_id)

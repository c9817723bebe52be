"""What the card, the form and Home say about a check-in: facts of the record in words."""

from datetime import date, datetime
from textwrap import shorten
from typing import Any

from sqlmodel import Session

from bot import times
from bot.domain import checkins, pdsa_facts, question_facts, rhythm, seats
from bot.domain.activity import Act
from bot.domain.checkins import COACH, MOODS, MOST, TEAM, CheckIn, CheckInAnswer
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team

MORE = {"stuck": "We're stuck", "coach": "Only our coach should read this"}
MOVED = {"pdsa.started": "was planned", "pdsa.ran": "ran", "pdsa.learned": "was learned from"}
DECIDED = {"adopt": "was adopted", "adapt": "was adapted", "abandon": "was abandoned"}
Values = dict[str, Any]


def card(session: Session, check_in: CheckIn) -> Values:
    """Everything the card prints; of an answer that isn't the team's to read nothing but that there is one."""
    team = session.get_one(Team, check_in.team_id)
    told = checkins.answer_of(session, check_in.id)
    shown = told if told and told.readers == TEAM else None
    return {
        "check_in": check_in,
        "team": team,
        "collaborative": session.get_one(Collaborative, team.collaborative_id).name,
        "often": rhythm.EVERY[check_in.every],
        "answered": told is not None,
        "mood": MOODS[shown.mood] if shown else "",
        "stuck": bool(shown and shown.stuck),
        "told": checkins.told(check_in, shown) if shown else [],
        "by": _by(session, shown.person_id, shown.answered_at, team) if shown else "",
        "edited": _by(session, shown.edited_by, shown.edited_at, team) if shown and shown.edited_at else "",
        "known": known(session, check_in, team) if told is None else [],
        "asked": question_facts.of_check_in(session, check_in.id) if shown else [],
    }


def for_the_coach(session: Session, check_in: CheckIn, told: CheckInAnswer, person_id: int) -> Values:
    """What only the coach is to read; where the team reads it by now, no more than that."""
    team = session.get_one(Team, check_in.team_id)
    is_coach = team.coach_id == person_id
    return {
        "check_in": check_in,
        "team": team,
        "told_to_all": told.readers != COACH,
        "by": pdsa_facts.name_of(session, checkins.writer(told)),
        "mood": MOODS[told.mood],
        "stuck": told.stuck,
        "told": checkins.told(check_in, told),
        "whom": "you" if is_coach else "the coordinators",
        "why": "you coach this team" if is_coach else "you coordinate, and this team has no coach here",
    }


def known(session: Session, check_in: CheckIn, team: Team) -> list[str]:
    """What the team's work told already, the newest first: "cycle 7 ran on Tue 10 Feb"."""
    moves = checkins.moved(session, check_in, team.timezone)
    return [f"{_move(act, cycle)} on {_day(times.local_day(act.at, team.timezone))}" for act, cycle in reversed(moves)][
        :5
    ]


def filled_in(session: Session, check_in: CheckIn, team: Team) -> str:
    """What stands in the box about a test before anybody typed: the cycles that moved since the last check-in."""
    moves = checkins.moved(session, check_in, team.timezone)
    lines = [f"{_move(act, cycle).capitalize()}: {_gist(cycle)}" for act, cycle in moves]
    return shorten("\n".join(lines), MOST, placeholder="…") if len("\n".join(lines)) > MOST else "\n".join(lines)


def line(session: Session, team: Team, now: datetime, *, reader: int) -> Values | None:
    """What Home says under a team; None before its first check-in. What isn't the reader's to write has no button."""
    check_in = checkins.newest_of(session, team, now)
    if check_in is None or check_in.closes <= times.local_day(now, team.timezone):
        return None
    told = checkins.answer_of(session, check_in.id)
    open_one = checkins.open_of(session, team, now)
    by = f" by {pdsa_facts.name_of(session, told.person_id)}" if told and told.readers == TEAM else ""
    stands = f"answered{by}" if told else "open" if open_one else "answered by your work"
    text = f"Check-in of {_day(check_in.day)}: {stands}"
    is_theirs = told is None or told.readers == TEAM or checkins.writer(told) == reader
    return {"id": check_in.id, "text": text, "open": open_one is not None, "theirs": is_theirs}


def reader(session: Session, team: Team) -> tuple[list[int], str]:
    """Who reads what only the coach is to read, as rows and in words: the coach, or without one the coordinators."""
    collaborative = session.get_one(Collaborative, team.collaborative_id)
    rows = [row for row in (seats.coach(session, team),) if row] or seats.coordinators(session, collaborative)
    return rows, " and ".join(pdsa_facts.name_of(session, row) for row in rows) or "your coach"


def _by(session: Session, person_id: int | None, at: datetime | None, team: Team) -> str:
    assert at is not None
    return f"{pdsa_facts.name_of(session, person_id)} · {_day(times.local_day(at, team.timezone))}"


def _move(act: Act, cycle: Cycle) -> str:
    moved = MOVED.get(act.kind) or ("was stopped" if cycle.stopped else DECIDED.get(cycle.decision, "moved"))
    return f"cycle {cycle.number} {moved}"


def _gist(cycle: Cycle) -> str:
    return shorten(cycle.learned or cycle.happened or cycle.change, 150, placeholder="…")


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"

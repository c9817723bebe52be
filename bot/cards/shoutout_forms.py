"""What the form of a shout-out and the window with the newest ones show."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot import drafts, times
from bot.access import Actor
from bot.domain import shoutout_facts, shoutouts
from bot.domain.collaboratives import Collaborative
from bot.domain.shoutout_facts import MOST_CHOICES, Choices, Circle
from bot.domain.shoutouts import Shoutout
from bot.domain.teams import Team

Values = dict[str, Any]
FORM = "shoutouts.given"
EMPTY = {"people": [], "teams": [], "words": "", "cycle": "", "idea": "", "value": ""}
SHOWN = 15  # in the window, of three blocks each
MOST_TEAMS = 60  # not thanked lately


def new(session: Session, actor: Actor, collaborative: Collaborative, others: Circle) -> Values:
    """The form, with the half-written words of last time if there are any."""
    kept = drafts.newest(session, person=actor.id, form=FORM)
    subject, typed = (kept.subject, kept.fields) if kept else (drafts.NEW, {})
    return {
        **_form(session, actor, collaborative, others, subject, typed),
        "said": "",
        "chosen": "",
        "kept": bool(typed),
    }


def filled_in(
    session: Session,
    actor: Actor,
    collaborative: Collaborative,
    others: Circle,
    *,
    subject: str,
    typed: Mapping[str, Any],
    said: Sequence[str],
) -> Values:
    """The form with what somebody wrote elsewhere; `said` is what of it was left out."""
    told = _form(session, actor, collaborative, others, f"{drafts.WORDS}:{subject}", typed)
    chosen = [others.people[int(row)][0].name for row in typed["people"]]
    chosen += [others.teams[int(row)].name for row in typed["teams"]]
    return {**told, "said": " ".join(said), "chosen": shoutout_facts.listed(chosen), "kept": False}


def window(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> Values:
    """The newest, each with what this person may do with it, and for the staff which teams wait for a word."""
    row = collaborative.id or 0
    may_hide = actor.may("shoutout.hide", collaborative=row)
    found = shoutouts.latest(session, row, SHOWN)
    lines = [
        {**shoutout_facts.line(session, one), "hide": may_hide, "undo": _may_undo(one, actor, now)} for one in found
    ]
    is_staff = actor.may("teams.see", collaborative=row)
    waiting = _waiting(session, actor, collaborative, now) if is_staff else []
    return {
        "collaborative": collaborative,
        "lines": lines,
        "staff": is_staff,
        "waiting": waiting[:MOST_TEAMS],
        "more_waiting": max(len(waiting) - MOST_TEAMS, 0),
    }


def groups(choices: Choices) -> list[tuple[str, Choices]]:
    """As many in a group as Slack takes, each group called by its first and last."""
    parts = [choices[start : start + MOST_CHOICES] for start in range(0, len(choices), MOST_CHOICES)]
    return [(f"{part[0][1][:30]} … {part[-1][1][:30]}", part) for part in parts]


def _form(
    session: Session, actor: Actor, collaborative: Collaborative, others: Circle, subject: str, typed: Mapping[str, Any]
) -> Values:
    row = collaborative.id or 0
    return {
        "collaborative": collaborative,
        "people": [one for one in shoutout_facts.people(others, actor.id) if one[0] in typed.get("people", ())],
        "teams": groups(shoutout_facts.teams(others)),
        "cycles": shoutout_facts.cycles(session, row),
        "ideas": shoutout_facts.shared_ideas(session, row),
        "norms": [*shoutouts.VALUES.items()],
        "form": {**EMPTY, **typed},
        "most": shoutouts.MOST,
        "at_once": shoutouts.MOST_THANKED,
        "meta": json.dumps({"collaborative": row, "subject": subject}),
    }


def _may_undo(shoutout: Shoutout, actor: Actor, now: datetime) -> bool:
    return shoutout.person_id == actor.id and now < shoutout.at + shoutouts.UNDO


def _waiting(session: Session, actor: Actor, collaborative: Collaborative, now: datetime) -> list[str]:
    """The teams they may read that nobody outside thanked in sixty days, each with when somebody last did."""
    found = shoutouts.not_thanked(session, collaborative.id or 0, now - shoutouts.LATELY)
    theirs = [one for one in found if actor.may("cycle.read", collaborative=one.collaborative_id, team=one)]
    return [f"{team.name}: {_last(session, team, collaborative)}" for team in theirs]


def _last(session: Session, team: Team, collaborative: Collaborative) -> str:
    at = shoutouts.last_of_team(session, team.id)
    return f"last thanked on {times.day(times.local_day(at, collaborative.timezone))}" if at else "not thanked yet"

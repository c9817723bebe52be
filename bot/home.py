"""What a person's Home shows: their teams' open cycles, and for coordinators what needs somebody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from bot import access, outbox
from bot.access import Actor
from bot.domain import pdsa, pdsa_facts, team_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.people import Membership
from bot.domain.teams import Channel, Team
from bot.outbox import Letter

MOST = 20  # lines of one kind in one block
MOST_TEAMS, MOST_STEERED, MOST_LETTERS = 5, 3, 5  # each takes blocks of its own, and a screen holds 100
KINDS = {
    "pdsa/card": "The card of a cycle",
    "pdsa/due": "The question what happened",
    "teams/card": "The team card",
    "people/welcome": "The welcome",
    "channels/progress": "The progress of the channels",
    "words/offer": "The answer to plain words",
    "words/guarded": "The answer to plain words",
    "privacy/author": "Word that patient details were taken down",
    "privacy/coordinator": "Word that patient details were taken down",
    "home/view": "The Home",
}


def gather(session: Session, actor: Actor) -> dict[str, Any]:
    """Everything the Home view and its window print."""
    teams = [session.get_one(Team, team_id) for team_id in actor.team_ids]
    found = (session.get(Collaborative, row) for row in actor.collaborative_ids)
    steered = [one for one in found if one and actor.may("letters.see", collaborative=one.id or 0)]
    return {
        "outside": "",
        "name": (actor.name or "there").split()[0],
        "teams": [
            {"team": team, "cycles": pdsa_facts.lines(pdsa.open_of_team(session, team.id or 0))}
            for team in teams[:MOST_TEAMS]
        ],
        "steered": [_steering(session, one) for one in steered[:MOST_STEERED]],
    }


def of_person(session: Session, person_id: int) -> dict[str, Any]:
    """The same for a person's row; somebody who left sees nothing of the teams any more."""
    actor = access.of_person(session, person_id)
    return gather(session, actor) if actor else outside(access.LEFT)


def outside(sentence: str) -> dict[str, Any]:
    """What stands there for somebody who isn't in a collaborative: nothing but the way in."""
    return {"outside": sentence, "name": "", "teams": [], "steered": []}


def refresh(session: Session, people: list[int], now: datetime) -> None:
    """Bring the Homes of these people up to date, where they were ever looked at."""
    outbox.say_again(session, *(f"home:{person}" for person in people), now=now)


def parked(session: Session, collaborative: Collaborative) -> list[Letter]:
    """The letters of this collaborative that a person has to see to."""
    ours = set(_addresses(session, collaborative))
    return [letter for letter in outbox.parked(session) if letter.to in ours]


def _steering(session: Session, collaborative: Collaborative) -> dict[str, Any]:
    stuck = parked(session, collaborative)
    return {
        **team_facts.progress(session, collaborative),
        "parked": [_parked(session, letter) for letter in stuck[:MOST_LETTERS]],
        "more_parked": max(len(stuck) - MOST_LETTERS, 0),
    }


def _parked(session: Session, letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "problem": letter.problem,
        "what": KINDS[letter.message],
        "to": team_facts.whom(session, letter.to),
    }


def _addresses(session: Session, collaborative: Collaborative) -> Iterator[str]:
    """Everywhere this collaborative's letters go."""
    for channel in session.exec(select(Channel).where(Channel.collaborative_id == collaborative.id)):
        yield f"channel:{channel.id}"
        yield f"team:{channel.team_id}"
    here = select(Membership.person_id).where(Membership.collaborative_id == collaborative.id)
    for person in session.exec(here.distinct()):
        yield f"person:{person}"
        yield f"home:{person}"

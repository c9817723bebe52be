"""The question on a test's due date: its occasion, whom it is asked, and when."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.domain import hours, pdsa_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import PLAN, Cycle
from bot.domain.people import Person
from bot.domain.teams import GONE, Team

WHY = "the test was to have run by today"
A_DAY = timedelta(days=1)


def key(cycle: Cycle) -> str:
    """The occasion: this cycle's date, so that a new date asks anew and the same one never twice."""
    return f"pdsa:{cycle.id}:due:{cycle.due.isoformat()}"


def wanted(cycle: Cycle, occasion: str) -> bool:
    """Whether that occasion is still to come: nobody told about the test, and its date is the same."""
    gone = cycle.deleted_at or cycle.purged_at
    return cycle.stage == PLAN and not gone and key(cycle) == occasion


def asked(session: Session, cycle: Cycle) -> Person | None:
    """Who answers for the cycle; nobody before the launch or where the team isn't in the collaborative any more."""
    launched = session.get_one(Collaborative, cycle.collaborative_id).launched_at
    gone = session.get_one(Team, cycle.team_id).status in GONE
    return pdsa_facts.answers_for(session, cycle) if launched and not gone else None


def asked_at(session: Session, cycle: Cycle, person: Person) -> datetime:
    """Their hour on the day or the next of their days, also where it was planned after that hour."""
    theirs = hours.of_person(session, person, session.get_one(Team, cycle.team_id))
    at = theirs.on(cycle.due)
    return at if at > cycle.started_at else theirs.on(cycle.due + A_DAY)

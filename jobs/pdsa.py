"""The due date of a test: its owner is asked once what happened, at nine on that day or the next working day."""

from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox, times
from bot.domain import pdsa
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.kit import Kit

AHEAD = timedelta(hours=48)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", seconds=30, args=[kit], id="pdsa.plan")


def plan(kit: Kit) -> None:
    """Write the questions of the next two days; one that was asked is never asked again."""
    with kit.store.reading() as session:
        due = pdsa.due_by(session, (kit.now() + AHEAD).date())
        unasked = [cycle.id for cycle in due if outbox.of_key(session, key(cycle)) is None]
    if unasked:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    now = kit.now()
    for cycle in pdsa.due_by(session, (now + AHEAD).date()):
        owner, team = session.get_one(Person, cycle.owner_id), session.get_one(Team, cycle.team_id)
        holidays = (*session.get_one(Collaborative, cycle.collaborative_id).holidays, *team.holidays)
        day = times.working_day(cycle.due, holidays)
        at = times.at(day, times.NINE, owner.timezone or team.timezone)
        outbox.plan(
            session, "pdsa/due", key=key(cycle), to=f"person:{cycle.owner_id}", at=at, why="the test was to have run by today",
            now=now, cycle=cycle.id or 0,
        )  # fmt: skip


def key(cycle: Cycle) -> str:
    """The occasion: this cycle's date, so that a new date asks anew and the same one never twice."""
    return f"pdsa:{cycle.id}:due:{cycle.due.isoformat()}"

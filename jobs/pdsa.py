"""The due date of a test: its owner is asked once what happened, at nine on that day or the next working day."""

from datetime import date, datetime, timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox, times
from bot.domain import pdsa, pdsa_facts, pdsa_search, prompts
from bot.domain.collaboratives import Collaborative
from bot.domain.pdsa import Cycle
from bot.domain.people import Person
from bot.domain.teams import GONE, Team
from bot.kit import Kit

AHEAD = timedelta(hours=48)
A_DAY = timedelta(days=1)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(plan, "interval", seconds=30, args=[kit], id="pdsa.plan")
    scheduler.add_job(freshen, "interval", hours=1, args=[kit], id="pdsa.freshen")


def plan(kit: Kit) -> None:
    """Write the questions of the next two days; one that was asked is never asked again."""
    with kit.store.reading() as session:
        due = pdsa_search.due_by(session, (kit.now() + AHEAD).date())
        unasked = [cycle.id for cycle in due if _is_to_plan(session, cycle)]
    if unasked:
        with kit.store.transaction() as session:
            plan_in(session, kit)


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    now = kit.now()
    for cycle in pdsa_search.due_by(session, (now + AHEAD).date()):
        asked = _asked(session, cycle)
        if asked is None:
            continue
        outbox.plan(
            session,
            "pdsa/due",
            key=key(cycle),
            to=f"person:{asked.id}",
            at=_asked_at(session, cycle, asked),
            why="the test was to have run by today",
            now=now,
            cycle=cycle.id or 0,
            person=asked.id or 0,
        )


def freshen(kit: Kit) -> None:
    """Say the cards again whose gentle prompt is another one now by the passing of time alone."""
    with kit.store.reading() as session:
        changed = [
            cycle.id for cycle in pdsa_search.turned_quiet(session, kit.now()) if _asks_otherwise(session, cycle, kit)
        ]
    if changed:
        with kit.store.transaction() as session:
            for cycle_id in changed:
                outbox.say_again(session, f"pdsa:{cycle_id}", now=kit.now())


def key(cycle: Cycle) -> str:
    """The occasion: this cycle's date, so that a new date asks anew and the same one never twice."""
    return f"pdsa:{cycle.id}:due:{cycle.due.isoformat()}"


def _is_to_plan(session: Session, cycle: Cycle) -> bool:
    """Whether the question isn't written yet, or waits for somebody else's answer or for less than a pause."""
    asked, letter = _asked(session, cycle), outbox.of_key(session, key(cycle))
    if asked is None or letter is None:
        return asked is not None
    waits = letter.state == outbox.PENDING and letter.ts is None and not letter.recall
    return waits and (letter.to != f"person:{asked.id}" or letter.due < _asked_at(session, cycle, asked))


def _asked(session: Session, cycle: Cycle) -> Person | None:
    """Who answers for the cycle; nobody before the launch or where the team isn't in the collaborative any more."""
    launched = session.get_one(Collaborative, cycle.collaborative_id).launched_at
    gone = session.get_one(Team, cycle.team_id).status in GONE
    return pdsa_facts.answers_for(session, cycle) if launched and not gone else None


def _asked_at(session: Session, cycle: Cycle, asked: Person) -> datetime:
    """Their nine o'clock on the day or next working day, also where it was planned after nine; or after a pause."""
    team = session.get_one(Team, cycle.team_id)
    holidays = (*session.get_one(Collaborative, cycle.collaborative_id).holidays, *team.holidays)

    def nine(day: date) -> datetime:
        return times.at(times.working_day(day, holidays), times.NINE, asked.timezone or team.timezone)

    if team.status not in GONE and team.status_until and team.status_until > cycle.due:
        return nine(team.status_until)
    at = nine(cycle.due)
    return at if at > cycle.started_at else nine(cycle.due + A_DAY)


def _asks_otherwise(session: Session, cycle: Cycle, kit: Kit) -> bool:
    letter, team = outbox.of_key(session, f"pdsa:{cycle.id}"), session.get_one(Team, cycle.team_id)
    if letter is None:
        return False
    after = pdsa.successor(session, cycle)
    then, now = (pdsa_facts.moment(session, cycle, team, at, after=after) for at in (letter.due, kit.now()))
    return prompts.prompt(then) != prompts.prompt(now)

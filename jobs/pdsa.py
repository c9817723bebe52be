"""The due date of a test: its owner is asked once what happened, at their hour on that day or their next one."""

from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox
from bot.domain import pdsa, pdsa_due, pdsa_facts, pdsa_search, prompts
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.kit import Kit

AHEAD = timedelta(hours=48)


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
        asked = pdsa_due.asked(session, cycle)
        if asked is None:
            continue
        outbox.plan(
            session,
            "pdsa/due",
            key=pdsa_due.key(cycle),
            to=f"person:{asked.id}",
            at=pdsa_due.asked_at(session, cycle, asked),
            why=pdsa_due.WHY,
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


def _is_to_plan(session: Session, cycle: Cycle) -> bool:
    """Whether the question isn't written yet, or waits for somebody else's answer or for another day."""
    asked, letter = pdsa_due.asked(session, cycle), outbox.of_key(session, pdsa_due.key(cycle))
    if asked is None or letter is None:
        return asked is not None
    waits = outbox.waits(letter) and letter.version == 1
    at = pdsa_due.asked_at(session, cycle, asked)
    return waits and (letter.to != f"person:{asked.id}" or letter.planned_for != at)


def _asks_otherwise(session: Session, cycle: Cycle, kit: Kit) -> bool:
    letter, team = outbox.of_key(session, f"pdsa:{cycle.id}"), session.get_one(Team, cycle.team_id)
    if letter is None:
        return False
    after = pdsa.successor(session, cycle)
    then, now = (pdsa_facts.moment(session, cycle, team, at, after=after) for at in (letter.due, kit.now()))
    return prompts.prompt(then) != prompts.prompt(now)

"""Cards that ask something else by now, though nobody touched them."""

from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session

from bot import outbox
from bot.domain import pdsa, pdsa_facts, pdsa_search, prompts
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.kit import Kit


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick."""
    scheduler.add_job(freshen, "interval", hours=1, args=[kit], id="pdsa.freshen")


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


def _asks_otherwise(session: Session, cycle: Cycle, kit: Kit) -> bool:
    letter, team = outbox.of_key(session, f"pdsa:{cycle.id}"), session.get_one(Team, cycle.team_id)
    if letter is None:
        return False
    after = pdsa.successor(session, cycle)
    then, now = (pdsa_facts.moment(session, cycle, team, at, after=after) for at in (letter.due, kit.now()))
    return prompts.prompt(then) != prompts.prompt(now)
